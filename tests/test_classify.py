"""Findings get the category that a person of the field would give, and say why."""

from __future__ import annotations

import subprocess
import sys

import pytest

from pipeline import classify
from pipeline.classify.classifier import load_classifier
from pipeline.classify.features import clean
from pipeline.classify.indicators import IndicatorRow, build, lexicon
from pipeline.classify.topics import bare_title, read_topic
from pipeline.errors import ResourceError
from pipeline.records import Document, Finding, Outline, Role, Section
from pipeline.taxonomy import builtin, categories, subcategories


def labelled(
    *statements: str, headings: tuple[str, ...] = (), role: Role = "PROBLEM", confidence: float = 0.9
) -> tuple[Finding, ...]:
    """Return the labelled findings of a made report: nested headings, below them one statement a line."""
    lines = [*headings, *statements]
    starts = [sum(len(line) + 1 for line in lines[:number]) for number in range(len(lines))]
    text = "\n".join(lines)
    sections = tuple(
        Section(
            f"s{n}", f"s{n - 1}" if n else None, n + 1, "", title, (role,), starts[n], starts[n] + len(title),
            len(text), str(n)
        )
        for n, title in enumerate(headings)
    )  # fmt: skip
    places = zip(starts[len(headings) :], statements, strict=True)
    findings = [
        Finding(
            finding_id=f"abc-f{start:03d}",
            start=start,
            end=start + len(words),
            text=words,
            core_start=start,
            core_end=start + len(words),
            section_id=sections[-1].section_id if sections else None,
            confidence=confidence,
            cues=("degree:不够",),
        )
        for start, words in places
    ]
    document = Document("abc", "made.txt", "txt", text, ())
    return classify.label(findings, Outline(sections, "self-report"), document)


# The rules for close pairs: each stands next to the statement that it must not be taken for.
CLOSE_PAIRS = (
    ("ZR01", "党委上半年部署了廉政任务二十项，会后没有督办，也没有问过一次结果。"),
    ("ZR03", "纪检组一年只做过一次明察暗访，发现的苗头性问题拖到年底才处理。"),
    ("ZR02", "班子成员对分管科室的廉政情况很少过问，一岗双责停在责任书上。"),
    ("ZR01", "党组对全面从严治党重部署轻落实，任务清单没有人跟踪问效。"),
    ("ZZ01", "第一议题学习时常由秘书念一遍文件了事，中心组研讨没有讨论。"),
    ("JY02", "党纪学习教育只安排机关干部参加，下属站所的聘用人员没有纳入。"),
    ("JD04", "对主要负责人和采购等关键岗位的监督偏弱，没有人提醒。"),
    ("ZR03", "日常监督检查失之于宽，碍于情面，发现问题多是一笔带过。"),
    ("JD05", "全局没有专职纪检干部，纪检委员由办公室人员兼任，业务不熟。"),
    ("ZR03", "纪检部门不愿监督、不敢监督，全年没有问责过一人。"),
    ("JD01", "谈话提醒覆盖面窄，内容多是套话，红脸出汗不够。"),
    ("DJ01", "组织生活会上相互批评都是希望多注意身体，会议记录雷同。"),
    ("JF05", "经审委员会没有专职人员，经费审查靠外聘事务所，质量不高。"),
    ("GB04", "技术人员年龄老化、青黄不接，专业人才引不进也留不住。"),
    ("JY03", "少数党员认为廉政与自己无关，学习应付了事，心得是抄来的。"),
    ("ZF01", "习惯以文件落实文件，会议多、材料多，基层忙于填表留痕。"),
    ("ZZ02", "对省里秸秆禁烧的决策部署贯彻打折扣，实施方案拖了四个月才出台。"),
    ("DJ01", "支部三会一课记录是年底一次补写的，内容雷同。"),
    ("ZG01", "巡察整改台账写着已完成，实际没有开展，属于纸面整改。"),
    ("ZF02", "部门之间推诿扯皮，群众申请的事项压了半年没有人办。"),
    ("ZG03", "以前任遗留为由不理旧账，历史遗留的产权纠纷一直搁着。"),
    ("ZF03", "领导干部调研走马观花，一年没有到过最远的村，听不到真话。"),
    ("ZF04", "服务大厅窗口少，老人排队两个小时，办一件事要跑三趟。"),
    ("ZZ03", "对行业的日常监管缺位，统筹协调作用发挥不充分，改革任务推进缓慢。"),
    ("ZF05", "违规发放节日福利，用公款购买烟酒和购物卡。"),
    ("JF03", "差旅费报销附件不全，没有审批单，部分以白条入账。"),
    ("NK06", "其他应收款挂账五年未清理，备用金借款没有归还。"),
    ("JF03", "会计科目使用错误，办公费里列支了培训支出，核算不规范。"),
    ("NK03", "工程未履行招标程序，拆分成三个项目分别直接委托。"),
    ("LJ03", "项目交给其妻弟入股的公司承揽，本人从中收受好处。"),
    ("NK01", "内控制度不健全，手册编好后束之高阁，有章不循。"),
    ("NK05", "固定资产账实不符，多年没有盘点，闲置设备无人登记。"),
    ("NK04", "活动委托第三方公司一包了之，过程没有监督，结束后未验收。"),
    ("JF01", "对缴费政策宣传不够，企业缴费意识不强，会费收缴面不广。"),
    ("JF04", "专项资金拨付后没有跟踪监管，滞留在乡镇账户半年，绩效没有评价。"),
    ("JF02", "预算编制粗放，年底突击花钱，执行率不到六成。"),
    ("GB01", "重大事项未经集体研究，书记首先表态，会议纪要只有结论。"),
    ("NK02", "会计兼任出纳，印章和网银U盾由同一人保管，不相容岗位未分离。"),
    ("GB02", "干部提拔没有按程序民主推荐和考察，任前公示天数不足。"),
    ("GB03", "长期借调人员未办手续，个人有关事项报告不规范，编外超员。"),
    ("ZG02", "审计指出的问题连续三年没有改，屡审屡犯。"),
    ("NK06", "往来款长期挂账，经审计指出才清理。"),
    ("LJ02", "村干部冒领惠农补贴，低保名单优亲厚友。"),
)


