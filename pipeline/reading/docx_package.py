"""The zip around a .docx: its parts found by type, unpacked within limits, parsed without reaching outside."""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from dataclasses import dataclass

from lxml import etree

from pipeline.errors import DamagedFileError

MOST_MEMBERS = 20_000
MOST_BYTES = 256 << 20
MOST_RATIO = 400
_RATIO_MATTERS_FROM = 16 << 20
_REPAIR = "请用 Word、WPS 打开修复后另存为 .docx 再试"
_REFETCH = "请重新获取该文件，或" + _REPAIR.removeprefix("请")
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_OVERRIDE = "{http://schemas.openxmlformats.org/package/2006/content-types}Override"
_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (b"http://purl.oclc.org/ooxml/officeDocument/math", b"http://schemas.openxmlformats.org/officeDocument/2006/math"),
)


@dataclass(frozen=True, slots=True)
class Package:
    """An opened .docx. `parts` are the related parts of the main part by the last word of their relationship type."""

    file: str
    archive: zipfile.ZipFile
    members: dict[str, zipfile.ZipInfo]
    main: str
    parts: dict[str, str]

    def main_part(self) -> etree._Element:
        """Return the root of the main document part. Raises DamagedFileError."""
        return _parse(_unpack(self.archive, self.members[self.main], self.file), self.file, self.main)

    def part(self, kind: str) -> etree._Element | None:
        """Return the root of a related part ("styles", "numbering", "footnotes" …), None where there is none.

        Raises DamagedFileError where it is there and cannot be read.
        """
        info = self.members.get(self.parts.get(kind, ""))
        return None if info is None else _parse(_unpack(self.archive, info, self.file), self.file, info.filename)


def open_package(data: bytes, file: str) -> Package:
    """Return the package in the bytes of a .docx; file is its name for messages.

    Raises DamagedFileError: a broken zip, too many or too large members, no main part.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise DamagedFileError(file, "文件损坏或不完整，无法解开", _REFETCH) from error
    infos = archive.infolist()
    _check_size(infos, file)
    members = {_plain(info.filename): info for info in infos}
    main = _find_main(archive, members, file)
    return Package(file, archive, members, main, _related(archive, members, main, file))


def _plain(name: str) -> str:
    """Part names compare without case; some writers use backslashes."""
    return name.replace("\\", "/").lstrip("/").lower()


def _check_size(infos: list[zipfile.ZipInfo], file: str) -> None:
    if len(infos) > MOST_MEMBERS:
        raise DamagedFileError(file, f"内部文件过多（{len(infos)} 个）", _REPAIR)
    if any(info.flag_bits & 1 for info in infos):
        raise DamagedFileError(file, "文件已加密", "请去除密码后重试")


def _unpack(archive: zipfile.ZipFile, info: zipfile.ZipInfo, file: str) -> bytes:
    """Return the bytes of a member. zipfile reads no more than the declared size, so that is what is checked."""
    ratio = info.file_size / max(info.compress_size, 1)
    if info.file_size > MOST_BYTES or (info.file_size > _RATIO_MATTERS_FROM and ratio > MOST_RATIO):
        raise DamagedFileError(file, f"内部文件 {info.filename} 解压后过大（{info.file_size >> 20} MB）", _REPAIR)
    try:
        return archive.read(info)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, ValueError) as error:
        raise DamagedFileError(file, f"内部文件 {info.filename} 损坏", _REFETCH) from error


def _parse(data: bytes, file: str, name: str) -> etree._Element:
    for strict, transitional in _STRICT:
        data = data.replace(strict, transitional)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DamagedFileError(file, f"内部文件 {name} 不是有效的 XML", _REFETCH) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise DamagedFileError(file, f"内部文件 {name} 含有 DTD 声明，为安全起见不予读取", _REPAIR)
    return root


def _find_main(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], file: str) -> str:
    """Find the main part: by the package's relationships, its content types, or the usual name."""
    related = [target for kind, target in _relationships(archive, members, "", file) if kind == "officedocument"]
    for candidates in (related, ["word/document.xml"]):
        found = next((name for name in candidates if name in members), None)
        if found is not None:
            return found
    typed = next((name for name in _typed_mains(archive, members, file) if name in members), None)
    if typed is None:
        raise DamagedFileError(file, "缺少正文部件（word/document.xml）", _REPAIR)
    return typed


def _typed_mains(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], file: str) -> list[str]:
    info = members.get("[content_types].xml")
    if info is None:
        return []
    root = _parse(_unpack(archive, info, file), file, info.filename)
    nodes = root.iterchildren(_OVERRIDE)
    return [_plain(node.get("PartName", "")) for node in nodes if node.get("ContentType", "").endswith(".main+xml")]


def _related(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], main: str, file: str) -> dict[str, str]:
    folder = posixpath.dirname(main)
    related = {name: posixpath.join(folder, f"{name}.xml") for name in ("styles", "numbering", "footnotes", "endnotes")}
    for kind, target in _relationships(archive, members, main, file):
        if target in members:
            related[kind] = target
    return related


def _relationships(
    archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], source: str, file: str
) -> list[tuple[str, str]]:
    """Return (last word of the type, part name) of the relationships of a part, of the package for "".

    Broken relationships are none.
    """
    folder, name = posixpath.split(source)
    info = members.get(_plain(posixpath.join(folder, "_rels", f"{name}.rels")))
    if info is None:
        return []
    try:
        root = _parse(_unpack(archive, info, file), file, info.filename)
    except DamagedFileError:
        # the usual names are tried next
        return []
    return [
        (node.get("Type", "").rpartition("/")[2].lower(), _target(folder, node.get("Target", "")))
        for node in root.iterchildren(_RELATIONSHIP)
        if node.get("TargetMode") != "External"
    ]


def _target(folder: str, target: str) -> str:
    """Resolve a target against the folder of its source: ("word", "styles.xml") -> "word/styles.xml"."""
    if target.startswith(("/", "\\")):
        return _plain(target)
    return _plain(posixpath.normpath(posixpath.join(folder, target.replace("\\", "/"))))
