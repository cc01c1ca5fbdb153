"""What the headings above a statement are about: the author's own category, and a prior for the statement."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipeline.classify.classifier import Classifier
from pipeline.classify.features import clean
from pipeline.records import Finding, Outline, Section

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

_CLEAR = 0.5
_CLEAR_BARE = 0.95
_TRUST = 0.75
_LEAF_SHARE = 0.7
# What headings of every report share; left in, 整改 and 问题 would make each of them a heading about rectification.
_FRAME = re.compile(
    r"^(?:问题\d+|其[一二三四五六七八九十]+|[甲乙丙丁戊己庚辛]、)[：:．.\s　]*|^(?:关于|针对|对于|在)"
    r"|(?:方面)?(?:存在|查摆|查找|查出|发现|反馈|指出|点出|自查|整改)+(?:来|出|到)*的?(?:主要|突出|具体)?(?:问题|不足|差距|毛病)"
    r"|的?(?:问题)?[及和与]?其?(?:原因|成因|根源)(?:剖析|分析)?"
    r"|(?:问题)?的?(?:具体|主要)?整改(?:落实|进展|完成)?(?:情况|措施|成效|清单|方案)"
    r"|(?:问题)?的?整改$|方面的?(?:问题|情况)?$|的?问题$"
)
_ABOUT_PROBLEMS = frozenset({"PROBLEM", "RECTIFY", "CAUSE"})
_RECTIFICATION = "ZG"
# A heading is all topic and no facts, so the field's own words count more in it than in a statement.
_EMPHASIS = 3.0


@dataclass(frozen=True, slots=True)
class Topic:
    """What a heading is about; prior has a share for each of the classifier's codes."""

    category: str
    probability: float
    prior: NDArray[numpy.float32]


class TopicReader:
    """Reads each heading of one report once."""

    def __init__(self, outline: Outline, classifier: Classifier) -> None:
        self._sections = {section.section_id: section for section in outline.sections}
        self._classifier = classifier
        self._topics: dict[str, Topic | None] = {}

    def is_heading(self, finding: Finding) -> bool:
        """Return whether the finding is the heading of its own section."""
        section = self._sections.get(finding.section_id or "")
        return section is not None and section.start <= finding.start < section.heading_end

    def above(self, finding: Finding) -> Topic | None:
        """Return the topic of the nearest clear heading above the finding, its own text left out."""
        section = self._sections.get(finding.section_id or "")
        if section is not None and self.is_heading(finding):
            section = self._sections.get(section.parent_id or "")
        return self._nearest(section)

    def section_category(self, finding: Finding) -> str | None:
        """Return the category that the nearest clear heading names, e.g. "工作作风建设还需进一步强化" -> "ZF"."""
        topic = self._nearest(self._sections.get(finding.section_id or ""))
        return None if topic is None else topic.category

    def _nearest(self, section: Section | None) -> Topic | None:
        while section is not None:
            topic = self._topic(section)
            if topic is not None:
                return topic
            section = self._sections.get(section.parent_id or "")
        return None

    def _topic(self, section: Section) -> Topic | None:
        if section.section_id not in self._topics:
            # A heading over achievements or plans says nothing of a problem that is told in passing below it.
            about = set(section.roles) & _ABOUT_PROBLEMS
            topic = read_topic(section.title, self._classifier) if about else None
            if topic is not None and topic.category == _RECTIFICATION and "PROBLEM" not in section.roles:
                topic = None
            self._topics[section.section_id] = topic
        return self._topics[section.section_id]


def read_topic(title: str, classifier: Classifier) -> Topic | None:
    """Return what a heading is about, None where its wording does not say, e.g. "存在的主要问题" -> None.

    A heading is clear with probability CLEAR where an indicator phrase supports it, and CLEAR_BARE where none does.
    """
    text = bare_title(title)
    if len(text) < 2:
        return None
    scores = classifier.score(text, emphasis=_EMPHASIS)
    sums = classifier.by_category(scores.probabilities)
    best = max(sums, key=lambda code: (sums[code], code))
    taxonomy = classifier.taxonomy
    supported = any(taxonomy.category_of(found.code) == best and found.weight >= 2 for found in scores.indicators)
    if best == _RECTIFICATION and not supported:
        return None
    if best == taxonomy.category_of(taxonomy.other) or sums[best] < (_CLEAR if supported else _CLEAR_BARE):
        return None
    return Topic(best, sums[best], _prior(scores.probabilities, sums, classifier))


def bare_title(title: str) -> str:
    """Return a heading's own words, e.g. "关于“学习不深入”问题的整改" -> "“学习不深入”", "存在的主要问题" -> ""."""
    return _FRAME.sub("", clean(title)).strip("：:，。、的")


def _prior(leaves: NDArray[numpy.float32], sums: dict[str, float], classifier: Classifier) -> NDArray[numpy.float32]:
    """Return shares: mostly the heading's subcategories, some for the rest of its categories, room for all others."""
    import numpy

    parents, sizes = classifier.parents, Counter(classifier.parents)
    even = numpy.array([sums[parent] / sizes[parent] for parent in parents], dtype=numpy.float32)
    named = _LEAF_SHARE * leaves + (1 - _LEAF_SHARE) * even
    mixed = _TRUST * named + (1 - _TRUST) / len(parents)
    shares: NDArray[numpy.float32] = mixed.astype(numpy.float32)
    return shares
