"""Arithmetic checks: each passage is a voice of its own, and every rule has near misses that must stay silent."""

from __future__ import annotations

from pathlib import Path

import pytest
from marked_reports import Marked

from pipeline import checks, quantities, structure
from pipeline.checks.amounts import sentences_with_figures
from pipeline.reading import read
from pipeline.records import Block, Check, Document, Outline
from pipeline.resources import corpus_path

FIGURES = ("total_mismatch", "rate_mismatch", "growth_mismatch", "value_conflict", "masked_leak", "unit_slip")


def document_of(text: str) -> Document:
    blocks, place = [], 0
    for line in text.split("\n"):
        blocks.append(Block(place, place + len(line)))
        place += len(line) + 1
    return Document("f", "f.txt", "txt", text, tuple(blocks))


def run(text: str) -> tuple[Check, ...]:
    document = document_of(text)
    found = checks.run(document, Outline((), "self-report"), (), quantities.extract(document, (), ()), ())
    return tuple(row for row in found if row.check in FIGURES)


def names(text: str) -> list[str]:
    return [row.check for row in run(text)]


TOTALS = [
    ("全校现有党员56名，其中教师党员30名、学生党员28名。", ["total_mismatch"]),
    ("全校现有党员56名，其中教师党员30名、学生党员26名。", []),
    ("全校现有党员56名，其中教师党员30名、学生党员20名。", []),
    ("我局共有干部三十人，其中科级干部十二人、科员二十人。", ["total_mismatch"]),
    ("我局共有干部三十人，其中科级干部十二人、科员十八人。", []),
    ("支部共有党员42人，其中女党员25人、35岁以下党员20人。", []),
    ("支部共有党员42人，其中女党员45人。", ["total_mismatch"]),
    ("支部共有党员42人，其中预备党员2人，流动党员1人。", []),
    ("排查隐患126处，其中一般隐患118处、重大隐患9处。", ["total_mismatch"]),
    ("累计支出5.2万元，其中会议费3.1万元、培训费2.4万元。", ["total_mismatch"]),
    ("累计支出5.2万元，其中会议费3.1万元、培训费2.1万元。", []),
    ("累计支出5.2万元，其中会议费3.14万元、培训费2.08万元。", []),
    ("全年列支三公经费12.5万元，由公务接待费4.2万元、公车运行费7.3万元组成。", ["total_mismatch"]),
    ("全年列支三公经费11.5万元，由公务接待费4.2万元、公车运行费7.3万元组成。", []),
    ("党总支由机关支部18名党员和退休支部23名党员组成，共计43名党员。", ["total_mismatch"]),
    ("党总支由机关支部18名党员和退休支部23名党员组成，共计41名党员。", []),
    ("一季度走访企业15家，二季度走访企业22家，合计走访企业38家。", ["total_mismatch"]),
    ("一季度走访企业15家，二季度走访企业22家，合计走访企业37家。", []),
    ("查处案件8起，处理12人，追缴资金3.6万元，合计挽回损失20万元。", []),
    ("三个小组分别检查网点12个、15个和9个，合计35个。", ["total_mismatch"]),
    ("三个小组分别检查网点12个、15个和9个，合计36个。", []),
    ("本次自查共发现问题24个，其中已整改20个，正在整改5个。", ["total_mismatch"]),
    ("收回款项86500元，其中现金36500元，转账5万元。", []),
    ("收回款项86500元，其中现金36500元，转账6万元。", ["total_mismatch"]),
    ("开展约谈30余人次，其中班子成员15人次、中层干部20人次。", []),
    ("共举办培训16期，其中线上培训6期，参训人员800人次。", []),
    ("处分党员干部9人，其中党纪处分7人、政务处分4人。", []),
    ("制定措施40条，其中长期坚持12条。新增制度45条。", []),
]
RATES = [
    ("会议应到50人，实到45人，出勤率80%。", ["rate_mismatch"]),
    ("会议应到50人，实到45人，出勤率90%。", []),
    ("清单共30个问题，已整改28个，整改率95%。", ["rate_mismatch"]),
    ("清单共30个问题，已整改28个，整改率93.3%。", []),
    ("全所职工25名，其中研究生学历3名，占15%。", ["rate_mismatch"]),
    ("全所职工25名，其中研究生学历3名，占12%。", []),
    ("全所职工26名，其中研究生学历3名，约占12%。", []),
    ("发出问卷200份，收回186份，回收率93%。", []),
    ("发出问卷200份，收回186份，回收率96%。", ["rate_mismatch"]),
    ("应参加测试120人，实际参加114人，参与率达九成五以上。", []),
    ("全县85个村，已建成服务站68个，覆盖率75%。", ["rate_mismatch"]),
    ("全县85个村，已建成服务站68个，覆盖率80%。", []),
    ("全年接诊4500人次，群众满意率98%。", []),
    ("预算资金200万元，实际执行150万元，执行率85%。", ["rate_mismatch"]),
    ("预算资金200万元，实际执行150万元，执行率75%。", []),
]
GROWTH = [
    ("工会经费由100万元增加到150万元，增长40%。", ["growth_mismatch"]),
    ("工会经费由100万元增加到150万元，增长50%。", []),
    ("去年立案12件，今年立案18件，同比增长30%。", ["growth_mismatch"]),
    ("去年立案12件，今年立案18件，同比增长50%。", []),
    ("三公经费从8万元下降到6万元，降幅25%。", []),
    ("三公经费从8万元下降到6万元，降幅33%。", ["growth_mismatch"]),
    ("信访量由64件降至48件，下降约四分之一。", []),
    ("全年收入150万元，利润10万元，增长20%。", []),
]
CONFLICTS = [
    ("中心现有党员56名，下设3个支部。\n截至目前，中心现有党员58名。", ["value_conflict"]),
    ("中心现有党员56名，下设3个支部。\n截至目前，中心现有党员56名。", []),
    ("学院现有在职教职工312人。\n全院在职教职工321人。", ["value_conflict"]),
    ("2022年，单位共有党员50名。\n2023年，单位共有党员53名。", []),
    ("我局在编人员40名。\n下属执法大队在编人员18名。", []),
    ("共有党员56名。\n机关支部共有党员12名。", []),
    ("自查发现问题总数23个。\n对自查发现问题总数25个逐一建账。", ["value_conflict"]),
    ("约有党员50名。\n现有党员53名。", []),
    ("一、整改问题28个\n本次整改问题26个。", ["value_conflict"]),
    ("一、整改问题28个\n本次整改问题28个。", []),
]
LEAKS = [
    ("一年来，组织谈话提醒*次。\n在谈话提醒方面，全年谈话提醒12次，范围不够广。", ["masked_leak"]),
    ("一年来，组织谈话提醒*次。\n全年家访12次。", []),
    ("全年查处**人。\n存在查处力度不够的问题，仅查处5人。", ["masked_leak"]),
    ("全年查处**人。\n仅查处5起。", []),
    ("追缴资金XX万元。\n上述追缴资金3.2万元已上缴财政。", ["masked_leak"]),
    ("追缴资金XX万元。\n发放补贴3.2万元。", []),
]
SLIPS = [
    ("挂账往来款2.83万元。\n对往来款2.83元已作清理。", ["unit_slip"]),
    ("挂账往来款2.83万元。\n对往来款28300元已作清理。", []),
    ("收取会费28300万元。\n上述会费2.83万元已入账。", ["unit_slip"]),
    ("共支出5.2万元，其中会议费3.1万元、培训费2.1元。", ["unit_slip"]),
    ("共支出5.2万元，其中会议费3.1万元、培训费2.1万元。", []),
    ("补贴标准每人5元。\n发放补贴5万元。", []),
]
MORE_TOTALS = [
    ("村里有党员33名，其中男党员21名、女党员13名，设两个党小组。", ["total_mismatch"]),
    ("村里有党员33名，其中男党员21名、女党员12名，设两个党小组。", []),
    ("年内化解矛盾纠纷一百二十件，其中村级调解八十件，其余四十五件由镇里办结。", ["total_mismatch"]),
    ("年内化解矛盾纠纷一百二十件，其中村级调解八十件，其余四十件由镇里办结。", []),
    ("公司系统共有车辆86台，其中在用79台、封存9台。", ["total_mismatch"]),
    ("公司系统共有车辆86台，其中新能源车40台、五年以上车龄的50台。", []),
    ("到账会费12.6万元，其中企业缴纳8.4万元、机关缴纳4.2万元，另有滞纳金0.3万元。", []),
    ("罚没收入共计38.5万元，其中罚款22.5万元、没收违法所得18万元。", ["total_mismatch"]),
    ("项目总投资3亿元，其中土建1.86亿元、设备11400万元。", []),
    ("项目总投资3亿元，其中土建1.86亿元、设备21400万元。", ["total_mismatch"]),
    ("以局名义发文138份，比上年多29份，其中光催报表的就有51份。", []),
    ("班子由书记1名、副书记2名和委员5名组成，共9名。", ["total_mismatch"]),
    ("班子由书记1名、副书记2名和委员5名组成，共8名。", []),
    ("领导小组由分管副局长任组长，7人组成，下设3个小组。", []),
    ("甲库存粮120吨，乙库存粮86吨，共计存粮216吨。", ["total_mismatch"]),
    ("采购电脑20台，每台0.45万元，打印机3台，每台0.2万元，合计9.6万元。", []),
    ("约谈科级干部6人、一般干部11人，诫勉3人，共计处理18人。", []),
    ("受理信访件64件，较去年减少12件，其中实名举报15件、匿名举报52件。", ["total_mismatch"]),
]
MORE_RATES = [
    ("全镇应参保居民23400人，实际参保22230人，参保率95%。", []),
    ("食品抽检520批次，合格498批次，合格率97.8%。", ["rate_mismatch"]),
    ("食品抽检520批次，合格498批次，合格率95.8%。", []),
    ("本月应收物业费40万元，实收31万元，收缴率77.5%。", []),
    ("本月应收物业费40万元，实收31万元，收缴率87.5%。", ["rate_mismatch"]),
    ("受理诉求1243件，按期办结1180件，按期办结率99.2%。", []),
    ("抽查台账60份，其中记录不全的18份，占三成。", []),
    ("抽查台账60份，其中记录不全的18份，占比达40%。", ["rate_mismatch"]),
    ("馆内党员76名，其中在职51名、离退休25名，在职党员占职工总数的46.8%。", []),
    ("到会率90%（应到60人，实到48人）。", ["rate_mismatch"]),
    ("到会率80%（应到60人，实到48人）。", []),
    ("整改任务20项，已整改17项，占总数20项的90%。", ["rate_mismatch"]),
    ("应培训干部80人，参训70人，参训率达到95%以上。", ["rate_mismatch"]),
    ("应培训干部80人，参训78人，参训率达到95%以上。", []),
]
MORE_GROWTH = [
    ("上传率由77.4%提高到99.1%，提高21.7个百分点。", []),
    ("上传率由77.4%提高到99.1%，提高12.7个百分点。", ["growth_mismatch"]),
    ("网点由12个扩大到18个，提高5个百分点。", []),
    ("热线工单由320件减少到240件，减少80件。", []),
    ("热线工单由320件减少到240件，减少60件。", ["growth_mismatch"]),
    ("一般公共预算支出4500万元，与上年相比增加500万元，增长12.5%。", []),
    ("一般公共预算支出4500万元，与上年相比增加500万元，增长11.1%。", ["growth_mismatch"]),
    ("2022年接诊3200人次，2023年接诊4000人次，增长25%。", []),
    ("2022年接诊3200人次，2023年接诊4000人次，增长20%。", ["growth_mismatch"]),
    ("模型由14个增加到22个，误报同比下降18.6%。", []),
    ("全年发文61件，去年同期80件，下降23.8%。", []),
    ("全年发文61件，去年同期80件，增长23.8%。", ["growth_mismatch"]),
]
MORE_CONFLICTS = [
    ("支部有党员76名。\n有党员3名未按时缴纳党费。", []),
    ("全局干部职工64人。\n全局干部职工61人参加培训。", []),
    ("全局干部职工64人。\n全局干部职工61人，平均年龄42岁。", ["value_conflict"]),
    ("二、队伍情况\n本局现有干部职工64人。\n三、问题\n全局干部职工61人中尚有9人未培训。", ["value_conflict"]),
    ("本局现有干部职工64人。\n新录用干部职工5人。", []),
    ("公司下设党支部12个。\n目前公司下设党支部12个，均已换届。", []),
    ("公司下设党支部12个。\n目前公司下设党支部11个，均已换届。", ["value_conflict"]),
    ("一中现有教师84人。\n二中现有教师91人。", []),
    ("核定编制30名，实有人员28名。", []),
    ("2023年底共有会员410人。\n目前共有会员435人。", []),
    ("现有党员22名，其中在职党员15名。\n在职党员15名全部参加测试。", []),
    ("街道辖社区9个。\n街道辖社区10个，常住人口6.2万人。", ["value_conflict"]),
]
MORE_LEAKS = [
    ("截至目前，累计清退违规津补贴××万元。\n清退违规津补贴4.36万元，涉及12人。", ["masked_leak"]),
    ("发放慰问金*元。\n节日慰问职工300人。", []),
    ("全年开展警示教育X场次。\n组织警示教育6场次，受教育420人次。", ["masked_leak"]),
    ("2022年立案*件。\n2023年立案7件。", []),
    ("开展*次督查。\n全年督查8次。", ["masked_leak"]),
    ("培训*人次。\n明年计划培训200人次。", []),
]
MORE_SLIPS = [
    ("上级拨付维修资金126.4万元。\n经查，维修资金126.4元未专账核算。", ["unit_slip"]),
    ("上级拨付维修资金126.4万元。\n经查，维修资金1264000元未专账核算。", []),
    ("年末存款余额1286.37万元。\n另查明账外资金1286.37元。", ["unit_slip"]),
    ("共追缴8.5万元，其中现金35000元、物品折价50000万元。", ["unit_slip"]),
    ("共追缴8.5万元，其中现金35000元、物品折价5万元。", []),
    ("人均补助1200元。\n全年补助1200万元。", []),
    ("覆盖群众2.35万人次。\n服务群众2.35人次。", ["unit_slip"]),
]
GROUPS = (
    *(TOTALS, RATES, GROWTH, CONFLICTS, LEAKS, SLIPS),
    *(MORE_TOTALS, MORE_RATES, MORE_GROWTH, MORE_CONFLICTS, MORE_LEAKS, MORE_SLIPS),
)


