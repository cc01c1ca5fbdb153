"""The score of a text: each kind of damage is seen, clean text is not blamed, and values are withheld at the bottom."""

from __future__ import annotations

import pytest

from pipeline.quality import (
    THRESHOLD,
    WITHHELD_NOTE,
    Quality,
    is_trusted,
    quality_warning,
    rate,
    withhold_values,
)
from pipeline.records import Block, Document, Quantity

CLEAN = "今年以来，全局开展自查3次，发现问题12个，已整改9个。个别科室台账登记不全，审批手续不完整。"


def document(text: str) -> Document:
    blocks, place = [], 0
    for line in text.split("\n"):
        blocks.append(Block(place, place + len(line)))
        place += len(line) + 1
    return Document("q", "q.txt", "txt", text, tuple(blocks))


def kinds(text: str) -> set[str]:
    return {damage.kind for damage in rate(document(text)).damages}


@pytest.mark.parametrize(
    ("hit", "near_miss", "kind"),
    [
        ("存在锟斤拷问题", "存在斤两不足问题", "mojibake"),
        ("鍏充簬鍐呮帶鑷煡鎯呭喌鐨勬姤鍛", "关于内控自查情况的报告", "rare"),
        ("å…³äºŽè‡ªæŸ¥", "Ångström 单位", "mojibake"),
        ("发现间题3个", "时间题目已定", "ocr"),
        ("制度末落实到位", "年末落实到位", "ocr"),
        ("截至3月5曰", "子曰：学而时习之", "ocr"),
        ("己经整改", "自己经手的账目", "ocr"),
        ("支出2O万元", "减排CO2万吨", "ocr"),
        ("存在l问题", "启动I级响应", "ocr"),
        ("工作，。推进", "工作……推进", "ocr"),
        ("制度|不健全", "第____号", "ocr"),
        ("作出报(bào)告", "采用标准（gb）执行", "pinyin"),
        ("作出报(bao)告", "分为甲(a)、乙(b)两类", "pinyin"),
        ("截至20211228日", "编号20211228号", "bare-date"),
        ("截至2021年1228日", "截至2021年12月28日", "bare-date"),
        ("截至202112月", "共202112个", "bare-date"),
        ("健全,完善", "1,200元", "half-width"),
        ("责任(含连带)", "面积3(4)平方米", "half-width"),
        ("重 大事项", "目　　录", "blank"),
    ],
)
def test_rate_sees_each_kind_of_damage(hit, near_miss, kind):
    assert kind in kinds(hit)
    assert kind not in kinds(near_miss)


def test_rate_sees_lines_broken_at_the_margin():
    text = "局机关各科室对照要求逐项开展自查自纠工作并建立问题台账"
    broken = "\n".join([text + "健全机制", "制度" + text + "推进", "情况" + text + "完成"] * 4)
    assert "line-join" in kinds(broken)
    assert "line-join" not in kinds("\n".join(line + "。" for line in broken.split("\n")))
    headings = "\n".join("一、加强组织领导" + "落实责任" * (place % 7) for place in range(20))
    assert "line-join" not in kinds(headings)


def test_rate_sees_a_text_of_rare_characters():
    assert "rare" in kinds("洳淏潠茚譁鏍顥銥鉨鍱" * 12)
    assert "rare" not in kinds(CLEAN * 5)


def test_rate_of_clean_text_is_one():
    assert rate(document(CLEAN * 10)) == Quality(1.0)
    assert rate(document("")) == Quality(1.0)


def test_rate_orders_texts_by_damage():
    crawled = CLEAN.replace("，", ",") * 10
    misread = CLEAN.replace("问题", "间题").replace("未", "末").replace("3次", "3l个") * 10
    wrong = CLEAN.encode().decode("gbk", "replace") * 10
    scores = [rate(document(text)).score for text in (CLEAN * 10, crawled, misread, wrong)]
    assert scores == sorted(scores, reverse=True) and len(set(scores)) == 4
    assert THRESHOLD < scores[1] < 0.95 and scores[2] < THRESHOLD and scores[3] < THRESHOLD


def test_rate_names_the_damage_with_an_example():
    damage = rate(document("发现间题3个")).damages[0]
    assert (damage.kind, damage.count, damage.example) == ("ocr", 1, "发现间题3个")
    assert "疑似识别错误 1 处（如“发现间题3个”）" in rate(document("发现间题3个")).sentence()


def test_withhold_values_below_the_threshold_only():
    quantity = Quantity("q-1", 0, 4, "105万元", "money", 1050000.0, unit="元")
    assert withhold_values((quantity,), Quality(THRESHOLD)) == (quantity,)
    (withheld,) = withhold_values((quantity,), Quality(0.2))
    assert (withheld.value, withheld.note, withheld.raw) == (None, WITHHELD_NOTE, "105万元")


def test_quality_warning_says_why():
    bad = rate(document("自査发现间题，末落实。" * 20))
    assert not is_trusted(bad) and "疑似识别错误" in (quality_warning(bad) or "")
    assert quality_warning(Quality(0.9)) is None


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [("000_2bf9e9bc3bcbcda4", 0.95, 1.0), ("gwr2025_hunan", 0.95, 1.0), ("bxgd_hangkong_2025_excerpt", 0.6, 0.9)],
)
def test_rate_of_shared_texts(shared, name, low, high):
    text = (shared / f"reports/text/{name}.txt").read_text(encoding="utf-8")
    assert low <= rate(document(text)).score <= high


def test_rate_takes_no_longer_on_a_line_made_to_confuse():
    # Each of these is a run on which a careless pattern needs exponential time.
    for run in ("|", "鐨勫", "ÃÂ", "，", "a", " "):
        assert rate(document("甲" + run * 20_000 + "1")).score <= 1.0
