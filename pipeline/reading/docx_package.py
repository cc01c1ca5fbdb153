"""The zip around a .docx: its parts found by type, unpacked within limits, parsed without reaching outside."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial

from lxml import etree

from pipeline.errors import DamagedFileError
from pipeline.limits import LIMITS, Limits
from pipeline.reading.docx_plain import PlainParagraphs, slimmed_styles

_REPAIR = "请用 Word、WPS 打开修复后另存为 .docx 再试"
_REFETCH = "请重新获取该文件，或" + _REPAIR.removeprefix("请")
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_OVERRIDE = "{http://schemas.openxmlformats.org/package/2006/content-types}Override"
_PARSER_DEPTH = 256
# One parser for all parts: to make one costs as much as to parse a small part. Ids are of no use here.
_PARSER = etree.XMLParser(
    resolve_entities=False,
    no_network=True,
    huge_tree=False,
    load_dtd=False,
    remove_comments=True,
    remove_pis=True,
    collect_ids=False,
)
# What a reader leaves for the audit of the same file; a larger document is opened again rather than held.
_KEPT_BYTES = 16 << 20
_HEAD = 1024
_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (b"http://purl.oclc.org/ooxml/officeDocument/math", b"http://schemas.openxmlformats.org/officeDocument/2006/math"),
)
_DOCTYPE = re.compile(rb"[^<]*(?:<\?[^>]*>[^<]*|<!--.*?-->[^<]*)*<!DOCTYPE", re.DOTALL | re.IGNORECASE)
_FIRST_ELEMENT = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?[^>]*\?>\s*)*<(?:[\w.-]+:)?([\w.-]+)[\s/>]")


class _Members:
    """The members of a zip by their plain name; unpacks them within the limits, which count over all of them."""

    def __init__(self, data: bytes, file: str, limits: Limits) -> None:
        self.file = file
        self.limits = limits
        self._unpacked = 0
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise DamagedFileError(file, "文件损坏或不完整，无法解开", _REFETCH) from error
        infos = self._archive.infolist()
        _check_members(infos, file, limits)
        self._infos = {_plain(info.filename): info for info in infos}

    def __contains__(self, name: str) -> bool:
        return name in self._infos

    def __iter__(self) -> Iterator[str]:
        return iter(self._infos)

    @property
    def unpacked(self) -> int:
        """How many bytes were unpacked so far."""
        return self._unpacked

    def unpack(self, name: str) -> bytes:
        """Return the bytes of a member. zipfile reads no more than the declared size, so that is what is checked."""
        info, limits = self._infos[name], self.limits
        self._unpacked += info.file_size
        ratio = info.file_size / max(info.compress_size, 1)
        far = info.file_size > limits.ratio_from_bytes and ratio > limits.ratio
        if far or info.file_size > limits.member_bytes or self._unpacked > limits.unpacked_bytes:
            problem = f"内部文件 {info.filename} 解压后过大（{info.file_size >> 20} MB）"
            raise DamagedFileError(self.file, problem, _REPAIR)
        try:
            return self._archive.read(info)
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, ValueError) as error:
            raise DamagedFileError(self.file, f"内部文件 {info.filename} 损坏", _REFETCH) from error

    def root_name(self, name: str) -> str | None:
        """Return the local name of a member's root, read from its first bytes; None where they do not show it."""
        try:
            with self._archive.open(self._infos[name]) as member:
                first = _FIRST_ELEMENT.match(member.read(_HEAD))
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError, ValueError):
            return None
        return None if first is None else first[1].decode()

    def parse(self, name: str, data: bytes | None = None) -> etree._Element:
        """Return the root of a member as it is; data: its bytes where they are unpacked already."""
        data = self.unpack(name) if data is None else data
        return _parse(data, self.file, self._infos[name].filename, self.limits)

    def parse_short(self, name: str, shortened: Callable[[bytes], bytes], data: bytes | None = None) -> etree._Element:
        """Return the root of a member after its bytes were shortened."""
        data = _transitional(self.unpack(name) if data is None else data)
        shown = self._infos[name].filename
        short = shortened(data)
        if short != data:
            # Where the rest is broken, the whole is, and its error says so.
            with suppress(DamagedFileError):
                return _parse(short, self.file, shown, self.limits)
        return _parse(data, self.file, shown, self.limits)


@dataclass(frozen=True, slots=True)
class Package:
    """An opened .docx. `parts` are the related parts of the main part by the last word of their relationship type.

    A related part is parsed once, the main part unpacked once, however often they are asked for.
    """

    file: str
    members: _Members
    main: str
    parts: dict[str, str]
    _roots: dict[str, etree._Element] = field(default_factory=dict)
    _main_data: list[bytes] = field(default_factory=list)

    def main_part(self, plain: PlainParagraphs | None = None) -> etree._Element:
        """Return the root of the main document part; its plain paragraphs are in `plain` where that is given.

        Raises DamagedFileError.
        """
        if not self._main_data:
            self._main_data.append(self.members.unpack(self.main))
        data = self._main_data[0]
        if len(data) > _KEPT_BYTES:
            self._main_data.clear()
        if plain is None:
            return self.members.parse(self.main, data)
        return self.members.parse_short(self.main, plain.taken_out, data)

    def part(self, kind: str) -> etree._Element | None:
        """Return the root of a related part ("styles", "numbering", "footnotes" …), None where there is none.

        Raises DamagedFileError where it is there and cannot be read.
        """
        name = self.parts.get(kind, "")
        if name not in self.members:
            return None
        if kind == "styles":
            return self._parsed(name, partial(self.members.parse_short, name, slimmed_styles))
        return self._parsed(name, partial(self.members.parse, name))

    def _parsed(self, name: str, parse: Callable[[], etree._Element]) -> etree._Element:
        root = self._roots.get(name)
        if root is None:
            root = self._roots[name] = parse()
        return root

    def roots_named(self, wanted: Collection[str]) -> Iterator[tuple[str, etree._Element]]:
        """Yield name and root of the other XML parts whose root has one of these local names, in the order of the zip.

        Those that cannot be read are none; those of another name are not even unpacked.
        """
        for name in self.members:
            if name == self.main or not name.endswith(".xml"):
                continue
            shown = self.members.root_name(name)
            if shown is not None and shown not in wanted:
                continue
            try:
                root = self._parsed(name, partial(self.members.parse, name))
            except DamagedFileError:
                continue
            if etree.QName(root).localname in wanted:
                yield name, root