@pytest.mark.parametrize(("text", "expected"), [passage for group in GROUPS for passage in group])
def test_figures(text: str, expected: list[str]) -> None:
    assert names(text) == expected


def test_half_of_the_passages_are_near_misses() -> None:
    passages = [passage for group in GROUPS for passage in group]
    silent = sum(not expected for _, expected in passages)
    assert len(passages) >= 60
    assert 2 * silent >= len(passages) - 2


@pytest.mark.parametrize("text", [text for group in GROUPS for text, expected in group if expected])
def test_rows_name_both_places_and_only_suspect(text: str) -> None:
    (row,) = run(text)
    assert row.severity == "warning"
    assert "疑似" in row.message
    assert "建议" in row.message
    assert row.other_start is not None
    assert row.other_end is not None
    assert 0 <= row.other_start < row.other_end <= len(text)
    assert 0 <= row.start < row.end <= len(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("累计支出5.2万元，其中会议费3.1万元、培训费2.4万元。", "各分项合计5.5万元，疑似大于总数5.2万元"),
        ("支部共有党员42人，其中女党员45人。", "分项45人疑似大于总数42人"),
        ("全所职工25名，其中研究生学历3名，占15%。", "按3名/25名计算约为12%"),
        ("三公经费从8万元下降到6万元，降幅33%。", "按8万元到6万元计算约为下降25%"),
        ("共支出5.2万元，其中会议费3.1万元、培训费2.1元。", "2.1元若以万元计，各分项合计与总数5.2万元相符"),
        ("查处**人。\n存在力度不够的问题，仅查处5人。", "第2段“仅查处5人”"),
    ],
)
def test_messages_say_what_was_computed(text: str, said: str) -> None:
    (row,) = run(text)
    assert said in row.message


