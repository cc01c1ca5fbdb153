"""OFD: runs of text to paragraphs; without the extra, a clear message."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from pipeline.errors import DamagedFileError, ReadError, UnsupportedFormatError
from pipeline.reading import ofd, read

_SPACE = 'xmlns:ofd="http://www.ofdspec.org/2016"'

needs_ofd = pytest.mark.skipif(not ofd.is_available(), reason="the extra ofd is not installed")


def run(number: int, x: float, y: float, text: str, size: float = 5.6) -> str:
    """Return a text object in millimetres; every character is one em wide."""
    deltas = f"g {len(text) - 1} {size}" if len(text) > 1 else ""
    return (
        f'<ofd:TextObject ID="{number}" Boundary="{x} {y} {size * len(text)} {size}" Font="1" Size="{size}">'
        f'<ofd:TextCode X="0" Y="{size}" DeltaX="{deltas}">{text}</ofd:TextCode></ofd:TextObject>'
    )


def make_ofd(*pages: list[str], head: str = "") -> bytes:
    entries = "".join(
        f'<ofd:Page ID="{100 + number}" BaseLoc="Pages/Page_{number}/Content.xml"/>' for number in range(len(pages))
    )
    parts = {
        "OFD.xml": f"<ofd:OFD {_SPACE}><ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>"
        "</ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {_SPACE}><ofd:CommonData><ofd:PageArea><ofd:PhysicalBox>0 0 210 297"
        f"</ofd:PhysicalBox></ofd:PageArea></ofd:CommonData><ofd:Pages>{entries}</ofd:Pages></ofd:Document>",
    }
    for number, runs in enumerate(pages):
        parts[f"Doc_0/Pages/Page_{number}/Content.xml"] = (
            f'{head}<ofd:Page {_SPACE}><ofd:Content><ofd:Layer ID="9">{"".join(runs)}</ofd:Layer></ofd:Content>'
            "</ofd:Page>"
        )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


PAGE = [
    run(1, 43.2, 40, "一、存在的问题"),
    run(2, 32, 50, "　　今年以来党委专题研究四次并与各站所签订责任书"),
    run(3, 32, 60, "可是台账更新不够及时抽查的站点中有三个停在上季度"),
    run(4, 32, 70, "原因说不清。"),
    run(5, 100, 285, "— 1 —"),
]


@needs_ofd
def test_read_joins_the_lines_of_an_ofd(tmp_path: Path) -> None:
    path = tmp_path / "公文.ofd"
    path.write_bytes(make_ofd(PAGE))
    found = read(path)
    assert found.text.split("\n") == [
        "一、存在的问题",
        "今年以来党委专题研究四次并与各站所签订责任书可是台账更新不够及时抽查的站点中有三个停在上季度原因说不清。",
    ]
    assert (found.format, found.warnings) == ("ofd", ())


@needs_ofd
def test_read_ofd_names_pages_of_pictures() -> None:
    found = ofd.read_ofd(make_ofd(PAGE, []), "a.ofd", report_id="")
    assert found.warnings == ("第 2 页没有文字（可能是图片），未读入",)
    with pytest.raises(UnsupportedFormatError, match="a.ofd：OFD 中没有文字"):
        ofd.read_ofd(make_ofd([]), "a.ofd", report_id="")


@needs_ofd
def test_read_ofd_keeps_limits() -> None:
    with pytest.raises(ReadError, match="页数过多（2 页，上限 1 页）"):
        ofd.read_ofd(make_ofd(PAGE, PAGE), "a.ofd", report_id="", most_pages=1)
    with pytest.raises(ReadError, match="读取超过"):
        ofd.read_ofd(make_ofd(PAGE), "a.ofd", report_id="", seconds=-1.0)


@needs_ofd
@pytest.mark.parametrize(
    ("data", "message"),
    [
        (make_ofd(PAGE)[:200], "损坏或不完整"),
        (make_ofd(PAGE, head='<!DOCTYPE x [<!ENTITY a "b">]>'), "超出安全限制"),
    ],
)
def test_read_ofd_refuses_broken_and_hostile_files(data: bytes, message: str) -> None:
    with pytest.raises(DamagedFileError, match=f"a.ofd：OFD 文件{message}"):
        ofd.read_ofd(data, "a.ofd", report_id="")


def test_read_ofd_says_what_to_install_where_the_extra_is_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ofd, "is_available", lambda: False)
    with pytest.raises(UnsupportedFormatError, match=r"a.ofd：内容是“OFD 版式文件”.*zicha\[ofd\]"):
        ofd.read_ofd(b"", "a.ofd", report_id="")
