"""What a quantity belongs to: its actor, its total, what it is compared with, and the stretch that it holds for."""

from __future__ import annotations

import pytest
from marked_documents import document_of

from pipeline.quantities import extract
from pipeline.quantities.flat import flatten
from pipeline.quantities.relations import relate
from pipeline.records import Quantity


def read(text: str) -> list[Quantity]:
    return list(extract(document_of(text), (), ()))


def told(text: str, column: str) -> dict[str, object]:
    """The values of a column by the raw text of the quantity; a raw text may stand only once in the sentence."""
    rows = read(text)
    assert len({row.raw for row in rows}) == len(rows)
    return {row.raw: getattr(row, column) for row in rows}


def totals(text: str) -> dict[str, str | None]:
    rows = {row.quantity_id: row.raw for row in read(text)}
    return {raw: part and rows[str(part)] for raw, part in told(text, "part_of").items()}


def periods(text: str) -> dict[str, tuple[str | None, str | None]]:
    rows = (row for row in read(text) if row.kind not in ("date", "period"))
    return {row.raw: (row.period_start, row.period_end) for row in rows}


@pytest.mark.parametrize(
    ("text", "raw", "actor"),
    [
        ("区纪委监委立案12件。", "12件", "区纪委监委"),
        ("各支部开展谈话12次。", "12次", "各支部"),
        ("目前，我局共发现问题12个。", "12个", "我局"),
        ("该公司2023年支出3万元。", "3万元", "该公司"),
        ("机关党委召开会议3次。", "3次", "机关党委"),
        ("班子成员讲党课9次。", "9次", "班子成员"),
        ("一是党委书记讲党课3次。", "3次", "党委书记"),
        ("全区共立案15件。", "15件", "全区"),
        ("县教育局、县市场监管局联合检查食堂71家。", "71家", "县教育局、县市场监管局"),
        ("我 局发现问题12个。", "12个", "我 局"),
        ("第二周党委会补纪要1份。", "1份", "党委会"),
        ("市政府督查室召开会议4次。", "4次", "市政府督查室"),
    ],
)
def test_actor_is_the_body_or_function_at_the_head_of_the_clause(text, raw, actor):
    assert told(text, "actor") == {**told(text, "actor"), raw: actor}


def test_actor_is_not_told_for_what_another_did_not_do():
    assert read("该局举报五次也没查处一次。")[-1].actor is None


def test_actor_stays_in_force_while_clauses_go_on_with_a_verb():
    assert told("我局高度重视，先后召开会议4次，走访群众12户。", "actor") == {"4次": "我局", "12户": "我局"}


def test_actor_of_a_total_is_that_of_its_parts():
    found = told("区纪委监委立案12件，其中科级3件、一般干部9件，群众满意率98%。", "actor")
    assert found == {"12件": "区纪委监委", "3件": "区纪委监委", "9件": "区纪委监委", "98%": None}


def test_actor_ends_where_another_body_begins():
    assert told("区委召开会议4次，领导小组召开会议7次。", "actor") == {"4次": "区委", "7次": "领导小组"}


@pytest.mark.parametrize(
    "text",
    [
        "张某某谈话12次。",
        "王伟同志谈话3次。",
        "李明讲党课2次。",
        "书记王伟讲党课3次。",
        "李明书记讲党课2次。",
        "副局长张三丰带队检查12次。",
        "王局长带队检查4次。",
    ],
)
def test_actor_is_never_a_personal_name(text):
    assert [row.actor for row in read(text)] == [None]


_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗时单广安文方金应通"
_ENDINGS = (
    "局",
    "委",
    "办",
    "部",
    "院",
    "处",
    "科",
    "室",
    "站",
    "所",
    "队",
    "组",
    "会",
    "县",
    "镇",
    "村",
    "中心",
    "协会",
    "大队",
)


@pytest.mark.parametrize("ending", _ENDINGS)
@pytest.mark.parametrize("given", ["", "德", "建", "立", "小", "国"])
def test_actor_is_no_name_that_ends_like_a_body(given, ending):
    people = [surname + given + ending for surname in _SURNAMES if surname + given + ending not in _INSTITUTIONS]
    frames = ("{}检查企业12次。", "{}书记检查企业12次。", "副局长{}检查企业12次。")
    lines = [(person, frame.format(person)) for person in people for frame in frames]
    rows = read("\n".join(line for _, line in lines))
    assert len(rows) == len(lines)
    assert [line for row, (person, line) in zip(rows, lines, strict=True) if person in (row.actor or "")] == []


