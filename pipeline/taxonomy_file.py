"""Taxonomy files (TOML) → `Taxonomy`, and what is wrong with a file.

    version = "1.0"
    [[category]]
    code = "CG"
    name = "采购"
    [[category.subcategory]]
    code = "CG01"
    name = "规避招标"
    definition = "拆分项目、化整为零，应招未招"
    indicators = ["化整为零", "拆分"]

Optional: title, other (the code for 其他), name_en, mandate, include, exclude, indicators, and [[close_pair]] with
codes and rule. A category without subcategories is labelled as such.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pipeline.errors import ResourceError
from pipeline.taxonomy import OTHER, Category, ClosePair, Taxonomy, builtin, by_code

Severity = Literal["error", "warning"]
_CODE = re.compile(r"[A-Za-z0-9_\u4e00-\u9fff.\-]{1,24}")
_TEXT_KEYS = ("name_en", "mandate", "definition")
_LIST_KEYS = ("include", "exclude", "indicators")
_TOP_KEYS = ("title", "version", "other", "category", "close_pair")
_ROW_KEYS = ("code", "name", *_TEXT_KEYS, *_LIST_KEYS)
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong with a taxonomy file: an error keeps it from being used, a warning does not."""

    severity: Severity
    message: str


def read_taxonomy(path: Path) -> Taxonomy:
    """Return the taxonomy of a file.

    Example: `read_taxonomy(Path("本局分类.toml")).categories["CG01"].name_zh` -> "规避招标".
    Raises ResourceError with the first errors where there are any.
    """
    data, faults = _load(path)
    faults += [fault for fault in _faults(data) if fault.severity == "error"]
    if faults:
        shown = "；".join(fault.message for fault in faults[:_SHOWN]).rstrip("。")
        advice = f"请改正后重试，全部问题见 zicha taxonomy {path.name} --check。"
        raise ResourceError(f"{path.name}：{shown}。{advice}")
    return _built(data)


def taxonomy_of(path: Path | None) -> Taxonomy:
    """Return the taxonomy of a file, the built-in one without a file. Raises as `read_taxonomy`."""
    return builtin() if path is None else read_taxonomy(path)


def check(path: Path) -> tuple[Fault, ...]:
    """Return what is wrong with a taxonomy file, errors first; nothing where it is sound.

    Example: a file whose close_pair names the unknown code CG09 -> (Fault("error", "易混对 1：类目 CG09 不存在"),).
    """
    data, faults = _load(path)
    faults += _faults(data) if not faults else []
    return tuple(sorted(faults, key=lambda fault: fault.severity))


def _load(path: Path) -> tuple[dict[str, Any], list[Fault]]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig")), []
    except OSError as error:
        return {}, [Fault("error", f"文件打不开（{error.strerror or type(error).__name__}）")]
    except UnicodeDecodeError:
        return {}, [Fault("error", "不是 UTF-8 编码的文本。请在编辑器中另存为 UTF-8")]
    except tomllib.TOMLDecodeError as error:
        return {}, [Fault("error", f"不是合格的 TOML：{error}")]


def _faults(data: dict[str, Any]) -> list[Fault]:
    if not data:
        return [Fault("error", "文件是空的，至少要有 version 和一个 [[category]]")]
    found = [*_top_faults(data)]
    rows = list(_tables(data))
    for where, row in rows:
        found.extend(_row_faults(where, row))
    # What comes after compares rows, so it needs them to be of the right form.
    if not any(fault.severity == "error" for fault in found):
        found.extend(_code_faults(data, [row["code"] for _, row in rows]))
        found.extend(_wording_faults(data))
    return found


def _top_faults(data: dict[str, Any]) -> Iterator[Fault]:
    if not isinstance(data.get("version"), str) or not data["version"].strip():
        yield Fault("error", '缺少版本号，请在开头写 version = "1.0"')
    for key in sorted(set(data) - set(_TOP_KEYS)):
        yield Fault("error", f"不认识的项 {key}，可用：{'、'.join(_TOP_KEYS)}")
    for key in ("category", "close_pair"):
        rows = data.get(key, [])
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            yield Fault("error", f"{key} 应写作 [[{key}]]")
    if not data.get("category"):
        yield Fault("error", "没有类目，至少要有一个 [[category]]")
    for key in ("title", "other"):
        if not isinstance(data.get(key, ""), str):
            yield Fault("error", f"{key} 应为文字")