@pytest.mark.parametrize(("cell", "expected"), [("28300", ["unit_slip"]), ("2.83", []), ("28400", [])])
def test_a_cell_under_a_unit_is_held_against_the_text(cell: str, expected: list[str]) -> None:
    in_yuan = float(cell) * 10_000
    mark = (
        f"往来款\n{{{cell};money;{in_yuan};元;往来款;problem}}\n挂账往来款{{2.83万元;money;28300;元;往来款;problem}}。"
    )
    report = Marked(mark)
    found = checks.run(report.document, report.outline, (), report.quantities, ())
    assert [row.check for row in found] == expected


def test_a_masked_number_keeps_its_row_beside_the_leak() -> None:
    document = document_of("组织谈话提醒*次。\n全年谈话提醒12次。")
    found = checks.run(document, Outline((), "self-report"), (), quantities.extract(document, (), ()), ())
    assert [row.check for row in found] == ["masked", "masked_leak"]


def test_three_values_of_one_thing_are_an_enumeration_of_units() -> None:
    assert names("现有党员12名。\n现有党员15名。\n现有党员21名。") == []


@pytest.mark.parametrize("title", ["（一）第一支部", "（二）执法大队"])
def test_numbers_under_headings_of_other_units_do_not_conflict(title: str) -> None:
    marked = (
        "# 1 OVERVIEW 一、|基本情况\n现有党员{56名;count;56;名;党员;background}。\n"
        f"# 2 OVERVIEW {title[:3]}|{title[3:]}\n现有党员{{12名;count;12;名;党员;background}}。"
    )
    report = Marked(marked)
    assert checks.run(report.document, report.outline, (), report.quantities, ()) == ()


def test_one_long_sentence_costs_no_more_than_many_short_ones() -> None:
    passage = "现有党员56名，其中教师30名、学生25名，由100万元增加到150万元，增长50%，谈话提醒*次，占12%"
    document = document_of("，".join([passage] * 50))
    sentences = sentences_with_figures(document, quantities.extract(document, (), ()))
    assert len(sentences) > 1
    assert max(len(sentence.figures) for sentence in sentences) <= 40


@pytest.mark.parametrize("path", sorted((corpus_path("reports")).glob("*.txt")), ids=lambda path: path.stem)
def test_reports_without_contradictions_stay_silent(path: Path) -> None:
    document = read(path)
    outline = structure.split(document)
    found = checks.run(document, outline, (), quantities.extract(document, outline.sections, ()), ())
    assert [row.message for row in found if row.check in FIGURES] == []