# What the surnames above make together with the endings, and is the usual word for a body.
_INSTITUTIONS = {"安委", "广大队"}


@pytest.mark.parametrize(
    "name", ["党德会", "公立科", "国建部", "欧阳德会", "陈某局", "李会、张科", "赵会计", "李建国同志"]
)
def test_actor_is_no_name_of_a_rarer_make(name):
    assert [row.actor for row in read(f"{name}检查企业12次。")] == [None]


def test_actor_may_begin_like_a_surname_where_it_is_a_usual_word():
    names = ("党委", "纪委", "高校党委", "司法局", "文旅局", "林业局", "应急管理局", "党支部", "公安局", "项目部")
    assert [read(f"{name}召开会议12次。")[0].actor for name in names] == list(names)


def test_actor_may_stand_behind_a_place_that_begins_like_a_surname():
    assert told("白芒镇党委召开会议12次。", "actor") == {"12次": "白芒镇党委"}


@pytest.mark.parametrize(
    "text",
    [
        "3个村未公开。",
        "走访企业共30家。",
        "上市公司达146家。",
        "党支部共有12个。",
        "党委的会议12次。",
        "督促各支部开展谈话12次。",
        "区纪委要求各支部开展谈话12次。",
        "对各单位开展检查12次。",
        "我局3名干部受处分。",
        "全部整改12个。",
        "到会12人。",
        "街道让社区补台账3本。",
        "巡察组进驻期间新发生违规问题2起。",
        "酒店改造项目改方案2回。",
        "前后三处写错4个。",
        "科研经费编入本部12万元。",
        "兄弟公司原采购经理阿某收受回扣12万元。",
        "专家评审费发放12人次。",
        "部门预算里一项占38%。",
        "工会审计连着四年外包。",
        "组织科解释那两家。",
        "学生实习材料转了3次。",
        "支委会记录由内勤补12页。",
        "学校创办时有教师12人。",
        "三个项目部撤了两个。",
        "老城区还有管道61公里。",
        "董事长办公室达58平方米。",
        "党员发展和管理不规范，抽查档案30份。",
        "会议认为：召开会议4次。",
    ],
)
def test_actor_is_none_for_what_is_counted_or_acted_on(text):
    assert {row.actor for row in read(text)} == {None}


def test_actor_beside_another_is_not_told_for_what_follows():
    assert told("党组书记带头抓、班子成员分片包，发现问题34个。", "actor") == {"34个": None}
    assert told("局党组查摆问题12个，各支部查摆问题147个，已整改150个。", "actor") == {
        "12个": "局党组",
        "147个": "各支部",
        "150个": None,
    }


def test_actor_does_not_reach_over_a_semicolon_or_into_the_next_sentence():
    assert told("我局召开会议4次；走访群众12户。慰问8人。", "actor") == {"4次": "我局", "12户": None, "8人": None}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("共立案12件，其中科级3件、一般干部9件。", {"12件": None, "3件": "12件", "9件": "12件"}),
        ("共立案12件，其中科级3件，一般干部9件。", {"12件": None, "3件": "12件", "9件": "12件"}),
        ("共立案12件。其中科级3件。", {"12件": None, "3件": "12件"}),
        ("共12件（其中科级3件），结案10件。", {"12件": None, "3件": "12件", "10件": None}),
        ("A、B分别为3件、5件，共8件。", {"3件": "8件", "5件": "8件", "8件": None}),
        ("A、B分别为3件、5件，共9件。", {"3件": "9件", "5件": "9件", "9件": None}),
        ("排查问题30个，已整改28个，正在整改2个。", {"30个": None, "28个": "30个", "2个": "30个"}),
        ("10项中改完7项，正在改3项。", {"10项": None, "7项": "10项", "3项": "10项"}),
        ("15个项目中有5个缺资料。", {"15个": None, "5个": "15个"}),
        ("310份单据中，27份缺签字，18份缺日期。", {"310份": None, "27份": "310份", "18份": "310份"}),
        ("新增案件共25件，民事19件，刑事6件。", {"25件": None, "19件": "25件", "6件": "25件"}),
        ("党员30人，其中女性占30%。", {"30人": None, "30%": "30人"}),
        ("共立案12件，其中科级3件，占25%。", {"12件": None, "3件": "12件", "25%": "12件"}),
        (
            "花费9万元，其中甲5万元、乙4万元；按类别分，住宿费3万元。",
            {"9万元": None, "5万元": "9万元", "4万元": "9万元", "3万元": "9万元"},
        ),
        ("设备86台，包括完好80台、报废6台。", {"86台": None, "80台": "86台", "6台": "86台"}),
    ],
)
def test_part_belongs_to_its_total(text, expected):
    assert totals(text) == expected