def open_package(data: bytes, file: str, *, limits: Limits = LIMITS) -> Package:
    """Return the package in the bytes of a .docx; file is its name for messages.

    Raises DamagedFileError: a broken zip, too many or too large members, no main part.
    """
    members = _Members(data, file, limits)
    main = _find_main(members)
    return Package(file, members, main, _related(members, main))


# What was read last, for the audit that follows: one document at most, and no large one.
_kept: list[tuple[bytes, Limits, Package]] = []


def keep_package(data: bytes, package: Package) -> None:
    """Keep a package that was read, until it is taken or another one is kept."""
    _kept.clear()
    if package.members.unpacked <= _KEPT_BYTES:
        _kept.append((data, package.members.limits, package))


def take_package(data: bytes, file: str, *, limits: Limits = LIMITS) -> Package:
    """Return the package that was kept of the same bytes, which is then no longer kept, or open it; see `open_package`.

    What is kept are the bytes and the XML as parsed, never what a reader made of them.
    """
    try:
        kept_data, kept_limits, package = _kept.pop()
    except IndexError:
        return open_package(data, file, limits=limits)
    if (package.file, kept_limits) == (file, limits) and kept_data == data:
        return package
    return open_package(data, file, limits=limits)


def _plain(name: str) -> str:
    """Part names compare without case; some writers use backslashes."""
    return name.replace("\\", "/").lstrip("/").lower()


def _check_members(infos: list[zipfile.ZipInfo], file: str, limits: Limits) -> None:
    if len(infos) > limits.members:
        raise DamagedFileError(file, f"内部文件过多（{len(infos)} 个）", _REPAIR)
    if any(info.flag_bits & 1 for info in infos):
        raise DamagedFileError(file, "文件已加密", "请去除密码后重试")


def _transitional(data: bytes) -> bytes:
    """Return XML of the strict variant in the names of the usual one."""
    if b"http://purl.oclc.org/ooxml/" in data:
        for strict, transitional in _STRICT:
            data = data.replace(strict, transitional)
    return data


def _parse(data: bytes, file: str, name: str, limits: Limits) -> etree._Element:
    if _DOCTYPE.match(data[:4096]):
        raise DamagedFileError(file, f"内部文件 {name} 含有 DTD 声明，为安全起见不予读取", _REPAIR)
    try:
        root = etree.fromstring(_transitional(data), _PARSER)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DamagedFileError(file, f"内部文件 {name} {_why(error)}", _REFETCH) from error
    # A declaration in another encoding than ASCII's was not seen above.
    if root.getroottree().docinfo.internalDTD is not None:
        raise DamagedFileError(file, f"内部文件 {name} 含有 DTD 声明，为安全起见不予读取", _REPAIR)
    if limits.xml_depth < _PARSER_DEPTH and root.xpath(f"boolean(//*[count(ancestor::*) >= {limits.xml_depth}])"):
        raise DamagedFileError(file, f"内部文件 {name} 层次过深（超过 {limits.xml_depth} 层）", _REPAIR)
    return root


def _why(error: Exception) -> str:
    """Return what is wrong with XML in the words of a user; the limits of libxml2 itself have words of their own."""
    reason = str(error).lower()
    if "depth" in reason:
        return f"层次过深（超过 {_PARSER_DEPTH} 层），或不是有效的 XML"
    if "huge" in reason or "too long" in reason or "text node" in reason:
        return "有过长的文字（一处超过 10 MB），或不是有效的 XML"
    return "不是有效的 XML"


def _find_main(members: _Members) -> str:
    """Find the main part: by the package's relationships, its content types, or the usual name."""
    related = [target for kind, target in _relationships(members, "") if kind == "officedocument"]
    for candidates in (related, ["word/document.xml"]):
        found = next((name for name in candidates if name in members), None)
        if found is not None:
            return found
    typed = next((name for name in _typed_mains(members) if name in members), None)
    if typed is None:
        raise DamagedFileError(members.file, "缺少正文部件（word/document.xml）", _REPAIR)
    return typed


def _typed_mains(members: _Members) -> list[str]:
    name = "[content_types].xml"
    if name not in members:
        return []
    root = members.parse(name)
    nodes = root.iterchildren(_OVERRIDE)
    return [_plain(node.get("PartName", "")) for node in nodes if node.get("ContentType", "").endswith(".main+xml")]


def _related(members: _Members, main: str) -> dict[str, str]:
    folder = posixpath.dirname(main)
    related = {name: posixpath.join(folder, f"{name}.xml") for name in ("styles", "numbering", "footnotes", "endnotes")}
    for kind, target in _relationships(members, main):
        if target in members:
            related[kind] = target
    return related


def _relationships(members: _Members, source: str) -> list[tuple[str, str]]:
    """Return (last word of the type, part name) of the relationships of a part, of the package for "".

    Broken relationships are none.
    """
    folder, name = posixpath.split(source)
    part = _plain(posixpath.join(folder, "_rels", f"{name}.rels"))
    if part not in members:
        return []
    try:
        root = members.parse(part)
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
