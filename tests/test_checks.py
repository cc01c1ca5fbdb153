"""Checks: each finds its case and is silent on the near miss."""

from __future__ import annotations

from dataclasses import replace

import pytest
from marked_reports import Marked

from pipeline import checks, remedies
from pipeline.records import Block, Check, Document, Outline


def run(marked: str, *, genre: str = "self-report") -> tuple[Check, ...]:
    report = Marked(marked, genre=genre)
    steps = remedies.find(report.document, report.sections, report.findings)
    findings, steps = remedies.link(report.document, report.sections, report.findings, steps)
    found = checks.run(report.document, report.outline, findings, report.quantities, steps)
    for row in found:
        assert 0 <= row.start < row.end <= len(report.text)
        assert "疑似" in row.message
        assert "建议" in row.message
    assert list(found) == sorted(found, key=lambda row: (row.start, row.end, row.check, row.message))
    return found


def names(marked: str, *, genre: str = "self-report") -> list[str]:
    return [row.check for row in run(marked, genre=genre)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("反馈问题共20个，已完成15个，正在整改4个。", ["total_mismatch"]),
        ("反馈问题共20个，已完成15个，基本完成1个，未完成4个。", []),
        ("共有20项整改任务，其中已完成18项，未完成3项。", ["total_mismatch"]),
        ("整改问题20个，已完成25个。", ["total_mismatch"]),
        ("整改问题20个，已完成15个。", []),
        ("整改问题20个，已完成15个，其中长期坚持2个，未完成5个。", []),
        ("整改问题20个，已完成15个；制定措施40条，未完成3条。", []),
        ("发放问卷20份，已完成15份，未完成4份。", []),
        ("27个问题已完成22个，正在推进4个。", ["total_mismatch"]),
        ("27个问题已完成22个，正在推进5个。", []),
        ("19个问题中已完成15个，基本完成2个，长期推进2个。", []),
        ("19个问题中已完成15个，基本完成2个，转入常态2个。", []),
    ],
)
def test_totals(text, expected):
    assert names(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("反馈问题25个，已完成19个，完成率86%。", ["rate_mismatch"]),
        ("反馈问题25个，已完成19个，完成率76%。", []),
        ("反馈问题697个，已完成688个，基本完成4个，未完成5个，完成率98.71%。", []),
        ("反馈问题30个，已完成20个，完成率66.66%。", []),
        ("反馈问题30个，已完成20个，完成率66.7%。", []),
        ("反馈问题30个，已完成20个，完成率90%以上。", []),
        ("去年完成率80%，反馈问题30个，已完成20个。", []),
        ("27个问题已完成22个，完成率65.2%。", ["rate_mismatch"]),
        ("27个问题已完成22个，完成率81.48%。", []),
    ],
)
def test_rates(text, expected):
    assert names(text) == expected


def test_rates_point_at_the_numbers_they_contradict():
    (row,) = run("反馈问题25个，已完成19个，完成率86%。")
    assert "76%" in row.message
    assert row.other_start == 2


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ("累计举办业务培训{9期;count;9;期;业务培训;achievement}。", ["value_conflict"]),
        ("累计举办业务培训{8期;count;8;期;业务培训;achievement}。", []),
        ("举办业务培训{9期;count;9;期;业务培训;achievement}。", []),
        ("累计举办党务培训{9期;count;9;期;党务培训;achievement}。", []),
    ],
)
def test_conflicts(second, expected):
    assert names("累计举办业务培训{8期;count;8;期;业务培训;achievement}。\n" + second) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("于2月30日召开会议。", ["impossible_date"]),
        ("于2023年2月29日召开会议。", ["impossible_date"]),
        ("于2024年2月29日召开会议。", []),
        ("于2024年13月召开会议。", ["impossible_date"]),
        ("历时13个月完成，满18月龄可参加。", []),
        ("自2024年6月至2023年9月开展。", ["impossible_date"]),
        ("自2023年9月至2024年6月开展。", []),
        ("截至20231108日，全部完成。", ["impossible_date"]),
        ("编号20231108，已归档。", []),
    ],
)
def test_dates(text, expected):
    assert names(text) == expected