def test_part_ends_where_a_clause_speaks_of_something_else():
    found = totals("登记9次，其中6次是念文件，讨论环节3次也没有安排。")
    assert found == {"9次": None, "6次": "9次", "3次": None}


def test_part_that_is_larger_than_its_total_is_linked_where_it_is_said_to_be_a_part():
    assert totals("共立案12件，其中科级13件。") == {"12件": None, "13件": "12件"}


@pytest.mark.parametrize(
    "text",
    [
        "召开会议12次，其中解决问题3个。",
        "立案12件，问题整改率98%。",
        "立案12件，其中增长20%。",
        "共立案12件，其中同比增加2件。",
        "排查问题30个，已整改32个。",
        "已整改28个，未整改2个。",
        "召开会议5次，谈话2次，走访3次。",
        "党员大会4次、支委会12次，其中专题研究3次。",
        "满意率94%，其中窗口95%。",
        "加快42个项目建设；持续推进10个。",
        "业绩3个以上（含3个）。",
        "名册上的委员，两位调走，一位正在国外。",
        "会议开了40分钟，30分钟里在念文件。",
        "共12件。另立案3件。",
        "账面74.62万元，实盘73.95万元，相差0.67万元。",
    ],
)
def test_value_beside_another_is_no_part_of_it(text):
    assert {row.part_of for row in read(text)} == {None}


@pytest.mark.parametrize(
    ("text", "raw", "against", "change"),
    [
        ("立案12件，同比增长20%。", "20%", "同比", "increase"),
        ("比上年减少3人。", "3人", "比上年", "decrease"),
        ("环比下降0.5个百分点。", "0.5个百分点", "环比", "decrease"),
        ("较2020年增长3%。", "3%", "较2020年", "increase"),
        ("较年初压减5万元。", "5万元", "较年初", "decrease"),
        ("比上年同期多3件。", "3件", "比上年同期", "increase"),
        ("占比较上年提高2个百分点。", "2个百分点", "较上年", "increase"),
        ("高于全国0.2个百分点。", "0.2个百分点", "高于全国", "increase"),
        ("降水较常年偏少23%。", "23%", "较常年", "decrease"),
        ("与上年同期相比，信访件下降12%。", "12%", "与上年同期相比", "decrease"),
        ("收入增长12.8%。", "12.8%", None, "increase"),
        ("降幅达12%。", "12%", None, "decrease"),
        ("同比增长0%。", "0%", "同比", "level"),
    ],
)
def test_change_and_its_comparison(text, raw, against, change):
    (row,) = (row for row in read(text) if row.raw == raw)
    assert (row.compared_with, row.change) == (against, change)


def test_comparison_holds_for_a_list_and_for_a_second_change():
    assert told("同比增加3件、增长20%。", "compared_with") == {"3件": "同比", "20%": "同比"}
    assert told("同比分别增长12.8%、17.8%。", "change") == {"12.8%": "increase", "17.8%": "increase"}


def test_comparison_of_two_kinds_in_one_list_is_not_told():
    assert told("面积环比、同比分别增长51.3%、15.3%。", "compared_with") == {"51.3%": None, "15.3%": None}


@pytest.mark.parametrize(
    "text",
    [
        "立案12件。",
        "降至5%。",
        "由12%上升到46%。",
        "增加到30人。",
        "新增12人。",
        "晋升3人。",
        "占比12%。",
        "完成较快，立案12件。",
        "评比表彰12人。",
        "出生人口连降六年。",
        "津贴涨了三次。",
        "落实稳增长18条。",
        "标准不低于保障标准的1.6倍。",
        "新建和改造提升200万亩。",
    ],
)
def test_level_is_no_change(text):
    assert {(row.compared_with, row.change) for row in read(text)} == {(None, None)}


