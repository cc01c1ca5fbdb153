"""What a value counts, by kinds of wording; each kind with a near miss."""

from __future__ import annotations

import pytest
from marked_quantities import find


def counted(text: str) -> dict[str, str | None]:
    """Return the item of each quantity of a text by its raw form."""
    return {row.raw: row.item for row in find(text)}


@pytest.mark.parametrize(
    ("text", "raw", "item"),
    [
        # only verbs before the number: the thing was named before, by the value with the same unit
        ("共收到举报线索36件，已办结31件。", "31件", "举报线索"),
        ("14个问题已整改9个，基本完成并长期坚持2个。", "2个", "问题"),
        ("局长领办隐患6处，其余班子成员领办15处。", "15处", "隐患"),
        ("查出闲置门面27间、拖欠租金46万元，已收回11间。", "11间", "闲置门面"),
        ("欠租商户19户、88万元。经催收，已收回8户、31万元。", "8户", "欠租商户"),
        ("抽查合同40份，没有签字的7份。", "7份", "合同"),
        ("收到意见33条，归并后属于本部门的有12条。", "12条", "意见"),
        ("检查药店25家，有3家的台账记不全。", "3家", "药店"),
        # a value of persons never takes a thing, nor the other way round
        ("清理合同30份，3人已退休。", "3人", None),
        ("约谈干部5人，废止4项。", "4项", None),
        # shares
        ("在册职工210人，占总数的35%。", "35%", "在册职工"),
        ("女干部占干部总数的28%。", "28%", "女干部"),
        ("基药占比由41%提高到56%。", "41%", "基药占比"),
        ("占地18亩。", "18亩", "占地"),
        # from one value to another
        ("漏损率由整改前的19%降至12%。", "12%", "漏损率"),
        ("租金从每亩260元谈到380元。", "380元", "租金"),
        ("列举理由5条。", "5条", "理由"),
    ],
)
def test_item_is_taken_from_before_only_where_the_clause_leans_on_it(text: str, raw: str, item: str | None) -> None:
    assert counted(text)[raw] == item


@pytest.mark.parametrize(
    ("text", "raw", "item"),
    [
        ("审计组抽查凭证310份。", "310份", "凭证"),
        ("派驻组约谈科长7人。", "7人", "科长"),
        ("追回村文书冒领的补贴2.6万元。", "2.6万元", "补贴"),
        ("修订用车、请销假等制度9项。", "9项", "制度"),
        ("账上有桌椅24套。", "24套", "桌椅"),
        ("发了宣传单90份。", "90份", "宣传单"),
        ("看台账66本。", "66本", "台账"),
        ("（b）请县里协调的两件事。", "两件", "事"),
        ("第五节 需要说明的三个情况", "三个", "情况"),
        ("关于“北门仓库32亩土地没有权证”问题的整改。", "32亩", "土地"),
        ("整改完成率81%。", "81%", "整改完成率"),
        ("全年撤销率控制在4%以内。", "4%以内", "撤销率"),
        ("查处“吃空饷”行为13起。", "13起", "“吃空饷”行为"),
        ("国家级示范企业（平台、项目）达17家。", "17家", "国家级示范企业"),
        ("编外人员经费（含社保）共52万元。", "52万元", "编外人员经费"),
        ("例会（12次）未留记录。", "12次", "例会"),
        ("污水治理（管控）率达55%。", "55%", "污水治理"),
        # how and where is not what
        ("以劳务费名义发放4.8万元。", "4.8万元", None),
        ("从质保金中扣回3.1万元。", "3.1万元", None),
        ("台账由一人保管。", "一人", None),
        ("县财政局拨付120万元。", "120万元", None),
    ],
)
def test_item_before_a_number_is_the_noun_phrase_without_verbs(text: str, raw: str, item: str | None) -> None:
    assert counted(text)[raw] == item


