"""What a file is, by its content alone; the extension is only compared with it."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from functools import cache
from pathlib import PurePath

_SAVE_AS = "请在 Word 或 WPS 中另存为 .docx 或 .txt 后重试"
_COPY_TEXT = "请将正文复制到 Word 中，存为 .docx 后重试"
_UNPACK = "请解压后对其中的 .docx 或 .txt 文件重试"
_OPEN_CHECK = "请确认选择了正确的文件"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: what it is called, the extensions that go with it, and, if it is not read, what to do.

    Example: Kind("pdf", "PDF 文件", (".pdf",), "…另存为 .docx…").
    """

    code: str
    label: str
    extensions: tuple[str, ...]
    advice: str | None = None


DOCX = Kind("docx", "Word 文档（.docx）", (".docx", ".docm", ".dotx", ".dotm"))
TEXT = Kind("txt", "纯文本", (".txt", ".text", ".md", ".markdown", ".csv", ".tsv", ".log"))
ENCRYPTED = Kind("encrypted", "加密的 Office 文件", (".docx", ".docm", ".xlsx", ".pptx"), "请去除密码后重试")
DAMAGED_ZIP = Kind("damaged-zip", "损坏的压缩包", (), "请重新获取该文件，或用 Word、WPS 打开修复后另存为 .docx 再试")
OFFICE_WITHOUT_TEXT = Kind(
    "ooxml-without-main", "缺少正文部件的 Office 文件", (".docx",), "请用 Word、WPS 打开检查后另存为 .docx 再试"
)
EMPTY = Kind("empty", "空文件", (), "文件大小为 0，请重新获取该文件")
BINARY = Kind("binary", "无法识别的二进制文件", (), f"本工具读取 Word、WPS、PDF、网页、Excel 和文本文件；{_OPEN_CHECK}")

DOC = Kind("doc", "Word 97-2003 文档（.doc）", (".doc", ".dot", ".wps", ".wpt"))
XLS = Kind("xls", "Excel 97-2003 工作簿（.xls）", (".xls", ".xlt", ".et"))
_SLIDES_97 = Kind("ppt", "PowerPoint 97-2003 演示文稿（.ppt）", (".ppt", ".pps", ".dps"), _COPY_TEXT)
_OLE = Kind("ole", "OLE 复合文档", (".doc", ".wps", ".xls", ".ppt", ".et", ".dps", ".msg", ".vsd"), _SAVE_AS)
XLSX = Kind("xlsx", "Excel 工作簿（.xlsx）", (".xlsx", ".xlsm", ".xltx", ".xltm"))
_XLSB = Kind("xlsb", "Excel 二进制工作簿（.xlsb）", (".xlsb",), "请在 Excel 或 WPS 中另存为 .xlsx 后重试")
_SLIDES = Kind("pptx", "PowerPoint 演示文稿（.pptx）", (".pptx", ".pptm", ".ppsx"), _COPY_TEXT)
ODT = Kind("odt", "OpenDocument 文档（.odt）", (".odt", ".ott"))
ODS = Kind("ods", "OpenDocument 电子表格（.ods）", (".ods", ".ots"))
_ODF = Kind("odf", "OpenDocument 文件", (".odp", ".odg"), _COPY_TEXT)
_EPUB = Kind("epub", "EPUB 电子书", (".epub",), _COPY_TEXT)
OFD = Kind("ofd", "OFD 版式文件", (".ofd",))
_ZIP = Kind("zip", "ZIP 压缩包", (".zip",), _UNPACK)
HTML = Kind("html", "网页（HTML）", (".html", ".htm", ".shtml", ".xhtml"))
MHT = Kind("mht", "单个文件网页（MHT）", (".mht", ".mhtml"))
WORD_XML = Kind("word-xml", "Word XML 文档", (".xml",))
RTF = Kind("rtf", "RTF 文档", (".rtf",))
PDF = Kind("pdf", "PDF 文件", (".pdf",))
_EXE = Kind("exe", "可执行程序", (".exe", ".dll", ".com", ".scr"), _OPEN_CHECK)
_CEB = Kind("ceb", "方正 CEB 版式文件", (".ceb", ".cebx"), _COPY_TEXT)
_TIF = Kind("tif", "TIFF 图片", (".tif", ".tiff"))
_GIF = Kind("gif", "GIF 图片", (".gif",))
_PNG = Kind("png", "PNG 图片", (".png",))
_JPG = Kind("jpg", "JPEG 图片", (".jpg", ".jpeg"))
_BMP = Kind("bmp", "BMP 图片", (".bmp",))
_WEBP = Kind("webp", "WebP 图片", (".webp",))
IMAGES = (_PNG, _JPG, _TIF, _GIF, _BMP, _WEBP)
# What LibreOffice converts before our own readers read it.
TO_DOCX = (DOC, RTF, ODT, WORD_XML)
TO_XLSX = (XLS, ODS)

