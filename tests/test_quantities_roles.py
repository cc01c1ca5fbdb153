"""The role of a quantity: each kind of wording with a near miss."""

from __future__ import annotations

import pytest

from pipeline.quantities import extract
from pipeline.quantities.context_words import ContextWord
from pipeline.quantities.role_words import around, last_verb
from pipeline.quantities.telling import fault_tellers, told_by
from pipeline.records import Finding, QuantityRole, Role, Section
from pipeline.resources import read_table
from tests.marked_quantities import document_of

USES = {
    "problem", "slight", "lack", "papers", "clean", "found", "settled", "examined", "done", "plan", "ahead",
    "requirement", "demand", "asked", "background", "size", "sums", "staff", "structural", "named",
}  # fmt: skip


def _section(text: str, role: Role, start: int = 0, end: int | None = None, *, number: str = "1") -> Section:
    return Section(
        section_id=number, parent_id=None if number == "1" else "1", level=1 if number == "1" else 2, number=number,
        title="", roles=(role,), start=start, heading_end=start, end=len(text) if end is None else end, path=number,
    )  # fmt: skip


def _finding(start: int, end: int, text: str = "") -> Finding:
    return Finding(finding_id="f1", start=start, end=end, text=text, core_start=start, core_end=end)


def roles(text: str, section: Role | None = None, *, finding: bool = False) -> list[tuple[str, QuantityRole]]:
    """Return the quantities of a text in a section of that role with their roles; finding: all of it is one."""
    sections = () if section is None else (_section(text, section),)
    findings = (_finding(0, len(text), text),) if finding else ()
    return [(row.raw, row.role) for row in extract(document_of(text), sections, findings)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("组织谈话提醒14次，但人数不够多。", "achievement"),
        ("全年仅组织谈话提醒2次。", "problem"),
        ("以会议落实会议，一季度召开视频会31次。", "problem"),
        ("虽然办件提速三成以上，但等候时间偏长。", "achievement"),
        ("办件时间长达45天，群众意见大。", "problem"),
        ("欠款已收回7.2万元，余款没有着落。", "achievement"),
        ("欠款7.2万元没有收回。", "problem"),
        ("抽查凭证310份，签字不全。", "achievement"),
        ("抽查的310份凭证签字不全。", "background"),
        ("对责任人4人予以诫勉，教训深刻。", "achievement"),
        ("受过处分的4人仍在岗。", "problem"),
        ("2名同志长期不在岗。", "problem"),
    ],
)
def test_roles_in_a_finding_keep_acts_apart_from_faults(text: str, expected: QuantityRole) -> None:
    assert roles(text, "PROBLEM", finding=True)[0][1] == expected


def test_roles_of_a_part_at_fault_of_something_done_is_a_problem() -> None:
    text = "中心组学习9次，有4次是同其他会议套开的，其中2次没有记录。"
    assert roles(text, "PROBLEM", finding=True) == [
        ("9次", "achievement"),
        ("4次", "problem"),
        ("2次", "problem"),
    ]


def test_roles_of_arrears_and_what_was_recovered_of_them() -> None:
    text = "催收后收回12户、35.6万元，其余3户、8.1万元至今没有到账。"
    assert [role for _, role in roles(text, "RECTIFY", finding=True)] == [
        "achievement",
        "achievement",
        "problem",
        "problem",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("应到50人、实到31人。", ["requirement", "problem"]),
        ("未在规定的30天内报备。", ["requirement"]),
        ("按规定3000元以上的开支应由两名领导签字。", ["requirement", "requirement"]),
        ("合同约定每季度不少于1次。", ["requirement"]),
        ("超出规定780元。", ["problem"]),
        ("应收未收租金5万元。", ["problem"]),
    ],
)
def test_roles_in_a_finding_tell_what_a_rule_demands(text: str, expected: list[QuantityRole]) -> None:
    assert [role for _, role in roles(text, "PROBLEM", finding=True)] == expected


