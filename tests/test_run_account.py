"""What a run says on the way and at the end."""

from __future__ import annotations

import re

import pytest

from pipeline.run.account import Account, duration, reason_of
from pipeline.run.progress import Meter, logging, progress
from pipeline.tally import Counts, Tally


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(2.04, "2.0 秒"), (59.9, "59.9 秒"), (75, "1 分 15 秒"), (3599.6, "1 小时 0 分"), (7300, "2 小时 1 分")],
)
def test_duration(seconds, shown):
    assert duration(seconds) == shown


def test_reason_is_what_failures_have_in_common():
    assert reason_of("甲局.docx", "甲局.docx：文件已损坏。请重新保存后重试。") == "文件已损坏"
    assert reason_of("甲局.docx", "原因不明") == "原因不明"


def test_account_counts_failures_by_reason_and_names_the_slowest():
    account = Account(Tally())
    for number in range(8):
        account.add(f"{number}.docx", Counts(findings=1, elapsed_ms=100 * number), unchanged=False)
    for name in ("甲.docx", "乙.docx"):
        account.add(name, Counts(error=f"{name}：文件已损坏。请重试。"), unchanged=False)
    account.add("丙.docx", Counts(error="丙.docx：文件已加密。请去除密码。"), unchanged=False)
    account.add("旧.docx", Counts(findings=2, elapsed_ms=99_000), unchanged=True)
    account.add("库.docx", None, unchanged=True)
    lines = account.lines()
    assert re.fullmatch(r"用时 \d+\.\d 秒，新分析 11 份，沿用上次结果 2 份，每秒 \d+\.\d 份。", lines[0])
    assert lines[1:4] == ["未能读取的原因：", "　2 份　文件已损坏", "　1 份　文件已加密"]
    assert lines[4:] == ["最慢的文件：", *(f"　0.{number} 秒　{number}.docx" for number in (7, 6, 5, 4, 3))]
    assert (account.tally.reports, account.tally.findings, len(account.tally.failures)) == (13, 10, 3)


def test_account_names_ten_reasons_and_counts_the_rest():
    account = Account(Tally())
    for number in range(13):
        account.add("a", Counts(error=f"a：原因{number}。"), unchanged=False)
    assert sum("份　原因" in line for line in account.lines()) == 10
    assert "　另有 3 种原因，见 reports 表" in account.lines()


def test_meter_tells_rate_and_time_left():
    clock = Clock()
    meter = Meter(100, clock=clock)
    assert meter.line() == "已完成 0/100 份，失败 0 份，每秒 0.0 份"
    for number in range(10):
        meter.step(number == 3)
    clock.now += 5
    assert meter.line() == "已完成 10/100 份，失败 1 份，每秒 2.0 份，还需约 45.0 秒"


def test_a_log_gets_one_line_a_minute(capsys):
    clock = Clock()
    step = logging(Meter(1000, clock=clock), clock=clock)
    for _ in range(130):
        clock.now += 1
        step(False)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d 已完成 60/1000 份，失败 0 份，每秒 1\.0 份，还需约 15 分 40 秒。", lines[0]
    )


@pytest.mark.parametrize(
    ("terminal", "quiet", "shown"), [(True, False, True), (True, True, False), (False, False, False)]
)
def test_a_bar_only_on_a_terminal_and_never_when_quiet(terminal, quiet, shown, monkeypatch, capsys):
    monkeypatch.setattr("sys.stderr.isatty", lambda: terminal, raising=False)
    with progress(3, quiet=quiet) as step:
        step(False)
        step(True)
    assert ("分析报告" in capsys.readouterr().err) is shown
