"""Metadata: title, unit, document number and date, from their places and nowhere else."""

from __future__ import annotations

import pytest

from pipeline.metadata import Metadata, read_metadata
from pipeline.records import Block, Document

BODY = "根据工作要求，现将自查情况报告如下。\n一、基本情况\n今年以来，各项工作有序开展。\n二、存在问题\n制度执行不严。"


def read(text: str, *, with_blocks: bool = True) -> Metadata:
    blocks, place = [], 0
    for line in text.split("\n"):
        blocks.append(Block(place, place + len(line)))
        place += len(line) + 1
    return read_metadata(Document("m", "m.txt", "txt", text, tuple(blocks) if with_blocks else ()))


@pytest.mark.parametrize("with_blocks", [True, False])
def test_read_metadata_of_a_whole_document(with_blocks):
    text = (
        "清河市水务局文件\n清水发〔2024〕12号\n清河市水务局\n关于内部控制自查情况的报告\n市财政局：\n"
        + BODY
        + "\n清河市水务局\n2024年3月5日"
    )
    assert read(text, with_blocks=with_blocks) == Metadata(
        "清河市水务局关于内部控制自查情况的报告",
        "清河市水务局",
        "清水发〔2024〕12号",
        "2024-03-05",
        None,
        "市财政局",
    )


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("关于党费收缴情况的自查报告", "关于党费收缴情况的自查报告"),
        ("2024年度工作总结（讨论稿）", "2024年度工作总结（讨论稿）"),
        ("关于落实巡察反馈意见\n整改进展情况的通报", "关于落实巡察反馈意见整改进展情况的通报"),
        ("民主生活会对照检查材料\n（2024年2月1日）", "民主生活会对照检查材料"),
        ("工作报告——2024年1月3日在全体会议上", "工作报告"),
        ("来源：清河日报\n关于整改情况的报告", "关于整改情况的报告"),
        ("[此处输入标题]", None),
        ("根据要求，现将我局工作情况汇报如下：", None),
        ("一、基本情况", None),
        ("清河市水务局", None),
    ],
)
def test_title(head, title):
    assert read(head + "\n" + BODY).title == title


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("清河市水务局关于内控自查的报告\n" + BODY, "清河市水务局"),
        ("临江大学2024年度工作总结\n" + BODY, "临江大学"),
        ("自查报告\n" + BODY + "\n中共清河市水务局党组\n2024年3月5日", "中共清河市水务局党组"),
        ("自查报告\n" + BODY + "\n清河市水务局 2024年3月5日", "清河市水务局"),
        ("工作报告\n各位代表：\n现在，我代表清河市人民政府，向大会报告工作。\n" + BODY, "清河市人民政府"),
        ("工作报告\n各位代表：\n现在，我代表市人民政府，向大会报告工作。\n" + BODY, None),
        ("自查报告\n" + BODY + "\nXX市水务局\n2024年3月5日", None),
        ("我局关于内控自查的报告\n" + BODY, None),
        ("关于内控自查的报告\n" + BODY, None),
        ("自查报告\n现将我局自查情况报告如下。\n" + BODY, None),
        ("自查报告\n现将清河市水务局自查情况报告如下。\n" + BODY, "清河市水务局"),
    ],
)
def test_unit(text, unit):
    assert read(text).unit == unit


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("清水发〔2024〕12号", "清水发〔2024〕12号"),
        ("清水字[2023]7号    签发人：李明", "清水字[2023]7号"),
        ("〔2024〕号", None),
        ("XX发〔2024〕12号", None),
        ("根据清水发〔2024〕12号文件要求", None),
    ],
)
def test_doc_number(line, number):
    assert read(line + "\n关于整改情况的报告\n" + BODY).doc_number == number


def test_doc_number_cited_in_the_body_is_none():
    assert read("自查报告\n按照《通知》（清水发〔2024〕12号）要求，现报告如下。\n" + BODY).doc_number is None


@pytest.mark.parametrize(
    ("tail", "date"),
    [
        ("\n清河市水务局\n2024年3月5日", "2024-03-05"),
        ("\n清河市水务局\n二〇二四年十二月二十五日", "2024-12-25"),
        ("\n清河市水务局\n二○二四年十月", "2024-10"),
        ("\n2024年2月30日", None),
        ("\n该办法自2024年3月5日起施行。", None),
        ("", None),
    ],
)
def test_date_of_the_signature(tail, date):
    assert read("自查报告\n" + BODY + tail).date == date


def test_date_below_the_title():
    assert read("自查报告\n（2024年3月5日）\n" + BODY).date == "2024-03-05"
    assert read("工作报告\n2024年1月3日在清河市第三届人民代表大会第四次会议上\n" + BODY).date == "2024-01-03"


AFTER = {
    "版记": "\n抄送：市审计局。\n清河市水务局办公室　2024年3月9日印发",
    "附注": "\n（联系人：办公室；电话：12345）",
    "附件": "\n附件1\n" + "\n".join(f"第{number}项问题，已整改" for number in range(12)) + "\n2024年4月1日",
    "附件说明": "",
}


@pytest.mark.parametrize("after", AFTER.values(), ids=AFTER)
def test_date_stands_before_what_follows_the_signature(after):
    found = read("自查报告\n" + BODY + "\n附件：1.自查表\n清河市水务局\n2024年3月5日" + after)
    assert (found.unit, found.date) == ("清河市水务局", "2024-03-05")


def test_date_behind_an_attachment_that_follows_no_signature():
    found = read("自查报告\n" + BODY + "\n附件\n问题清单\n清河市水务局\n2024年3月5日")
    assert (found.unit, found.date) == ("清河市水务局", "2024-03-05")


@pytest.mark.parametrize(
    ("line", "addressee"),
    [
        ("市纪委监委：", "市纪委监委"),
        ("各县（区）人民政府，市直各单位：", "各县（区）人民政府，市直各单位"),
        ("市委第三巡察组：", "市委第三巡察组"),
        ("局属各科室、各基层党组织:", "局属各科室、各基层党组织"),
        ("各位代表：", None),
        ("同志们：", None),
        ("现将有关单位自查情况报告如下：", None),
        ("XX局：", None),
        ("主要做法：", None),
        ("市财政局", None),
    ],
)
def test_addressee(line, addressee):
    assert read("关于内控自查情况的报告\n" + line + "\n" + BODY).addressee == addressee


def test_addressee_stands_before_the_body():
    assert read("关于内控自查情况的报告\n" + BODY + "\n责任单位：\n市财政局：").addressee is None


@pytest.mark.parametrize(("mark", "secrecy"), [("机密★1年", "机密"), ("绝密★", "绝密"), ("内部资料", None)])
def test_secrecy(mark, secrecy):
    found = read(f"000001\n{mark}\n清河市水务局文件\n关于内控自查情况的报告\n{BODY}")
    assert (found.secrecy, found.title) == (secrecy, "关于内控自查情况的报告")


def test_read_metadata_of_nothing():
    assert read("") == Metadata()


def test_read_metadata_of_the_shared_sample_is_empty(shared):
    text = (shared / "reports/text/000_2bf9e9bc3bcbcda4.txt").read_text(encoding="utf-8")
    assert read(text) == Metadata()