@pytest.mark.parametrize(
    ("text", "section", "expected"),
    [
        ("反馈问题27个，已整改22个，正在推进5个。", "RECTIFY", ["problem", "achievement", "problem"]),
        ("解决群众反映的问题27个。", "PRACTICE", ["achievement"]),
        ("27个问题全部整改到位。", "RECTIFY", ["achievement"]),
        ("发现问题12个，移送线索2条。", "OVERVIEW", ["problem", "achievement"]),
        ("发现并纠正计量差错3起。", "RECTIFY", ["achievement"]),
        ("查处违规问题3起，给予党纪处分4人，追缴2.16万元。", "PRACTICE", ["achievement"] * 3),
        ("处理违法案件，查出隐患310条。", "PRACTICE", ["achievement"]),
        ("针对“专用道三年没有新增”问题的整改。", "RECTIFY", ["problem"]),
        ("关于“发文过多”问题，区委办合并文件61件。", "RECTIFY", ["achievement"]),
        ("整改措施：追回基金76.2万元，约谈机构3家。", "PROBLEM", ["achievement", "achievement"]),
    ],
)
def test_roles_of_counted_problems_depend_on_whether_they_are_solved(
    text: str, section: Role, expected: list[QuantityRole]
) -> None:
    assert [role for _, role in roles(text, section)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("满意度升至96%，但回访做得少，400人里只有31人。", "problem"),
        ("克服不利影响，但仍实现增长4.6%。", "achievement"),
        ("离柜未签退5次。", "problem"),
        ("全年未发生事故0起。", "achievement"),
        ("逾期两次。", "problem"),
        ("逾期件数下降12%。", "achievement"),
        ("清退拖欠工资26万元。", "achievement"),
    ],
)
def test_roles_among_deeds_tell_a_fault_only_by_its_wording(text: str, expected: QuantityRole) -> None:
    assert roles(text, "PRACTICE")[-1][1] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("申请材料由6份压减到3份。", ["background", "achievement"]),
        ("申请材料压减3份。", ["achievement"]),
        ("支部现有党员22人，其中教授4人，副教授10人。", ["background"] * 3),
        ("发展党员22人。", ["achievement"]),
        ("街道面积4.7平方公里，辖9个社区。", ["background", "background"]),
        ("改善灌溉面积5.3万亩。", ["achievement"]),
        ("成立专班，下设5个组。", ["achievement"]),
        ("单笔5万元以上的交易317笔逐笔复核。", ["background", "achievement"]),
        ("本年收入682万元，其中财政拨款540万元。", ["background", "background"]),
        ("挽回损失682万元。", ["achievement"]),
        ("建立指派、旁听、回访三步流程。", ["structural"]),
        ("完成三步以上手续。", ["achievement"]),
    ],
)
def test_roles_tell_the_setting_from_what_was_reached(text: str, expected: list[QuantityRole]) -> None:
    assert [role for _, role in roles(text, "PRACTICE")] == expected


@pytest.mark.parametrize(
    ("text", "section", "expected"),
    [
        ("2024年1月9日", "PLAN", "background"),
        ("2024年先换管网。", "PLAN", "plan"),
        ("2018年以前购置的设备盘亏。", "PROBLEM", "background"),
        ("2025年以前完成改造。", "PROBLEM", "plan"),
        ("省厅要求6月底前推行。", "PROBLEM", "requirement"),
        ("拟于2025年6月底前退清。", "RECTIFY", "plan"),
        ("设备已于2024年3月底前更换。", "RECTIFY", "background"),
        ("自收到报告之日起60日内整改。", "PLAN", "requirement"),
        ("60日内完成整改。", "PLAN", "plan"),
    ],
)
def test_roles_of_time_tell_deadlines_from_dates(text: str, section: Role, expected: QuantityRole) -> None:
    assert roles(text, section)[0][1] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("下一步，对其余2个问题每半月调度一次，销号的每季度回看一次。", ["plan", "plan", "plan"]),
        ("按计划完成改造3处。", ["achievement"]),
        ("采购模拟器3台。", ["achievement"]),
        ("计划改造3处。", ["plan"]),
        ("制订18个月还款计划。", ["plan"]),
        ("今后确需借用的，必须经党委会研究，期限不得超过6个月。", ["requirement"]),
    ],
)
def test_roles_outside_plans_tell_what_is_to_come(text: str, expected: list[QuantityRole]) -> None:
    assert [role for _, role in roles(text, "RECTIFY")] == expected


