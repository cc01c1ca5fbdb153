"""An office's own taxonomy: works at once from its words, improves with examples, learns from corrections."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline.classify.classifier import Classifier
from pipeline.classify.indicators import bare_phrase, own_lexicon
from pipeline.classify.own import classifier_for, own_classifier, words_of
from pipeline.classify.single import classify_sentences
from pipeline.errors import ReadError, ResourceError
from pipeline.taxonomy import Category, Taxonomy, builtin
from pipeline.taxonomy_file import read_taxonomy
from pipeline.train.examples import read_examples
from pipeline.train.own import OwnExample, fit_own, read_own_examples, save_own

# Seven categories in the words of another office, and the built-in subcategories that mean the same.
OTHER_OFFICE = {
    "采购": ("采购招标、工程发包、询价比选的程序不合规", ("招标", "采购", "比价"), ("NK03",)),
    "资产": ("房屋、设备、车辆等固定资产账实不符、闲置、出租出借不合规", ("固定资产", "闲置", "盘点"), ("NK05",)),
    "吃喝": ("公款吃喝、收送礼品、滥发补贴、公车私用", ("礼品", "公车", "接待"), ("ZF05",)),
    "选人": ("干部提拔任用的推荐、考察、公示程序不规范", ("提拔", "考察", "公示"), ("GB02",)),
    "党员": ("发展党员、换届、党费、组织关系管理不严", ("党费", "换届", "发展党员"), ("DJ02",)),
    "谈话": ("谈心谈话、提醒谈话覆盖不够、流于一般", ("谈心谈话", "谈话提醒"), ("JD01",)),
    "档案": ("公文、档案、保密、办公系统管理薄弱", ("档案", "保密", "公文"), ("NK07",)),
}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a taxonomy file of flat categories in another office's words."""
    lines = ['version = "1"']
    for number, (name, (definition, indicators, _)) in enumerate(OTHER_OFFICE.items(), start=1):
        words = ", ".join(f'"{word}"' for word in indicators)
        lines += ["[[category]]", f'code = "B{number}"', f'name = "{name}"', f'definition = "{definition}"']
        lines += [f"indicators = [{words}]"]
    path = tmp_path_factory.mktemp("office") / "别局.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def statements() -> list[tuple[str, str]]:
    """Return the test writers' sentences of those subcategories, with the other office's codes."""
    codes = {code: f"B{n}" for n, (_, _, same) in enumerate(OTHER_OFFICE.values(), start=1) for code in same}
    return [(codes[one.code], one.text) for one in read_examples(test=True) if one.code in codes]


def share_right(made: Classifier, cases: Sequence[tuple[str, str]]) -> float:
    judged = classify_sentences([text for _, text in cases], role="PROBLEM", classifier=made)
    return sum(row.category == code for row, (code, _) in zip(judged, cases, strict=True)) / len(cases)


def test_an_own_taxonomy_works_at_once(office: Path) -> None:
    cases = statements()
    assert len(cases) > 80
    assert share_right(classifier_for(office), cases) > 0.75


def test_a_statement_of_none_of_them_is_left_to_a_person(office: Path) -> None:
    (judged,) = classify_sentences(["入夏以来连续干旱，玉米减产"], role="PROBLEM", classifier=classifier_for(office))
    assert judged.subcategory == "QT00"


def test_own_words_are_read_from_name_definition_and_indicators(office: Path) -> None:
    row = read_taxonomy(office).categories["B2"]
    assert words_of(row)[:2] == ("资产", "房屋、设备、车辆等固定资产账实不符、闲置、出租出借不合规")
    assert {"设备", "闲置", "盘点"} <= set(words_of(row))


@pytest.mark.parametrize(
    ("phrase", "bare"),
    [
        ("两张皮(学用)", "两张皮"),
        ("挂账X年以上", "挂账…年以上"),
        ("(公车|公务用车)私用", "(公车|公务用车)私用"),
        ("比价(询价", "比价询价"),
        ("吃喝|送礼", "吃喝送礼"),
        ("先买……后批", "先买…后批"),
    ],
)
def test_an_own_phrase_is_read_as_far_as_it_makes_sense(phrase: str, bare: str) -> None:
    assert bare_phrase(phrase) == bare
    row = Category("CG", "1", "", "采购", indicators=(phrase,))
    taxonomy = Taxonomy("", "1", "QT", "f" * 12, {"CG": row, "QT": Category("QT", "1", "", "其他")})
    assert any(indicator.pattern == bare for indicator in own_lexicon(taxonomy).indicators)