@pytest.mark.parametrize(
    ("text", "raw", "item"),
    [
        ("有3名干部程序不完整。", "3名", "干部"),
        ("6个单位年底突击花钱。", "6个", "单位"),
        ("4个产业奖补项目绩效自评满分。", "4个", "产业奖补项目"),
        ("12家学校食堂没有留样。", "12家", "学校食堂"),
        ("9张巡检单仅有日期。", "9张", "巡检单"),
        ("两台过了报废年限的锅炉设备停在楼后。", "两台", "锅炉设备"),
        ("对3名敷衍了事的律师停止指派。", "3名", "律师"),
        ("一名大堂经理的配偶参股。", "一名", "大堂经理"),
        ("28项需处理事项中。", "28项", "需处理事项"),
        ("对51名在岗员工排查。", "51名", "在岗员工"),
        ("发生一起追尾、两起私自外出饮酒。", "两起", "私自外出饮酒"),
        ("提出5条审议意见。", "5条", "审议意见"),
        ("两名运营主管交叉复核。", "两名", "运营主管"),
        ("一期9.4公里专用道投用。", "9.4公里", "专用道"),
        ("涉及6.2万元违规金额。", "6.2万元", "违规金额"),
        ("37笔、21.5万元备用金全部收回。", "37笔", "备用金"),
        ("办过一笔60万元的小微贷款。", "一笔", "小微贷款"),
        ("45岁以下编导不多。", "45岁以下", "编导"),
        ("服务席位由8席扩至14席。", "8席", "服务席位"),
        ("由三个人去市场询价。", "三个", "人"),
        ("推出42项“一站办成”服务。", "42项", "“一站办成”服务"),
        ("每月一次“回头再看”夜查。", "每月一次", "“回头再看”夜查"),
        ("排查66个30户以上村寨。", "66个", "村寨"),
        ("3人办理了调动手续。", "3人", None),
        ("2户已搬走。", "2户", None),
    ],
)
def test_item_behind_a_number_ends_before_the_predicate(text: str, raw: str, item: str | None) -> None:
    assert counted(text)[raw] == item


@pytest.mark.parametrize(
    ("text", "raw", "item"),
    [
        ("资金到账后应在30日内分解拨付。", "30日内", "分解拨付"),
        ("自收到通知之日起60日内完成整改。", "60日内", "整改"),
        ("停机时间压到45秒以内。", "45秒以内", "停机时间"),
        ("近三个月旷工两次、最长11天。", "11天", "旷工"),
        ("审批时限由15天缩短为6天。", "6天", "审批时限"),
        ("前后历时9个月。", "9个月", None),
        ("中心组每月集中研讨2次。", "每月集中研讨2次", "集中研讨"),
        ("监委会每季度看一次账。", "每季度看一次", "监委会"),
        ("先后两次上门催收。", "两次", "上门催收"),
        ("办证申请两次被退回。", "两次", "办证申请"),
        ("镇纪委累计谈话12次。", "12次", "谈话"),
        ("包村干部今年只去过2次。", "2次", "包村干部"),
        ("备用金超期不还，今年又有两笔。", "两笔", "备用金"),
        ("分批整理旧案卷，年内完成600册。", "600册", "旧案卷"),
        ("存在问题：抽到的60段已损坏。", "60段", "抽到"),
    ],
)
def test_item_of_terms_and_repetitions_is_what_is_done(text: str, raw: str, item: str | None) -> None:
    assert counted(text)[raw] == item


@pytest.mark.parametrize("text", ["约谈科主任7人。", "派驻组约谈科主任7人。"])
def test_item_never_begins_with_half_a_verb(text: str) -> None:
    assert counted(text)["7人"] == "科主任"


def test_item_of_a_masked_sum_is_found_like_that_of_a_sum() -> None:
    assert counted("收缴党费*万元，约谈XX人。") == {"*万元": "党费", "XX人": "约谈"}


def test_item_is_bounded_in_a_long_clause_without_stops() -> None:
    text = "甲" * 5_000 + "3份" + "乙" * 5_000
    assert all(len(item or "") <= 24 for item in counted(text).values())
