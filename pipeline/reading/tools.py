"""What this machine can read besides the usual: some formats need a program or a library that may be absent."""

from __future__ import annotations

from functools import cache


@cache
def tools_here() -> tuple[str, ...]:
    """Return which of "LibreOffice", "OCR" and "OFD" are installed; looked for once a process."""
    from pipeline.reading import ocr, ofd, office

    present = {
        "LibreOffice": office.find_soffice() is not None,
        "OCR": ocr.is_available(),
        "OFD": ofd.is_available(),
    }
    return tuple(name for name, is_here in present.items() if is_here)