def test_masked_tells_symbol_from_deletion_and_names_the_twin():
    found = run(
        "开展家访{*次;masked;;;家访;achievement}，受益{约万人次;masked;;;受益;achievement}。"
        "后续开展家访{6次;count;6;次;家访;achievement}。"
    )
    symbol, deleted = (row for row in found if row.check == "masked")
    assert (symbol.check, symbol.severity, deleted.severity) == ("masked", "info", "warning")
    assert "6次" in symbol.message
    assert symbol.other_start is not None
    assert deleted.other_start is None


PROBLEMS = "# 1 PROBLEM 一、|问题\n[[合同未归档。]][[车库照明损坏。]]\n"


def test_no_remedy_needs_a_part_for_remedies():
    assert names(PROBLEMS + "# 1 PLAN 二、|措施\n逐份补录合同并归档。") == ["no_remedy"]
    assert names(PROBLEMS + "# 1 OTHER 二、|其他\n逐份补录合同并归档。") == []


def test_no_remedy_is_silent_on_news_and_on_rectified_problems():
    marked = PROBLEMS + "# 1 PLAN 二、|措施\n逐份补录合同并归档。"
    assert names(marked, genre="news") == []
    report = Marked(marked)
    steps = remedies.find(report.document, report.sections, ())
    rectified = tuple(replace(row, status="rectified") for row in report.findings)
    assert checks.run(report.document, report.outline, rectified, (), steps) == ()


def test_no_remedy_of_a_work_report_needs_a_heading_for_problems():
    plan = "# 1 PLAN 二、|措施\n逐份补录合同并归档。"
    assert names(PROBLEMS + plan, genre="work-report") == ["no_remedy"]
    assert names(PROBLEMS.replace("PROBLEM", "PRACTICE") + plan, genre="work-report") == []


def test_weak_remedies_are_one_check():
    marked = "# 1 PROBLEM 一、|问题\n[[监督方式较为单一。]][[监督覆盖有死角。]]\n# 1 PLAN 二、|措施\n加强日常监督。"
    (row,) = run(marked)
    assert (row.check, row.severity) == ("weak_remedy", "info")
    assert "等2个问题" in row.message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("存在以下三个方面的问题：一是松。二是散。三是慢。四是软。", ["declared_count"]),
        ("存在以下三个方面的问题：一是松。二是散。三是慢。", []),
        ("存在以下三个方面的问题：一是松。二是散。", ["declared_count"]),
        ("主要表现在两个方面：一是松；二是散；三是慢。", ["declared_count"]),
        ("存在三个方面的问题：松、散、慢。", []),
        ("提出三点要求。\n一是松。二是散。", []),
        ("已完成以下三项工作。\n" + "今年以来各项工作平稳有序。" * 12 + "\n一是松。二是散。", []),
    ],
)
def test_declared_count(text, expected):
    assert names(text) == expected


@pytest.mark.parametrize(("number", "expected"), [("三", ["declared_count"]), ("两", [])])
def test_declared_count_against_subsections(number, expected):
    opening = f"# 1 OTHER 二、|情况\n主要体现在以下{number}个方面：\n"
    marked = opening + "# 2 OTHER （一）|学习\n正文。\n# 2 OTHER （二）|纪律\n正文。"
    assert names(marked) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("一是学。二是查。四是改。", ["list_gap"]),
        ("一是学。二是查。二是改。", ["list_gap"]),
        ("一是学。二是查。三是改。", []),
        ("一是学：一是通读，二是精读；二是查。三是改。", []),
        ("一是学。二是查。\n三是改。", []),
        ("办事讲究一是一、二是二。", []),
    ],
)
def test_list_gap(text, expected):
    assert names(text) == expected


