"""What a file is, and what `read` says of files that it cannot read."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from docx_maker import make_docx, para

from pipeline.errors import DamagedFileError, ReadError, UnsupportedFormatError
from pipeline.limits import LIMITS
from pipeline.reading import read
from pipeline.reading.detect import DOCX, TEXT, extension_lies, kind_of

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def zipped(*names: str, **contents: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, contents.get(name.replace(".", "_"), b"<x/>"))
    return buffer.getvalue()


def compound(stream: str) -> bytes:
    """Return the beginning of a compound file with one directory entry of this name."""
    name = stream.encode("utf-16-le") + b"\x00\x00"
    entry = name.ljust(64, b"\x00") + len(name).to_bytes(2, "little") + b"\x02"
    return OLE.ljust(512, b"\x00") + entry.ljust(128, b"\x00")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (make_docx(para("甲")), "docx"),
        (make_docx(para("甲"), main="Word/doc2.xml"), "docx"),
        (zipped("word/document.xml"), "docx"),
        (make_docx(para("甲"))[:-100], "damaged-zip"),
        (b"PK\x03\x04", "damaged-zip"),
        (zipped("[Content_Types].xml", "docProps/app.xml"), "ooxml-without-main"),
        (zipped("[Content_Types].xml", "xl/workbook.xml"), "xlsx"),
        (zipped("[Content_Types].xml", "ppt/presentation.xml"), "pptx"),
        (zipped("mimetype", "content.xml", mimetype=b"application/vnd.oasis.opendocument.text"), "odt"),
        (zipped("mimetype", "content.xml", mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "ods"),
        (zipped("mimetype", "content.xml", mimetype=b"application/vnd.oasis.opendocument.graphics"), "odf"),
        (zipped("[Content_Types].xml", "xl/workbook.bin"), "xlsb"),
        (zipped("mimetype", mimetype=b"application/epub+zip"), "epub"),
        (zipped("OFD.xml", "Doc_0/Document.xml"), "ofd"),
        (zipped("报告.docx"), "zip"),
        (zipped(), "zip"),
        (compound("WordDocument"), "doc"),
        (compound("EncryptedPackage"), "encrypted"),
        (compound("Workbook"), "xls"),
        (compound("PowerPoint Document"), "ppt"),
        (compound("Anything"), "ole"),
        (OLE.ljust(600, b"\x00") + "WordDocument\0".encode("utf-16-le"), "ole"),
        (b"%PDF-1.7\n", "pdf"),
        (b"\r\n%PDF-1.4\n", "pdf"),
        (b"{\\rtf1\\ansi", "rtf"),
        (b"\xef\xbb\xbf<!DOCTYPE html><p>", "html"),
        ("<html><body>正文".encode("utf-16"), "html"),
        ("<p>正文</p>".encode("gbk"), "html"),
        ("<price>正文".encode(), "txt"),
        (b"<!-- saved page -->" + b" " * 2000 + b"<HTML>", "html"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related", "mht"),
        (b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w:wordDocument>', "word-xml"),
        (b"\x89PNG\r\n\x1a\n\x00", "png"),
        (b"\xff\xd8\xff\xe0", "jpg"),
        (b"II*\x00\x08", "tif"),
        (b"BM\x36\x00\x00\x00\x00\x00\x00\x00".ljust(40, b"\x00"), "bmp"),
        (b"GIF89a", "gif"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8", "webp"),
        (b"MZ\x90\x00\x03".ljust(80, b"\x00"), "exe"),
        (b"\x7fELF\x02", "exe"),
        (b"Rar!\x1a\x07\x01\x00", "rar"),
        (b"7z\xbc\xaf\x27\x1c\x00", "7z"),
        (b"\x1f\x8b\x08\x00", "gz"),
        (b"Founder CEB 3.0", "ceb"),
        (b"\x00\x01\x02\x03" * 100, "binary"),
        ("一、基本情况\n".encode(), "txt"),
        ("一、基本情况\n".encode("gbk"), "txt"),
        ("一、基本情况\n".encode("utf-16"), "txt"),
        ("一、基本情况；“不够”\n".encode("utf-16-le"), "txt"),
        ("MZ是目字的拼音".encode(), "txt"),
        ("BM算法报告说明：存在的问题较多".encode(), "txt"),
        ("<标题>存在问题".encode(), "txt"),
        (b"PK two teams", "txt"),
    ],
)
def test_kind_of_goes_by_content(data: bytes, code: str) -> None:
    assert kind_of(data).code == code


@pytest.mark.parametrize(
    ("name", "lie"),
    [("a.doc", ".doc"), ("a.DOCX", None), ("a.docm", None), ("a", None), ("报告.2021", None), ("a.txt", ".txt")],
)
def test_extension_lies_only_where_it_names_another_kind(name: str, lie: str | None) -> None:
    assert extension_lies(name, DOCX) == lie


def test_extension_lies_lets_markdown_be_text() -> None:
    assert extension_lies("a.md", TEXT) is None
    assert extension_lies("a.docx", TEXT) == ".docx"


def write(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_read_names_a_document_by_its_content(tmp_path: Path) -> None:
    data = make_docx(para("甲"))
    found = read(write(tmp_path, "报告.docx", data))
    assert found.report_id == hashlib.sha256(data).hexdigest()[:12]
    assert (found.source_file, found.format, found.text, found.warnings) == ("报告.docx", "docx", "甲", ())
    assert read(str(tmp_path / "报告.docx"), name="二级/报告.docx").source_file == "二级/报告.docx"


@pytest.mark.parametrize(
    ("name", "data", "text"),
    [
        ("a.doc", make_docx(para("甲")), "甲"),
        ("a.docx", "甲".encode(), "甲"),
        ("a.pdf", "甲乙丙丁".encode(), "甲乙丙丁"),
    ],
)
def test_read_warns_of_an_extension_that_lies(tmp_path: Path, name: str, data: bytes, text: str) -> None:
    found = read(write(tmp_path, name, data))
    assert found.text == text
    assert len(found.warnings) == 1
    assert found.warnings[0].startswith(f"扩展名为 {name[1:]}，内容是") and "已按内容读取" in found.warnings[0]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.docx", compound("PowerPoint Document"), "PowerPoint 97-2003.*扩展名 .docx 与内容不符.*存为 .docx"),
        (
            "a.ppt",
            compound("PowerPoint Document"),
            "PowerPoint 97-2003 演示文稿（.ppt）”，暂不支持。请将正文复制到 Word",
        ),
        ("a.xlsb", zipped("[Content_Types].xml", "xl/workbook.bin"), "另存为 .xlsx"),
        ("a.txt", b"MZ\x90\x00\x03".ljust(80, b"\x00"), "可执行程序.*扩展名 .txt 与内容不符"),
        ("a.zip", zipped("a.docx"), "解压"),
        ("a.txt", b"\x00\x01\x02\x03" * 100, "二进制"),
    ],
)
def test_read_refuses_other_kinds_and_says_what_to_do(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    with pytest.raises(UnsupportedFormatError, match=f"^{name}：.*{message}"):
        read(write(tmp_path, name, data))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "文件是空的"),
        (make_docx(para("甲"))[:200], "损坏或不完整"),
        (zipped("[Content_Types].xml"), "缺少正文部件"),
        (compound("EncryptedPackage"), "文件已加密。请去除密码后重试。$"),
        (make_docx(extra={"word/document.xml": b"<w:p"}), "不是有效的 XML"),
    ],
)
def test_read_refuses_damaged_files_and_says_what_to_do(tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(DamagedFileError, match=f"^a.docx：.*{message}"):
        read(write(tmp_path, "a.docx", data))


def test_read_refuses_an_encrypted_zip(tmp_path: Path) -> None:
    data = bytearray(make_docx(para("甲")))
    for magic, flag in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = data.find(magic)
        data[place + flag] |= 1
    with pytest.raises(DamagedFileError, match="文件已加密"):
        read(write(tmp_path, "a.docx", bytes(data)))


def test_read_refuses_a_document_whose_bytes_were_damaged(tmp_path: Path) -> None:
    data = bytearray(make_docx(para("甲" * 500)))
    place = data.find(b"word/document.xml") + 30
    data[place : place + 8] = b"\xff" * 8
    with pytest.raises(DamagedFileError, match="word/document.xml 损坏"):
        read(write(tmp_path, "a.docx", bytes(data)))


def test_read_refuses_what_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="这是文件夹"):
        read(tmp_path)
    with pytest.raises(ReadError, match="文件不存在"):
        read(tmp_path / "没有.docx")
    with pytest.raises(ReadError, match="文件名无效"):
        read(f"{tmp_path}/a\0.docx")
    os.mkfifo(tmp_path / "管道.txt")
    with pytest.raises(ReadError, match="不是普通文件"):
        read(tmp_path / "管道.txt")


def test_read_refuses_what_it_may_not_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, "a.txt", b"x")

    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(ReadError, match="没有读取权限"):
        read(path)


def test_read_refuses_a_file_that_is_too_large(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match="文件过大"):
        read(write(tmp_path, "a.txt", b"four"), limits=replace(LIMITS, file_bytes=3))


def test_read_sees_through_real_extensions(shared: Path) -> None:
    word = shared / "reports" / "word"
    assert read(word / "wuzhou_processDoc_MISNAMED_is_docx.doc").warnings[0].startswith("扩展名为 .doc")
