"""A text file as lines, for commands that take one text a line."""

from __future__ import annotations

import sys
from pathlib import Path

from pipeline.errors import ReadError


def read_lines(file: str) -> list[str]:
    """Return the lines of a text file in any of the usual encodings, "-" for standard input; blank lines are kept.

    Raises ReadError for a file that cannot be opened or is no text.
    """
    from pipeline.reading.plain import decode

    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise ReadError(file, f"文件打不开（{error.strerror}）", "请检查路径") from error
    if not data:
        return []
    decoded = decode(data)
    if decoded is None:
        raise ReadError(file, "不是文本文件，或编码无法识别", "请另存为 UTF-8 文本后重试")
    return decoded.text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")
