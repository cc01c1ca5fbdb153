"""The command `zicha audit`: what of a file was read, what was left out and why, and what is missing."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.files import shown
from pipeline.shell import FAILED, OK, AsJson, ChineseCommand, UsageError

if TYPE_CHECKING:
    from pipeline.audit import Account

_MOST_SHOWN = 20


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command("audit", cls=ChineseCommand, epilog="示例：zicha audit 甲局.docx")(audit_command)


def audit_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="一个报告文件。")],
    as_json: AsJson = False,
) -> None:
    """核对一份文件是否漏读：原文每个字的去向。

    \b
    原文的字分三类：已读入；有原因不读（如已删除、
    隐藏、页眉页脚、域代码）；原因不明。
    有原因不明的字时退出码为 1。空白不计。
    """
    if file.is_dir():
        raise UsageError(f"{file}：这是文件夹。audit 一次只核对一个文件，请给出文件的路径。")
    from pipeline.audit import audit

    account = audit(file, name=shown(file.name))
    typer.echo(_json(account) if as_json else "\n".join(account_lines(account)))
    raise typer.Exit(FAILED if account.unaccounted else OK)


def account_lines(account: Account) -> list[str]:
    """Return the account as lines for a person."""
    from pipeline.audit import REASONS

    lines = [
        f"{account.source_file}（对照：{account.against}）",
        f"原文 {account.source} 字，已读入 {account.kept} 字。",
    ]
    for item in account.left_out:
        lines.append(f"未读 {item.chars} 字：{REASONS[item.reason]}，如“{item.example}”")
    if account.numbers:
        lines.append(f"另补出自动编号 {account.numbers} 字。")
    if account.drawn:
        lines.append(f"另有 {account.drawn} 字不在原文文字中（域、勾选框等所显示），如“{account.drawn_example}”")
    lines.append(f"原因不明 {account.unaccounted} 字{'：' if account.missing else '。'}")
    lines += [f"  {item.place}：{item.text[:60]}" for item in account.missing[:_MOST_SHOWN]]
    if len(account.missing) > _MOST_SHOWN:
        lines.append(f"  ……共 {len(account.missing)} 处")
    return lines


def _json(account: Account) -> str:
    return json.dumps(asdict(account) | {"unaccounted": account.unaccounted}, ensure_ascii=False, indent=1)