@pytest.mark.parametrize(("code", "statement"), CLOSE_PAIRS)
def test_label_tells_close_pairs_apart(code: str, statement: str) -> None:
    (finding,) = labelled(statement)
    assert finding.subcategory == code
    assert finding.category == categories()[code].parent
    assert finding.mandate == categories()[code].mandate


@pytest.mark.parametrize(
    "statement",
    [
        "受市场行情影响，园区企业订单减少，产值同比下降。",
        "入夏以来持续干旱，山区玉米减产。",
    ],
)
def test_label_leaves_what_fits_no_category_to_a_person(statement: str) -> None:
    (finding,) = labelled(statement)
    assert (finding.category, finding.subcategory, finding.mandate) == ("QT", "QT00", None)


def test_label_returns_nothing_for_no_findings() -> None:
    assert labelled() == ()


def test_label_without_any_known_character_asks_a_person() -> None:
    (finding,) = labelled("§§§ 123")
    assert finding.subcategory == "QT00"
    assert finding.needs_review


def test_label_keeps_the_heading_and_the_content_apart() -> None:
    (finding,) = labelled("其他应付款挂账四年没有清理，涉及款项12万元。", headings=("工作作风建设还需进一步强化",))
    assert finding.section_category == "ZF"
    assert finding.category == "NK"
    assert finding.needs_review


def test_label_does_not_ask_where_heading_and_content_agree() -> None:
    (finding,) = labelled("其他应付款挂账四年没有清理，涉及款项12万元。", headings=("内控管理仍需加强",))
    assert finding.section_category == "NK"
    assert finding.category == "NK"
    assert not finding.needs_review


def test_label_reads_a_bare_statement_in_the_light_of_its_heading() -> None:
    bare = "次数偏少，质量不高，效果不明显。"
    (alone,) = labelled(bare)
    (headed,) = labelled(bare, headings=("谈心谈话开展得不够经常",))
    assert headed.subcategory == "JD01"
    assert any(cue.startswith("heading:JD") for cue in headed.cues)
    assert alone.subcategory != "JD01"
    assert not any(cue.startswith("heading:") for cue in alone.cues)


def test_label_takes_the_nearest_clear_heading() -> None:
    (finding,) = labelled("效果不明显。", headings=("党建工作方面", "存在的主要问题"))
    assert finding.section_category == "DJ"


def test_label_of_a_heading_finding_does_not_count_the_heading_twice() -> None:
    title = "往来款清理不及时"
    document = Document("abc", "made.txt", "txt", title, ())
    section = Section("s0", None, 1, "", title, ("PROBLEM",), 0, len(title), len(title), "0")
    finding = Finding("abc-f000", 0, len(title), title, 0, len(title), section_id="s0", confidence=0.8)
    (result,) = classify.label([finding], Outline((section,), "self-report"), document)
    assert (result.section_category, result.subcategory) == ("NK", "NK06")
    assert not any(cue.startswith("heading:") for cue in result.cues)


def test_label_says_why() -> None:
    (finding,) = labelled("往来款挂账三年以上未清理。")
    assert finding.cues[0] == "degree:不够"
    assert "NK06:往来款" in finding.cues
    assert finding.cues[-2].startswith("model:NK06 ")


def test_label_says_what_spoke_for_the_next_category() -> None:
    (finding,) = labelled("往来款挂账三年以上，报销附件也不全。")
    kind, code, rest = finding.cues[-1].replace(":", " ").split(" ", 2)
    assert (kind, categories()[code].parent != finding.category) == ("next", True)
    assert float(rest.split()[0]) < 0.5
    assert "附件" in rest or "挂账" in rest