_MAGIC: tuple[tuple[bytes, Kind], ...] = (
    (b"{\\rtf", RTF),
    (b"\x89PNG\r\n\x1a\n", _PNG),
    (b"\xff\xd8\xff", _JPG),
    (b"II*\x00", _TIF),
    (b"MM\x00*", _TIF),
    (b"GIF87a", _GIF),
    (b"GIF89a", _GIF),
    (b"Rar!\x1a\x07", Kind("rar", "RAR 压缩包", (".rar",), _UNPACK)),
    (b"7z\xbc\xaf\x27\x1c", Kind("7z", "7z 压缩包", (".7z",), _UNPACK)),
    (b"\x1f\x8b\x08", Kind("gz", "gzip 压缩包", (".gz", ".tgz"), _UNPACK)),
    (b"\x7fELF", _EXE),
    (b"Founder CEB", _CEB),
)
_KINDS: tuple[Kind, ...] = (
    *(DOCX, TEXT, DOC, XLS, _SLIDES_97, _OLE, XLSX, _XLSB, _SLIDES, ODT, ODS, _ODF, _EPUB),
    *(OFD, _ZIP, HTML, MHT, WORD_XML, RTF, _EXE, PDF, _CEB, *IMAGES),
)
_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLE_STREAMS: tuple[tuple[str, Kind], ...] = (
    ("EncryptedPackage", ENCRYPTED),
    ("WordDocument", DOC),
    ("Workbook", XLS),
    ("Book", XLS),
    ("PowerPoint Document", _SLIDES_97),
)
_MARKUP = re.compile(rb"<!doctype\s+html|<html[\s>]|<(head|body|meta|table|div)[\s>]", re.IGNORECASE)
_MARKUP_FIRST = re.compile(
    rb"<(p|span|h[1-6]|center|font|section|article|title|link|script|style|ul|ol)[\s>]", re.IGNORECASE
)
_WORD_MARKUP = re.compile(rb"<pkg:package|<w:wordDocument|<\?mso-application\s+progid=\"Word", re.IGNORECASE)
_MIME = re.compile(rb"MIME-Version:\s*1", re.IGNORECASE)
_HEAD = 4096
_MAIN_TYPE = re.compile(rb"wordprocessingml\.(document|template)\.main\+xml|ms-word\.\w+\.macroEnabled\w*\.main\+xml")


def kind_of(data: bytes) -> Kind:
    """Return what the bytes of a file are; a kind that is not read says what to do (`advice`).

    `kind_of(b"%PDF-1.7 …").label` -> "PDF 文件". What is left over and has no NUL bytes or control characters is
    TEXT; whether it can be decoded is for the reader of plain text to find out.
    """
    if not data:
        return EMPTY
    if data.startswith(_ZIP_MAGICS):
        return _zip_kind(data)
    if data.startswith(_OLE_MAGIC):
        return _ole_kind(data)
    return _by_magic(data) or _markup_kind(data) or (TEXT if _may_be_text(data) else BINARY)


def extension_lies(name: str, kind: Kind) -> str | None:
    """Return the extension of a name that belongs to another kind, None where it fits or says nothing.

    `extension_lies("总结.doc", DOCX)` -> ".doc"; "总结", "总结.docx" and "总结.2021" -> None.
    """
    extension = PurePath(name).suffix.lower()
    return extension if extension in _known_extensions() and extension not in kind.extensions else None


@cache
def _known_extensions() -> frozenset[str]:
    return frozenset(extension for kind in (*_KINDS, *dict(_MAGIC).values()) for extension in kind.extensions)


