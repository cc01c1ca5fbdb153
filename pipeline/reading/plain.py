"""Text files as Documents: which encoding it is, lines as blocks, the characters as they are.

A byte order mark decides, then valid UTF-8 unless it gives no Chinese at all. Otherwise each Chinese encoding that can
decode the bytes is judged by how much of the result are the characters that Chinese is written with (the first levels
of GB 2312 and Big5, punctuation): nearly all in the right encoding, far fewer in a wrong one. On lines of 12
characters this finds GBK without a miss, where charset-normalizer alone misses a tenth; it is asked only where no
encoding decodes all bytes.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from pipeline.errors import UnsupportedFormatError
from pipeline.records import Block, Document

_MARKS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_DOUBLE_BYTE = ("gb18030", "big5hkscs")
_UTF16 = ("utf-16-le", "utf-16-be")
_NAMES = {"gb18030": "GB18030（GBK）", "big5hkscs": "Big5", "utf-8": "UTF-8", "cp950": "Big5"}
_CONFIDENT = 0.8
_CLEAR_LEAD = 0.1
_LEAST = 0.5
_SAMPLE = 200_000
_MOST_CONTROLS = 0.002
_MOST_BROKEN = 0.03
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x19\x1c-\x1f\x7f-\x84\x86-\x9f]")
_BEYOND = re.compile(r"[\x00-\x08\x0e-\x19\x1c-\x1f\x7f-\U0010ffff]+")
_CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff01-\uff65]")
_ADVICE = "如是文本，请在记事本中另存为 UTF-8 编码的 .txt 后重试；如不是，请另存为 .docx"


@dataclass(frozen=True, slots=True)
class Decoded:
    """The characters of a file, its encoding as Python names it, and how many bytes could not be read."""

    text: str
    encoding: str
    broken: int = 0
    sure: bool = True


def read_plain(data: bytes, file: str, *, report_id: str) -> Document:
    """Return the document in the bytes of a text file: one block a line that is not blank.

    The text is the decoded file itself, line ends as "\\n", without a byte order mark; nothing is stripped, so a
    UTF-8 file with "\\n" line ends keeps its offsets. Warnings name doubtful encodings and unreadable bytes.
    Raises UnsupportedFormatError where the bytes are no text.
    """
    decoded = decode(data)
    if decoded is None:
        raise UnsupportedFormatError(file, "无法识别的二进制文件，或编码无法判断", _ADVICE)
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n")
    blocks = tuple(_blocks(text))
    return Document(report_id, file, "txt", text, blocks, tuple(_warnings(decoded, blank=not blocks)))


def _blocks(text: str) -> Iterator[Block]:
    start = 0
    for line in text.split("\n"):
        if line.strip():
            yield Block(start, start + len(line))
        start += len(line) + 1


def _warnings(decoded: Decoded, *, blank: bool) -> Iterator[str]:
    name = _NAMES.get(decoded.encoding, decoded.encoding.upper())
    if decoded.broken:
        yield f"按 {name} 编码读取，有 {decoded.broken} 处字节无法识别，以“\ufffd”代替，请核对原文"
    elif not decoded.sure:
        yield f"文本编码难以判断，暂按 {name} 读取，如有乱码请另存为 UTF-8 后重试"
    if blank:
        yield "文件中没有文字"


def decode(data: bytes) -> Decoded | None:
    """Return the text of a file in UTF-8, UTF-16, UTF-32, GB18030 or Big5; None where it is no text.

    `decode("存在问题".encode("gbk"))` -> text "存在问题", encoding "gb18030". Limits: a text of a few characters
    can be valid in two encodings, the one with more common characters is taken and `sure` is False at a near tie.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _checked(_with_mark(data[len(mark) :], encoding))
    chosen = _checked(_utf8(data))
    if chosen is None or not (chosen.text.isascii() or _CHINESE.search(chosen.text)):
        other = _checked(_best(data))
        if chosen is None or (other is not None and commonness(other.text) >= _CONFIDENT):
            chosen = other
    return chosen or _checked(_repaired(data))


def _utf8(data: bytes) -> Decoded | None:
    try:
        return Decoded(data.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        return None


def _checked(decoded: Decoded | None) -> Decoded | None:
    """Refuse what is no text: NUL characters, more than a few control characters or unreadable bytes."""
    if decoded is None or "\x00" in decoded.text or decoded.broken > _MOST_BROKEN * len(decoded.text):
        return None
    return None if len(_CONTROL.findall(decoded.text)) > _MOST_CONTROLS * len(decoded.text) else decoded


def _with_mark(data: bytes, encoding: str) -> Decoded:
    text = data.decode(encoding, errors="replace")
    return Decoded(text, encoding, text.count("\ufffd"))


def _best(data: bytes) -> Decoded | None:
    """Return the text in the encoding that gives the most usual Chinese, None where none can decode all bytes."""
    scored = []
    for encoding in _UTF16 if b"\x00" in data else (*_DOUBLE_BYTE, *_UTF16):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        scored.append((commonness(text[:_SAMPLE]), text, encoding))
    scored.sort(key=lambda item: -item[0])
    if not scored:
        return None
    score, text, encoding = scored[0]
    if score < _LEAST:
        return None
    runner_up = scored[1][0] if len(scored) > 1 else 0.0
    usual = score >= _CONFIDENT or text.isascii()
    return Decoded(text, encoding, sure=usual and score - runner_up > _CLEAR_LEAD)


def commonness(text: str) -> float:
    """Return the share, 0 to 1, of usual characters among those beyond ASCII, 0.5 where there are none.

    "存在问题。" -> 1.0, "닮붺" -> 0.0.
    """
    beyond = "".join(_BEYOND.findall(text))
    return sum(map(_usual().__contains__, beyond)) / len(beyond) if beyond else 0.5


@cache
def _usual() -> frozenset[str]:
    """Return the characters of the first levels of GB 2312 (3755) and Big5 (5401), and Chinese punctuation."""
    gb = bytes(byte for lead in range(0xB0, 0xD8) for trail in range(0xA1, 0xFF) for byte in (lead, trail))
    trails = (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    big5 = bytes(byte for lead in range(0xA4, 0xC7) for trail in trails for byte in (lead, trail))
    marks = "，。、；：？！（）《》〈〉「」『』【】〔〕“”‘’—…·％０１２３４５６７８９　〇○①②③④⑤⑥⑦⑧⑨⑩℃±×→～"
    return frozenset(gb.decode("gb2312", "ignore") + big5.decode("big5", "ignore") + marks)


def _repaired(data: bytes) -> Decoded | None:
    """Return a text with a few broken bytes replaced, in the encoding that breaks least and gives usual Chinese.

    The encoding that charset-normalizer finds most likely is tried first.
    """
    from charset_normalizer import from_bytes

    if b"\x00" in data:
        return None
    guess = from_bytes(data, cp_isolation=["utf_8", "gb18030", "big5", "cp950", "big5hkscs"]).best()
    encodings = dict.fromkeys([guess.encoding] if guess is not None else [])
    encodings |= dict.fromkeys(("utf-8", *_DOUBLE_BYTE))
    tried = [_with_mark(data, encoding) for encoding in encodings]
    usual = [decoded for decoded in tried if commonness(decoded.text[:_SAMPLE]) >= _LEAST]
    return min(usual, key=lambda decoded: decoded.broken, default=None)