def test_label_shows_characters_where_no_phrase_speaks() -> None:
    (finding,) = labelled("院子里的车一停就是大半年，轮胎瘪了也没有人管。")
    assert any(cue.startswith("chars:") for cue in finding.cues)


def test_label_multiplies_the_two_kinds_of_confidence() -> None:
    (sure,) = labelled("谈话提醒覆盖面窄，红脸出汗不够。", confidence=1.0)
    (half,) = labelled("谈话提醒覆盖面窄，红脸出汗不够。", confidence=0.5)
    assert 0.5 < sure.confidence <= 1
    assert half.confidence == pytest.approx(sure.confidence / 2, abs=1e-4)


def test_label_names_a_second_category_where_two_things_are_stated() -> None:
    (finding,) = labelled("公务接待没有公函和清单，还用公款购买烟酒。")
    assert {finding.subcategory, *finding.secondary} >= {"ZF05", "JF03"}
    assert finding.subcategory not in finding.secondary
    assert len(finding.secondary) <= 2


def test_label_is_deterministic() -> None:
    statements = [statement for _, statement in CLOSE_PAIRS]
    assert labelled(*statements) == labelled(*statements)


def test_label_reads_through_the_blanks_of_crawled_text() -> None:
    (clear,) = labelled("往来款长期挂账，没有清理。")
    (crawled,) = labelled("往来款 长期 挂账,没有清 理。")
    assert crawled.subcategory == clear.subcategory == "NK06"
    assert crawled.confidence == clear.confidence


def test_label_needs_no_training_library() -> None:
    code = (
        "import sys; from pipeline.classify.classifier import load_classifier; load_classifier(); "
        "print('sklearn' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("title", "category"),
    [
        ("工作作风建设还需进一步强化", "ZF"),
        ("经费管理还不够规范", "JF"),
        ("关于“谈心谈话不够经常”问题的整改", "JD"),
        ("存在的主要问题", None),
        ("问题整改情况", None),
        ("查出来的毛病", None),
        ("基本情况", None),
        ("下一步打算", None),
    ],
)
def test_read_topic_names_the_author_s_category_where_the_wording_does(title: str, category: str | None) -> None:
    topic = read_topic(title, load_classifier())
    assert (topic.category if topic else None) == category


@pytest.mark.parametrize(("role", "category"), [("PROBLEM", "ZG"), ("RECTIFY", None)])
def test_label_takes_rectification_as_a_topic_only_among_problems(role: Role, category: str | None) -> None:
    (finding,) = labelled("个别事项还拖着。", headings=("举一反三、巡察整改落实",), role=role)
    assert finding.section_category == category


@pytest.mark.parametrize(
    ("title", "own"),
    [
        ("关于“学习不深入”问题的整改", "“学习不深入”"),
        ("存在的主要问题及原因分析", ""),
        ("问题3：印章管理不严", "印章管理不严"),
        ("整改质量不高", "整改质量不高"),
    ],
)
def test_bare_title_leaves_the_heading_s_own_words(title: str, own: str) -> None:
    assert bare_title(title) == own


def test_clean_drops_who_found_it_and_keeps_a_statement_about_the_audit() -> None:
    assert clean("审计指出：食堂采购没有比价。") == "食堂采购没有比价。"
    assert clean("审计指出的问题没有改。") == "审计指出的问题没有改。"


def phrases(pattern: str, text: str) -> bool:
    return bool(build([IndicatorRow("NK06", pattern, "3")], builtin()).find(text))


@pytest.mark.parametrize(
    ("pattern", "hit", "miss"),
    [
        ("备用金", "备用金未核销", "备用车未报废"),
        ("(未|没有)报批", "出租没有报批", "出租已报批"),
        ("往来…挂账", "往来款项长期挂账", "挂账的往来款项"),
        ("往来…挂账", "往来款项长期挂账", "往来密切。食堂挂账"),
        ("往来…挂账", "往来款项长期挂账", "往来款项由三个科室分别核对以后仍有一部分挂账"),
        ("账", "账", "帐"),
    ],
)
def test_find_reads_the_signs_of_a_phrase(pattern: str, hit: str, miss: str) -> None:
    assert phrases(pattern, hit)
    assert not phrases(pattern, miss)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (IndicatorRow("XX01", "往来款", "3"), "类目 XX01 不在"),
        (IndicatorRow("NK06", "往来款", "9"), "权重 9"),
        (IndicatorRow("NK06", "(往来|挂账", "3"), "括号不配对"),
        (IndicatorRow("NK06", "往来…", "3"), "空的部分"),
    ],
)
def test_build_refuses_a_row_that_cannot_be_used(row: IndicatorRow, message: str) -> None:
    with pytest.raises(ResourceError, match=message):
        build([row], builtin())


def test_lexicon_speaks_for_every_subcategory() -> None:
    assert {row.code for row in subcategories()} <= {indicator.code for indicator in lexicon().indicators}
