"""What a run says of itself at the end: files, failures by reason, how fast, the slowest files."""

from __future__ import annotations

import heapq
import time
from collections import Counter
from dataclasses import dataclass, field

from pipeline.tally import Counts, Tally

_SLOWEST = 5
_REASONS = 10


@dataclass(slots=True)
class Account:
    """The running account of a run; give it each file that is finished."""

    tally: Tally
    started: float = field(default_factory=time.monotonic)
    unchanged: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    _slowest: list[tuple[int, str]] = field(default_factory=list)

    def add(self, name: str, counts: Counts | None, *, unchanged: bool) -> None:
        """Count a file; counts is None where a former run has not kept them."""
        self.unchanged += unchanged
        if counts is None:
            self.tally.reports += 1
            return
        self.tally.count(name, counts)
        if counts.error is not None:
            self.reasons[reason_of(name, counts.error)] += 1
        if not unchanged:
            heapq.heappush(self._slowest, (counts.elapsed_ms, name))
            if len(self._slowest) > _SLOWEST:
                heapq.heappop(self._slowest)

    def lines(self) -> list[str]:
        """Return the run report in Chinese, e.g. ["用时 2.0 秒，新分析 40 份，每秒 20.0 份。", …]."""
        seconds = max(time.monotonic() - self.started, 1e-3)
        analysed = self.tally.reports - self.unchanged
        reused = f"，沿用上次结果 {self.unchanged} 份" if self.unchanged else ""
        told = [f"用时 {duration(seconds)}，新分析 {analysed} 份{reused}，每秒 {analysed / seconds:.1f} 份。"]
        if self.reasons:
            told.append("未能读取的原因：")
            told += [f"　{count} 份　{reason}" for reason, count in self.reasons.most_common(_REASONS)]
            told += [f"　另有 {len(self.reasons) - _REASONS} 种原因，见 reports 表"] * (len(self.reasons) > _REASONS)
        # Of a handful of files the slowest are no news.
        if analysed > _SLOWEST:
            told.append("最慢的文件：")
            told += [f"　{elapsed / 1000:.1f} 秒　{name}" for elapsed, name in sorted(self._slowest, reverse=True)]
        return told


def reason_of(name: str, error: str) -> str:
    """Return what a failure has in common with others: "甲局.docx：文件已损坏。请重新保存。" -> "文件已损坏"."""
    return error.removeprefix(f"{name}：").partition("。")[0]


def duration(seconds: float) -> str:
    """Return a time for people: 2.04 -> "2.0 秒", 75 -> "1 分 15 秒", 7300 -> "2 小时 2 分"."""
    if seconds < 60:
        return f"{seconds:.1f} 秒"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} 分 {rest} 秒" if minutes < 60 else f"{minutes // 60} 小时 {minutes % 60} 分"