def test_examples_improve_an_own_taxonomy(office: Path) -> None:
    taxonomy = read_taxonomy(office)
    codes = {code: f"B{n}" for n, (_, _, same) in enumerate(OTHER_OFFICE.values(), start=1) for code in same}
    shown = [OwnExample(codes[one.code], one.text) for one in read_examples() if one.code in codes]
    before = share_right(own_classifier(taxonomy), statements())
    assert share_right(fit_own(shown, taxonomy), statements()) > before


def test_the_built_in_taxonomy_given_as_a_file_is_the_built_in_one() -> None:
    from pipeline.resources import corpus_path

    assert classifier_for(corpus_path("taxonomy.toml")) is classifier_for()


# A made-up pair: statements on card readers, which one office counts as 内控·信息化 (NK07) and the corpus would call
# assets or services. Every second one is what its people corrected, the others are what they will meet next: each has
# device, place and fault in a combination of its own.
PLACES = ("一食堂", "东门", "图书馆", "招待所", "校医院", "锅炉房", "南区澡堂")
DEVICES = ("刷卡机", "闸机", "消费终端", "圈存机", "读卡器")
FAULTS = (
    "离线两周，改用手写饭票",
    "认不出新发的校园卡，由值班员抬杆放行",
    "时钟慢了三刻钟，早饭记成前一晚",
    "吞卡以后贴了一张“暂停”",
    "挂失名单每周拷一次优盘，捡到的卡照样能刷",
    "充值流水断了九天，钱到了卡里没有余额",
)
CARD_READERS = [
    f"{PLACES[number % 7]}的{DEVICES[number % 5]}{FAULTS[(number // 7 + number) % 6]}" for number in range(60)
]


def accuracy(made: Classifier, cases: Sequence[tuple[str, str]]) -> float:
    judged = classify_sentences([text for _, text in cases], role="PROBLEM", classifier=made)
    return sum(row.subcategory == code for row, (code, _) in zip(judged, cases, strict=True)) / len(cases)


@pytest.mark.slow
def test_thirty_corrections_move_a_pair_and_hurt_nothing_else() -> None:
    corrected = [OwnExample("NK07", text) for text in CARD_READERS[::2]]
    unseen = [("NK07", text) for text in CARD_READERS[1::2]]
    rest = [(one.code, one.text) for one in read_examples(test=True)]
    assert len(corrected) == 30
    before, after = classifier_for(), fit_own(corrected, builtin())
    assert accuracy(after, unseen) >= accuracy(before, unseen) + 0.3
    assert accuracy(after, unseen) >= 0.9
    assert accuracy(after, rest) >= accuracy(before, rest) - 0.005


def test_an_own_model_comes_back_from_its_folder(office: Path, tmp_path: Path) -> None:
    taxonomy = read_taxonomy(office)
    examples = [OwnExample("B1", "拆成三段发包"), OwnExample("B1", "拆成两段比价"), OwnExample("B2", "设备堆在楼道")]
    made = fit_own(examples, taxonomy)
    save_own(tmp_path / "模型", made, examples)
    again = classifier_for(office, tmp_path / "模型")
    assert again.score("拆成三段").probabilities.tolist() == made.score("拆成三段").probabilities.tolist()
    with pytest.raises(ResourceError, match="另一个分类体系"):
        classifier_for(None, tmp_path / "模型")


@pytest.mark.parametrize(
    ("content", "message"),
    [("B1 拆成三段发包", "第1行不是"), ("code\ttext\nB9\t拆成三段发包", "第2行的类目 B9"), ("B1\t", "第1行不是")],
)
def test_read_own_examples_names_the_line(office: Path, tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "例句.tsv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ReadError, match=message):
        read_own_examples(path, read_taxonomy(office))


def test_read_own_examples_skips_heading_comments_and_blank_lines(office: Path, tmp_path: Path) -> None:
    path = tmp_path / "例句.tsv"
    path.write_text("code\ttext\n# 说明\n\nB1\t拆成三段发包\n", encoding="utf-8")
    assert read_own_examples(path, read_taxonomy(office)) == (OwnExample("B1", "拆成三段发包"),)


def test_a_taxonomy_of_one_category_can_be_used() -> None:
    whole = builtin().categories
    one = Taxonomy("一类", "1", "QT00", "f" * 12, {code: whole[code] for code in ("JF", "JF01", "QT", "QT00")})
    (judged,) = classify_sentences(["会费收缴面不广，催缴不力"], role="PROBLEM", classifier=own_classifier(one))
    assert judged.subcategory == "JF01"