@pytest.mark.parametrize(
    "text", ["费用下降5%。", "同比减少了3人。", "较上年负增长3.2%。", "高于全国2%。", "增长5%。", "低于全国2%。"]
)
def test_note_says_decrease_only_where_change_does(text):
    for row in read(text):
        assert row.note != "decrease" or row.change == "decrease"


@pytest.mark.parametrize("text", ["费用下降5%。", "较上年负增长3.2%。", "比上年减少了3人。"])
def test_note_says_decrease_where_the_value_fell(text):
    assert [row.note for row in read(text) if row.kind != "date"] == ["decrease"]


_2023 = ("2023-01-01", "2023-12-31")
_NO = (None, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023年，全局立案12件。", {"12件": _2023}),
        ("2023年全局立案12件，问责3人。", {"12件": _2023, "3人": _2023}),
        ("2021年5月8日至7月5日巡察组谈话60人次。", {"60人次": ("2021-05-08", "2021-07-05")}),
        ("截至2024年6月底，已整改28个。", {"28个": (None, "2024-06-30")}),
        ("2023年以来查处14起。", {"14起": ("2023-01-01", None)}),
        ("2023年6月召开会议2次。", {"2次": ("2023-06-01", "2023-06-30")}),
        ("2022年61.4万元、2023年52.9万元。", {"61.4万元": ("2022-01-01", "2022-12-31"), "52.9万元": _2023}),
        ("2023年，全局立案12件，比2022年增长12%。", {"12件": _2023, "12%": _2023}),
        ("2023年，局里认真整改。立案12件。", {"12件": _2023}),
    ],
)
def test_value_holds_for_the_date_before_it(text, expected):
    assert periods(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "比2022年增长12%。",
        "2024年12月底前完成12项。",
        "局里认真整改2023年的问题。立案12件。",
        "2023年，局里认真整改。2022年的工作已结束。立案12件。",
        "2015年成立，下设科室3个。",
        "2023年立案，目前有线索12件。",
        "2023年把制度定下来，三年间立案12件。",
        "2019年、2021年两批次考察。",
        "2021年审计点出的问题今年又查出5项。",
        "日均载客只有2019年的54%。",
        "2021年购入的宣传车行驶600公里。",
        "2023年秋季，立案12件。",
        "《2023年工作要点》列任务12项。",
        "2023年支出，按类别：费用12万元。",
    ],
)
def test_value_does_not_hold_for_a_date_of_something_else(text):
    assert set(periods(text).values()) == {_NO}


def test_value_after_a_reached_level_does_not_hold_for_the_base_year():
    assert periods("由2020年的12家增加到30家。") == {"12家": ("2020-01-01", "2020-12-31"), "30家": _NO}


def test_period_keeps_its_own_dates():
    (row, _) = read("2021年5月8日至7月5日谈话60人次。")
    assert (row.kind, row.period_start, row.period_end) == ("period", "2021-05-08", "2021-07-05")


def test_relations_are_verbatim_and_point_to_rows_of_the_report():
    text = "区 纪委监委 立案 12 件，同 比增长20%，其中科级3件。"
    rows = read(text)
    ids = {row.quantity_id for row in rows}
    for row in rows:
        assert row.actor is None or row.actor in text
        assert row.compared_with is None or row.compared_with in text
        assert row.part_of is None or (row.part_of in ids and row.part_of != row.quantity_id)
    assert [row.compared_with for row in rows] == [None, "同 比", None]


def test_relate_flattens_the_text_itself_where_it_is_not_given():
    text = "区纪委监委立案12件，其中科级3件。"
    bare = extract(document_of(text), (), ())
    assert relate(text, bare) == relate(text, bare, flat=flatten(text))
    assert relate(text, ()) == ()


def test_work_on_one_long_sentence_grows_with_its_length():
    def steps(pieces: int) -> int:
        text = "区纪委监委立案12件，其中科级3件，2023年同比增长20%、" * pieces
        rows = read(text)
        calls = 0

        class Counted(str):
            """Counts how often the whole text is sliced, which is what the passes do for each quantity."""

            def __getitem__(self, key):
                nonlocal calls
                calls += 1
                return str.__getitem__(self, key)

        flat = flatten(text)
        relate(text, rows, flat=type(flat)(Counted(flat.text), flat.places))
        return calls

    assert steps(80) < 2.5 * steps(40)
