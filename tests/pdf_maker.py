"""Small .pdf files for tests, written by hand: text at places, in fonts by name, with ruled lines."""

from __future__ import annotations

from dataclasses import dataclass, field

FONTS = ("FangSong", "SimHei", "KaiTi,Bold")
WIDTH, HEIGHT = 595, 842
LEFT, RIGHT = 90.0, 506.0
_TO_UNICODE = (
    b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n"
    b"1 begincodespacerange <0000> <ffff> endcodespacerange\n"
    b"1 beginbfrange <0000> <ffff> <0000> endbfrange\nendcmap end end"
)


@dataclass(slots=True)
class PdfPage:
    """A page in the making: y counts from the lower edge, as in the file."""

    parts: list[str] = field(default_factory=list)
    rotate: int = 0

    def text(
        self, x: float, y: float, text: str, *, size: float = 16, font: int = 0, matrix: str = "1 0 0 1"
    ) -> PdfPage:
        """Write text from a place; every character is one em wide."""
        code = text.encode("utf-16-be").hex()
        self.parts.append(f"BT /F{font} {size} Tf {matrix} {x} {y} Tm <{code}> Tj ET")
        return self

    def line(self, x0: float, y0: float, x1: float, y1: float) -> PdfPage:
        """Draw a line."""
        self.parts.append(f"{x0} {y0} m {x1} {y1} l S")
        return self

    def grid(self, xs: tuple[float, ...], ys: tuple[float, ...]) -> PdfPage:
        """Draw the ruled lines of a table."""
        for y in ys:
            self.line(xs[0], y, xs[-1], y)
        for x in xs:
            self.line(x, ys[0], x, ys[-1])
        return self

    def lines(self, *lines: str, top: float = 740.0, pitch: float = 28.0, size: float = 16, font: int = 0) -> PdfPage:
        """Write lines below each other; a "　" at the beginning is an indent of one em."""
        for number, line in enumerate(lines):
            indent = len(line) - len(line.lstrip("　"))
            self.text(LEFT + indent * size, top - number * pitch, line.lstrip("　"), size=size, font=font)
        return self


def make_pdf(*pages: PdfPage) -> bytes:
    """Return a file of pages."""
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    fonts = " ".join(f"/F{index} {3 + 3 * index} 0 R" for index in range(len(FONTS)))
    for index, name in enumerate(FONTS):
        first = 3 + 3 * index
        objects += [
            f"<< /Type /Font /Subtype /Type0 /BaseFont /{name} /Encoding /UniGB-UCS2-H "
            f"/DescendantFonts [{first + 1} 0 R] /ToUnicode {first + 2} 0 R >>".encode(),
            f"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /{name} /DW 1000 "
            f"/CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >> "
            f"/FontDescriptor << /Type /FontDescriptor /FontName /{name} /Flags 4 /FontBBox [0 -200 1000 880] "
            f"/ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 80 >> >>".encode(),
            _stream(_TO_UNICODE),
        ]
    kids = []
    for page in pages:
        number = len(objects) + 1
        kids.append(f"{number} 0 R")
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Rotate {page.rotate} "
            f"/Resources << /Font << {fonts} >> >> /Contents {number + 1} 0 R >>".encode(),
            _stream("\n".join(page.parts).encode()),
        ]
    objects[1] = f"<< /Type /Pages /Count {len(pages)} /Kids [{' '.join(kids)}] >>".encode()
    return _file(objects)


def _stream(data: bytes) -> bytes:
    return f"<< /Length {len(data)} >>\nstream\n".encode() + data + b"\nendstream"


def _file(objects: list[bytes]) -> bytes:
    data = b"%PDF-1.7\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(data))
        data += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    return data + f"{head}trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(data)}\n%%EOF".encode()
