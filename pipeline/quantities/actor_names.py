"""Names of bodies, and of persons by their function, at the head of a clause; a personal name ends the reading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from pipeline.quantities.context_words import ContextWord, words_of
from pipeline.resources import read_table
from pipeline.words import cut

_MOST_WORDS, _LONGEST, _NAME_OF_PERSON, _NAME_OF_PLACE = 10, 24, 4, 2
TIME = re.compile(
    r"(?:(?:截至|自|从|在|到)?(?:(?:19|20)\d\d年(?:度|底|末|初|上半年|下半年)?|\d{1,2}月份?(?:底|末|初|上旬|中旬|下旬)?|\d{1,2}[日号]"
    r"|第[一二三四五六七八九十]{1,3}[周天]|[今去前上当本]年度?|[一二三四]季度|[上下]半年|(?:春节|元旦|中秋|国庆|五一|端午|清明|两节)(?:节?前后?|期间)?)"
    r"(?:以来|期间|起|至|到|—|-)?){1,8}"
)
# The segmenter joins what is no word: 组对 in 巡察组对县局, 对县 as well.
_JOINED = re.compile(
    r"([局委办部院处科室站所队组会馆])([对到由被在把将于从向给有])|([对向由从把将在与])([县市区局院校镇村省乡馆站所厂])"
)
_JOINED_SIZE = 2
_NUMERALS = frozenset("一二两三四五六七八九十几多")
_QUANTIFIER = ("各", "部分", "个别", "有的", "少数", "一些", "多数", "全体", "某", "某个", "其他", "其余")
JOINTS = ("、", "和", "与", "及")
_OFFICES = frozenset("区县市镇省校院局党馆所厂侨编民")
_AREAS = frozenset("省市区县乡镇村")
# 到馆, 驻村, 对县: a verb or preposition and a place, in one word.
_VERB_INSIDE = frozenset("到来进赴入返离回在从向对请现将由随据以凡跨转约报督代给使令下上出去过经至每受与和及或是有为")
_PERSON_LIKE = re.compile(r"[\u4e00-\u9fff]某|某某|[×xX*＊]{1,3}")

# Words whose kind is remembered; a run of many reports must not grow.
_MOST_KEPT = 50_000


@cache
def actor_words(use: str) -> frozenset[str]:
    rows = read_table("lexicon/actor_words.tsv", ContextWord, key=("word", "use"))
    return frozenset(row.word for row in rows if row.use == use)


@cache
def actor_tuple(use: str) -> tuple[str, ...]:
    """Return the words of one use for `str.startswith` and `str.endswith`."""
    return tuple(actor_words(use))


@cache
def predicates() -> frozenset[str]:
    verbs = actor_words("predicate") | actor_words("verb") | words_of("lead") | words_of("noun_verb")
    return (
        verbs
        - actor_words("not_predicate")
        - {word for word in verbs if word.startswith("全") and word[1:] in actor_words("body")}
    )


def name_size(words: Sequence[str]) -> int:
    """Return how many of the words of a clause name who acts: 2 for 县, 审计局, 发现; 0 where they begin with no actor.

    The name must be followed by what the actor does. A word that begins with a surname and is none of the usual words
    of institutions ends the reading, so that no personal name is taken for a body: 李德会, 赵局, 李会书记 give 0.
    """
    for size in _sizes(words):
        name, behind = words[:size], words[size:]
        acts = _acts_itself(behind) and not _is_noun_here(behind, loose=_is_loose(name[-1]))
        if acts and len("".join(name)) <= _LONGEST and _is_told(name):
            return size
    return 0


@lru_cache(maxsize=_MOST_KEPT)
def has_surname(word: str) -> bool:
    return word.startswith(actor_tuple("surname"))


@lru_cache(maxsize=_MOST_KEPT)
def may_be_person(word: str) -> bool:
    """Tell whether a word may be or hold a personal name: it begins with a surname and is no word of institutions.

    A place of three characters or more (白芒镇) may stand before a body, but is not told by itself.
    """
    if not has_surname(word) or _is_known(word):
        return False
    return not (len(word) > 2 and word[-1] in _AREAS)


@lru_cache(maxsize=_MOST_KEPT)
def _is_known(word: str) -> bool:
    uses = ("known", "body", "common", "group", "inside", "before_group", "before_loose", "self")
    listed = any(word in actor_words(use) for use in uses) or word in predicates()
    ends = (end for end in actor_words("body") if len(word) > len(end) and word.endswith(end))
    return listed or any(word[: -len(end)] in actor_words("known") | actor_words("inside") for end in ends)


def _is_short_name(name: str) -> bool:
    """Tell whether a whole name is so short, and begins so, that it may be a person's: 王立科, 安德县, 陈某局."""
    if len(name) <= _NAME_OF_PERSON and has_surname(name) and not _is_known(name):
        return True
    return _PERSON_LIKE.search(name, name.startswith("某")) is not None