@pytest.mark.parametrize(
    ("numbers", "body", "expected"),
    [
        (("一、", "二、", "四、"), "正文。", ["heading_gap"]),
        (("一、", "二、", "二、"), "正文。", ["heading_repeat"]),
        (("一、", "二、", "三、"), "正文。", []),
        (("一、", "二、", "四、"), "三、其他事项。正文。", []),
        (("1.", "2.", "4."), "正文。", ["heading_gap"]),
        (("（一）", "（二）", "（四）"), "正文。", ["heading_gap"]),
    ],
)
def test_heading_numbers(numbers, body, expected):
    assert names("\n".join(f"# 1 OTHER {number}|部分\n{body}" for number in numbers)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我局开展自查。我局强化监督。我校教师参加。", ["unit_mix"]),
        ("我局开展自查。会党组研究部署。全会干部职工参加。", ["unit_mix"]),
        ("我局开展自查。市总工会党组研究部署。", []),
        ("我校开展自查。我院党委研究部署。", []),
        ("我局开展自查。我区、我市、我省要求明确，我们认真落实。", []),
        ("我局开展自查。组织观看“我校的一天”专题片。", []),
        ("我镇开展自查。我公司人员参加。", ["unit_mix"]),
        ("我所知道的情况是自我院校评估。我局开展自查。", []),
        ("会党组研究部署。", []),
    ],
)
def test_unit_mix(text, expected):
    assert names(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("开展学习、，交流。", ["punctuation"]),
        ("开展学习。。", ["punctuation"]),
        ("开展学习……后续跟进。", []),
        ("元旦、春节、等节点。", ["punctuation"]),
        ("分设甲、等候区和乙。", []),
        ("他问：“好了？”众人答：“好。”", []),
    ],
)
def test_punctuation(text, expected):
    assert names(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("开展“学条例测试；成效较好。", ["unpaired"]),
        ("开展“学条例”测试（线上)。", []),
        ("1）学习。2）检查。一）整改。", []),
        ("印发《考勤办法，执行较好。", ["unpaired"]),
        ("他说：“第一段。\n第二段。”", []),
        ("开展党课》学习。", ["unpaired"]),
    ],
)
def test_unpaired(text, expected):
    assert names(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("XX单位开展自查，XX单位整改。", ["placeholder"]),
        ("由××科室负责。", ["placeholder"]),
        ("【此处填写单位名称】开展自查。", ["placeholder"]),
        ("于    年  月  日完成。", ["placeholder"]),
        ("购置XXL号工装，规格3×5米，拍X光片。", []),
        ("采用5G和AI技术。", []),
    ],
)
def test_placeholder(text, expected):
    assert names(text) == expected


def test_placeholder_is_not_said_again_of_a_masked_number():
    assert names("罚没{XX万元;masked;;;;problem}。") == ["masked"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("先后印发了等文件。", ["blank"]),
        ("印发了《办法》等文件。", []),
        ("组织学习，观看等警示教育片。", ["blank"]),
        ("参加学习等活动。", []),
        ("我们再接再励。", ["typo"]),
        ("我们再接再厉。", []),
    ],
)
def test_blank_and_typo(text, expected):
    assert names(text) == expected


def test_run_on_the_shared_work_report_is_silent_about_its_form(shared):
    text = (shared / "reports/text/gwr2025_hunan.txt").read_text(encoding="utf-8")
    blocks, place = [], 0
    for line in text.split("\n"):
        blocks.append(Block(place, place + len(line)))
        place += len(line) + 1
    document = Document("h", "h.txt", "txt", text, tuple(blocks))
    assert checks.run(document, Outline((), "work-report"), (), (), ()) == ()


def test_run_on_the_shared_sample_names_its_known_faults(shared):
    text = (shared / "reports/text/000_2bf9e9bc3bcbcda4.txt").read_text(encoding="utf-8")
    blocks, place = [], 0
    for line in text.split("\n"):
        blocks.append(Block(place, place + len(line)))
        place += len(line) + 1
    document = Document("s", "s.txt", "txt", text, tuple(blocks))
    found = [row.check for row in checks.run(document, Outline((), "self-report"), (), (), ())]
    assert sorted(set(found)) == ["blank", "punctuation", "typo", "unit_mix", "unpaired"]
    assert found.count("blank") == 2