def _by_magic(data: bytes) -> Kind | None:
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return kind
    if data[:1024].lstrip(b"\xef\xbb\xbf\r\n\t \x00").startswith(b"%PDF-"):
        return PDF
    if data.startswith(b"MZ") and b"\x00" in data[:64]:
        return _EXE
    if data.startswith(b"BM") and len(data) > 26 and data[6:10] == b"\x00\x00\x00\x00":
        return _BMP
    return _WEBP if data.startswith(b"RIFF") and data[8:12] == b"WEBP" else None


def _markup_kind(data: bytes) -> Kind | None:
    """Recognise a page that a browser or Word saved, by how its first characters look."""
    head = data[:_HEAD].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe\r\n\t ")
    if _MIME.match(head):
        return MHT
    if not head.startswith(b"<"):
        return None
    if _WORD_MARKUP.search(head):
        return WORD_XML
    return HTML if _MARKUP_FIRST.match(head) or _MARKUP.search(head) else None


def _ole_kind(data: bytes) -> Kind:
    return next((kind for stream, kind in _OLE_STREAMS if _has_stream(data, stream)), _OLE)


def _has_stream(data: bytes, name: str) -> bool:
    """Say whether a directory entry of a compound file has this name (MS-CFB 2.6.1).

    Entries are 128 bytes at multiples of 128: name in UTF-16, its length in bytes at 64, type at 66 (2: stream).
    """
    wanted = name.encode("utf-16-le") + b"\x00\x00"
    place = data.find(wanted)
    while place >= 0:
        length = int.from_bytes(data[place + 64 : place + 66], "little")
        if place % 128 == 0 and length == len(wanted) and data[place + 66 : place + 67] == b"\x02":
            return True
        place = data.find(wanted, place + 1)
    return False


def _zip_kind(data: bytes) -> Kind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = {name.replace("\\", "/").lstrip("/").lower() for name in archive.namelist()}
            return _kind_of_members(archive, names)
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
        return DAMAGED_ZIP


def _kind_of_members(archive: zipfile.ZipFile, names: set[str]) -> Kind:
    if "mimetype" in names:
        return _by_mimetype(_beginning(archive, "mimetype", 128))
    if "ofd.xml" in names:
        return OFD
    if "word/document.xml" in names:
        return DOCX
    if "[content_types].xml" in names:
        types = _beginning(archive, "[Content_Types].xml", 1 << 20)
        return _office_kind(names, types)
    return _ZIP


def _office_kind(names: set[str], types: bytes) -> Kind:
    if _MAIN_TYPE.search(types):
        return DOCX
    if any(name.startswith("xl/") for name in names):
        return _XLSB if "xl/workbook.bin" in names else XLSX
    return _SLIDES if any(name.startswith("ppt/") for name in names) else OFFICE_WITHOUT_TEXT


def _by_mimetype(mimetype: bytes) -> Kind:
    if b"opendocument.text" in mimetype:
        return ODT
    if b"opendocument.spreadsheet" in mimetype:
        return ODS
    if b"opendocument" in mimetype:
        return _ODF
    return _EPUB if b"epub" in mimetype else _ZIP


def _beginning(archive: zipfile.ZipFile, name: str, size: int) -> bytes:
    """Return the first bytes of a member, b"" where it cannot be read: its absence decides nothing here."""
    try:
        with archive.open(name) as member:
            return member.read(size)
    except (KeyError, RuntimeError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
        return b""


def _may_be_text(data: bytes) -> bool:
    """Say whether bytes may be text: no NUL but in UTF-16, and next to no control characters."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    sample = data[:65536]
    controls = sum(sample.count(bytes([code])) for code in range(32) if code not in (0, 9, 10, 11, 12, 13, 26, 27))
    if controls > len(sample) // 100:
        # UTF-16 has such bytes as halves of characters; the reader of plain text decides
        return len(data) % 2 == 0 and _halves_look_like_utf16(sample)
    return b"\x00" not in sample or (len(data) % 2 == 0 and _halves_look_like_utf16(sample))


def _halves_look_like_utf16(sample: bytes) -> bool:
    """Say whether one half of the byte pairs looks like the upper bytes of Chinese text (0, 4E–9F, 30, FF)."""
    return any(
        sum(code in (0, 0x20, 0x30, 0xFF) or 0x4E <= code <= 0x9F for code in half) > 0.9 * len(half)
        for half in (sample[::2], sample[1::2])
    )