def _is_told(name: Sequence[str]) -> bool:
    """Tell whether a name stands for one body: 各企业 and 学校 do, 企业 and 学生 are spoken about in general."""
    loose = name[-1].endswith(actor_tuple("loose"))
    known = name[0].startswith(actor_tuple("before_loose")) or (len(name) == 1 and name[0] in actor_words("self"))
    return not loose or known or (name[-1] in actor_words("group") and len(name) > 1)


def _is_noun_here(behind: Sequence[str], *, loose: bool) -> bool:
    """Tell whether what follows a name is no verb although it may be one: 党员发展, 部门预算, 工会审计连着四年."""
    if not behind:
        return False
    either = behind[0] in words_of("noun_verb")
    if either and set(behind[1:2]) & {"和", "与", "、", "里", "中", "上", "由"}:
        return True
    verb = set(behind[1:2]) & (predicates() - actor_words("act")) and not behind[1].startswith(("了", "过", "一"))
    return (loose and (either or behind[0] in actor_words("about"))) or (either and bool(verb))


def _sizes(words: Sequence[str]) -> list[int]:
    """Return after how many words a name may end, the longest first; 市政府 is no name in 市政府督查室."""
    ends = name_ends(words)
    longest = ends[-1] if ends else 0
    part = longest and len(words[longest - 1]) == 1
    return ends[-1:] if part else ends[::-1]


def name_ends(words: Sequence[str]) -> list[int]:
    """Return after how many words a name of an actor may end: 1 and 2 for 县委, 巡察组, 发现."""
    ends: list[int] = []
    part = 0
    for at, word in enumerate(words[:_MOST_WORDS]):
        if word not in JOINTS and may_be_person(word):
            break
        if word in JOINTS:
            if at not in ends:
                break
            part = at + 1
            continue
        if _ends_name(words, part, at):
            ends.append(at + 1)
        elif not _inside_name(word, first=at == part):
            break
    return ends


def _inside_name(word: str, *, first: bool) -> bool:
    if word in actor_words("breaks") or word in actor_words("not_body") or word[0].isdigit() or not word[0].isalnum():
        return False
    verb = word in predicates() or word in words_of("stop")
    if first and word in actor_words("not_first"):
        return False
    return not verb or word in actor_words("inside") or (first and word in _QUANTIFIER)


def _ends_name(words: Sequence[str], part: int, at: int) -> bool:
    """Tell whether the words from part to at name a body, or persons by their function."""
    word, before = words[at], words[part:at]
    if _is_short_name("".join(words[part : at + 1])):
        return False
    if before and (
        before[0] in actor_words("verb") or before[0][0] in _NUMERALS or before[-1] in actor_words("leaders")
    ):
        return False
    if word in actor_words("group"):
        return all(_stands_before_group(one) for one in before)
    common = _ends_like(word, "common")
    if (
        _ends_like(word, "not_body")
        or (len(word) == 2 and word[1] == "办" and word[0] not in _OFFICES)
        or not (common or _ends_like(word, "body"))
    ):
        return False
    if (len(word) == 1 and (not before or word == "会")) or (len(word) == 2 and word[0] in _VERB_INSIDE | _NUMERALS):
        return False
    return not (common and before and before[0] in predicates() and before[0] not in _QUANTIFIER)


def _stands_before_group(word: str) -> bool:
    place = len(word) > 2 and word[-1] in _AREAS and has_surname(word)
    return word in actor_words("before_group") or word in _QUANTIFIER or (_ends_like(word, "body") and not place)


def _is_loose(word: str) -> bool:
    """Tell whether a word names persons or bodies that are spoken about as often as they act."""
    return word in actor_words("group") or _ends_like(word, "common") or word[-1] in _AREAS


@lru_cache(maxsize=_MOST_KEPT)
def _ends_like(word: str, use: str) -> bool:
    return word.endswith(actor_tuple(use))


def _acts_itself(behind: Sequence[str]) -> bool:
    """Tell whether a verb, an adverb or a date follows a name, and no 的 that would make it part of something else."""
    time = TIME.match("".join(behind))
    behind = _behind(behind, time.end()) if time else behind
    if not behind or behind[0] not in predicates() or behind[0] in actor_words("level") or "的" in behind[1:3]:
        return False
    if set(behind[1:2]) & actor_words("noun_end"):
        return False
    return behind[0] not in actor_words("theme") or not set(behind[1:2]) <= actor_words("theme")


def _behind(words: Sequence[str], length: int) -> Sequence[str]:
    """Return the words that begin no earlier than length characters on."""
    place = 0
    for at, word in enumerate(words):
        if place >= length:
            return words[at:]
        place += len(word)
    return ()


def split_words(text: str) -> list[str]:
    """Return the words of text; 组对, which is no word, comes apart, and 白芒 with 镇 behind it is one."""
    words: list[str] = []
    for word in cut(text):
        place = word[0] in _AREAS and words and len(words[-1]) == _NAME_OF_PLACE and may_be_person(words[-1])
        if place and (len(word) == 1 or _ends_like(word, "body")):
            words[-1] += word[0]
            words += [word[1:]] * (len(word) > 1)
        elif len(word) == _JOINED_SIZE and _JOINED.fullmatch(word):
            words += word
        else:
            words.append(word)
    return words