def test_roles_in_a_plan_tell_what_is_done_already() -> None:
    assert roles("7笔串列支出已全部调账。再清理3笔。", "PLAN") == [("7笔", "achievement"), ("3笔", "plan")]


@pytest.mark.parametrize(
    ("phrase", "verb"),
    [
        ("发现并纠正计量差错", "settled"),
        ("纠正后又发现", "found"),
        ("未整改", None),
        ("被处分", None),
        ("全域土地综合整治补助", None),
        ("开展综合整治", "settled"),
        ("巡查员", None),
    ],
)
def test_last_verb_passes_over_what_was_not_done(phrase: str, verb: str | None) -> None:
    assert last_verb(phrase) == verb


def test_around_takes_in_the_phrase_that_is_added_up() -> None:
    assert around("抽查凭证1,346份，机关虚报伙食补助，共计", "。").phrase == "机关虚报伙食补助共计"
    assert around("抽查凭证1,346份，机关虚报伙食补助", "。").phrase == "机关虚报伙食补助"


PARTS = ("（1）与客户往来3笔。收款三次。", "（2）过度用卡。柜员持卡七张。", "（3）纪律松。三名员工迟到。")


@pytest.mark.parametrize(("stated", "told"), [((0, 2), True), ((2,), False)])
def test_fault_tellers_are_parts_that_mostly_state_faults(stated: tuple[int, ...], told: bool) -> None:
    text = "查出什么。" + "".join(PARTS)
    starts = [text.index(part) for part in PARTS]
    parts = [
        _section(text, "PRACTICE", start, start + len(part), number=f"1.{index}")
        for index, (start, part) in enumerate(zip(starts, PARTS, strict=True))
    ]
    findings = [_finding(starts[index], starts[index] + len(PARTS[index])) for index in stated]
    ids = fault_tellers([_section(text, "PRACTICE"), *parts], findings)
    assert ids == (frozenset({"1.0", "1.1", "1.2"}) if told else frozenset())


def test_fault_tellers_leave_a_section_that_names_a_plan() -> None:
    text = "查出什么。" + "".join(PARTS)
    starts = [text.index(part) for part in PARTS]
    parts = [
        _section(text, "PLAN", start, start + len(part), number=f"1.{index}")
        for index, (start, part) in enumerate(zip(starts, PARTS, strict=True))
    ]
    findings = [_finding(start, start + len(part)) for start, part in zip(starts, PARTS, strict=True)]
    assert fault_tellers([_section(text, "PLAN"), *parts], findings) == frozenset()


def test_told_by_tells_plans_from_deeds() -> None:
    plan = "要健全定期会商机制，进一步压实责任；要着力补齐短板，加大督导力度，切实提升服务水平，推动各项任务落地见效。"
    deed = "全年组织集中学习12次，开展专题研讨4次，走访慰问困难党员36人，办结群众诉求218件，群众满意度持续提升。"
    assert (told_by(plan), told_by(deed), told_by("要健全机制。")) == ("PLAN", "PRACTICE", None)


def test_lexicon_has_no_unknown_use() -> None:
    rows = read_table("lexicon/quantity_roles.tsv", ContextWord, key=("word", "use"))
    assert {row.use for row in rows} == USES


@pytest.mark.parametrize("piece", ["未", "应当", "由3", "“", "关于“", "其中有", "已将", "，但", "不得超过"])
def test_roles_survive_endless_repetition(piece: str) -> None:
    text = piece * 4_000 + "共3次"
    assert roles(text, "PROBLEM", finding=True)[-1][0] == "3次"