def _tables(data: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each category and subcategory with how to name it in a message."""
    tables = data.get("category")
    for number, category in enumerate(tables if isinstance(tables, list) else [], start=1):
        if not isinstance(category, dict):
            continue
        where = str(category.get("code") or f"第{number}个类目")
        yield where, {key: value for key, value in category.items() if key != "subcategory"}
        children = category.get("subcategory", [])
        for place, child in enumerate(children if isinstance(children, list) else [], start=1):
            if isinstance(child, dict):
                yield str(child.get("code") or f"{where} 的第{place}个子类"), child


def _row_faults(where: str, row: dict[str, Any]) -> Iterator[Fault]:
    for key in ("code", "name"):
        if not isinstance(row.get(key), str) or not row[key].strip():
            yield Fault("error", f"{where}：缺少 {key}")
    if isinstance(row.get("code"), str) and not _CODE.fullmatch(row["code"]):
        yield Fault("error", f"{where}：类目码只能用字母、数字、汉字、. _ -，最多 24 个")
    for key in sorted(set(row) - set(_ROW_KEYS)):
        yield Fault("error", f"{where}：不认识的项 {key}，可用：{'、'.join(_ROW_KEYS)}")
    for key in _TEXT_KEYS:
        if not isinstance(row.get(key, ""), str):
            yield Fault("error", f"{where}：{key} 应为文字")
    for key in _LIST_KEYS:
        items = row.get(key, [])
        if not isinstance(items, list) or not all(isinstance(item, str) and item.strip() for item in items):
            yield Fault("error", f'{where}：{key} 应为文字的列表，如 {key} = ["甲", "乙"]，且不能有空项')


def _code_faults(data: dict[str, Any], codes: list[str]) -> Iterator[Fault]:
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield Fault("error", f"类目码 {code} 用了 {codes.count(code)} 次")
    if "other" in data and data["other"] not in codes:
        yield Fault("error", f"other 指的类目 {data['other']} 不存在")
    elif data.get("other") in [row["code"] for row in data["category"] if row.get("subcategory")]:
        yield Fault("error", f"other 指的类目 {data['other']} 下有子类，应指其中一个子类")
    for number, pair in enumerate(data.get("close_pair", []), start=1):
        named = pair.get("codes", [])
        if not isinstance(named, list) or len(named) < 2 or not isinstance(pair.get("rule"), str):
            yield Fault("error", f"易混对 {number}：应有 codes（两个以上类目码）和 rule（判别规则）")
            continue
        for code in named:
            if code not in codes:
                yield Fault("error", f"易混对 {number}：类目 {code} 不存在")


def _wording_faults(data: dict[str, Any]) -> Iterator[Fault]:
    """Yield what makes a sound file a poor one."""
    names: dict[str, str] = {}
    owners: dict[str, str] = {}
    if "other" not in data and OTHER not in [row["code"] for _, row in _tables(data)]:
        yield Fault("warning", f"没有“其他”类，程序会自动加上 {OTHER}")
    divided = {table["code"] for table in data["category"] if table.get("subcategory")}
    for where, row in _tables(data):
        if row["name"] in names:
            yield Fault("warning", f"{where}：名称“{row['name']}”与 {names[row['name']]} 相同")
        names.setdefault(row["name"], where)
        if where not in divided and not row.get("definition") and not row.get("indicators"):
            yield Fault("warning", f"{where}：没有定义也没有提示语，只能凭名称归类")
        for phrase in row.get("indicators", []):
            if owners.setdefault(phrase, where) != where:
                yield Fault("warning", f"{where}：提示语“{phrase}”与 {owners[phrase]} 重复，分不出两类")


def _built(data: dict[str, Any]) -> Taxonomy:
    rows = []
    for table in data["category"]:
        rows.append(_row(table, level="1", parent=""))
        above = {"mandate": table.get("mandate", "")}
        rows.extend(_row(above | child, level="2", parent=table["code"]) for child in table.get("subcategory", []))
    found = by_code(rows)
    other = data.get("other", OTHER)
    if other not in found:
        found |= _added_other(found)
    canonical = json.dumps(data, ensure_ascii=False, sort_keys=True)
    return Taxonomy(
        title=data.get("title", ""),
        version=data["version"],
        other=other,
        digest=hashlib.sha256(canonical.encode()).hexdigest()[:12],
        categories=found,
        close_pairs=tuple(ClosePair(tuple(pair["codes"]), pair["rule"]) for pair in data.get("close_pair", [])),
    )


def _row(table: dict[str, Any], *, level: str, parent: str) -> Category:
    given: dict[str, Any] = {key: table.get(key, "") for key in _TEXT_KEYS}
    given |= {key: tuple(table.get(key, ())) for key in _LIST_KEYS}
    return Category(code=table["code"], level=level, parent=parent, name_zh=table["name"], **given)


def _added_other(found: dict[str, Category]) -> dict[str, Category]:
    parent = OTHER[:2]
    above = {} if parent in found else by_code([Category(parent, "1", "", "其他")])
    return above | by_code([Category(OTHER, "2", parent, "其他/待人工归类", definition="以上均不适用或证据不足")])
