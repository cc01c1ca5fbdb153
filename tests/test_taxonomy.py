"""Taxonomy files: the built-in one, an office's own, and what is wrong with a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import ResourceError
from pipeline.taxonomy import builtin
from pipeline.taxonomy_file import check, read_taxonomy

SOUND = """
title = "采购专项"
version = "2.0"
other = "QT"
[[category]]
code = "CG"
name = "采购"
mandate = "L2"
[[category.subcategory]]
code = "CG01"
name = "规避招标"
definition = "拆分项目、化整为零，应招未招"
indicators = ["化整为零", "拆分"]
[[category.subcategory]]
code = "CG02"
name = "验收走过场"
definition = "货物到了没有人验收，签字补在后面"
mandate = "L4"
[[category]]
code = "QT"
name = "其他"
definition = "以上均不适用"
[[close_pair]]
codes = ["CG01", "CG02"]
rule = "招标前的归 CG01，到货后的归 CG02"
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "本局分类.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_builtin_taxonomy_has_its_categories_rules_and_no_fault() -> None:
    taxonomy = builtin()
    assert len([row for row in taxonomy.categories.values() if row.level == "1"]) == 12
    assert len(taxonomy.leaves) == 46
    assert taxonomy.category_of("ZF03") == "ZF"
    assert taxonomy.name_of("ZF03") == "联系群众与调查研究"
    assert all(row.definition and row.include and row.exclude for row in taxonomy.leaves)
    assert len(taxonomy.close_pairs) >= 20


def test_read_taxonomy_keeps_the_order_and_lets_subcategories_inherit_the_mandate(tmp_path: Path) -> None:
    taxonomy = read_taxonomy(written(tmp_path, SOUND))
    assert list(taxonomy.categories) == ["CG", "CG01", "CG02", "QT"]
    assert [row.code for row in taxonomy.leaves] == ["CG01", "CG02", "QT"]
    assert [row.mandate for row in taxonomy.leaves] == ["L2", "L4", ""]
    assert taxonomy.below("CG") == ("CG01", "CG02")
    assert (taxonomy.title, taxonomy.version, taxonomy.other) == ("采购专项", "2.0", "QT")
    assert check(written(tmp_path, SOUND)) == ()


def test_a_taxonomy_without_other_gets_one(tmp_path: Path) -> None:
    text = SOUND.split("[[close_pair]]")[0].replace('other = "QT"\n', "").replace('code = "QT"', 'code = "ZZ"')
    taxonomy = read_taxonomy(written(tmp_path, text))
    assert taxonomy.other == "QT00"
    assert taxonomy.category_of("QT00") == "QT"
    assert [fault.severity for fault in check(written(tmp_path, text))] == ["warning"]


def test_the_digest_changes_with_content_and_not_with_comments(tmp_path: Path) -> None:
    one = read_taxonomy(written(tmp_path, SOUND)).digest
    same = read_taxonomy(written(tmp_path, "# 说明\n" + SOUND)).digest
    other = read_taxonomy(written(tmp_path, SOUND.replace("应招未招", "应招标未招标"))).digest
    assert one == same != other


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('version = "2.0"', "", "缺少版本号"),
        ('version = "2.0"', "version = 2", "缺少版本号"),
        ('name = "采购"', "", "CG：缺少 name"),
        ('code = "CG02"', 'code = "CG01"', "CG01 用了 2 次"),
        ('code = "CG02"', 'code = "CG;02"', "类目码只能用"),
        ('indicators = ["化整为零", "拆分"]', 'indicators = "拆分"', "CG01：indicators 应为文字的列表"),
        ('indicators = ["化整为零", "拆分"]', 'keywords = ["拆分"]', "CG01：不认识的项 keywords"),
        ('other = "QT"', 'other = "XX"', "other 指的类目 XX 不存在"),
        ('other = "QT"', 'other = "CG"', "CG 下有子类"),
        ('codes = ["CG01", "CG02"]', 'codes = ["CG01", "CG09"]', "易混对 1：类目 CG09 不存在"),
        ('codes = ["CG01", "CG02"]', 'codes = ["CG01"]', "易混对 1：应有 codes"),
        ('title = "采购专项"', "title = 采购", "不是合格的 TOML"),
    ],
)
def test_check_names_the_error_and_read_refuses_it(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = written(tmp_path, SOUND.replace(old, new))
    assert any(message in fault.message for fault in check(path) if fault.severity == "error")
    with pytest.raises(ResourceError, match="本局分类.toml") as caught:
        read_taxonomy(path)
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('name = "验收走过场"', 'name = "规避招标"', "名称“规避招标”与 CG01 相同"),
        ('definition = "货物到了没有人验收，签字补在后面"', "", "没有定义也没有提示语"),
        ('mandate = "L4"', 'indicators = ["拆分"]', "提示语“拆分”与 CG01 重复"),
    ],
)
def test_check_warns_of_what_makes_a_file_poor(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = written(tmp_path, SOUND.replace(old, new))
    faults = check(path)
    assert [fault.severity for fault in faults] == ["warning"]
    assert message in faults[0].message
    assert read_taxonomy(path).version == "2.0"


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "文件是空的"), ("版本".encode("gbk"), "不是 UTF-8"), (b"category = 3\nversion = '1'", r"\[\[category\]\]")],
)
def test_check_tells_what_is_no_taxonomy(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(content)
    with pytest.raises(ResourceError, match=message):
        read_taxonomy(path)


def test_check_tells_of_a_missing_file(tmp_path: Path) -> None:
    assert "打不开" in check(tmp_path / "没有.toml")[0].message
