"""How the command line speaks: Chinese help and errors, exit codes, streams. The commands themselves are in cli.py."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, NoReturn, TextIO

import typer
from typer.core import TyperCommand, TyperGroup

from pipeline.errors import ClusterError, OutputError, ZichaError

OK, FAILED, WRONG_USAGE, INTERRUPTED = 0, 1, 2, 130

# For str.translate: control characters of a report could steer the terminal, and line ends would break a table.
CONTROLS = dict.fromkeys((*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029), " ")

# Options that several commands have.
AllowClassified = Annotated[
    bool, typer.Option("--allow-classified", help="首页有密级标志的文件也处理（默认停止处理该文件）。")
]
OwnTaxonomy = Annotated[
    Path | None,
    typer.Option("--taxonomy", metavar="FILE", help="用本单位的分类体系文件（.toml）。"),
]
OwnModel = Annotated[Path | None, typer.Option("--model", metavar="DIR", help="用 zicha train 写出的模型文件夹。")]
AsJson = Annotated[bool, typer.Option("--json", help="输出 JSON，供其他程序使用。")]

# typer's own words, as they stand in its help.
_HELP_WORDS = (
    ("Usage: ", "用法："),
    ("\nArguments:\n", "\n参数：\n"),
    ("\nOptions:\n", "\n选项：\n"),
    ("\nCommands:\n", "\n命令：\n"),
    ("[OPTIONS]", "[选项]"),
    ("COMMAND [ARGS]...", "命令 [参数]..."),
    ("[required]", "[必填]"),
    (" <list[Path]>", ""),
    (" <list[str]>", ""),
    (" <path>", ""),
    (" <str>", ""),
    ("Show this message and exit.", "显示本帮助。"),
)


class UsageError(ZichaError):
    """The command was called in a way that makes no sense, e.g. with an empty folder."""


class ChineseCommand(TyperCommand):
    """A command whose help is Chinese throughout."""

    def get_help(self, ctx: Any) -> str:
        """Return typer's help with its headings in Chinese."""
        return _in_chinese(super().get_help(ctx))


class ChineseGroup(TyperGroup):
    """The command `zicha`: Chinese help, and every way to end is an exit code with one line on stderr."""

    def get_help(self, ctx: Any) -> str:
        """Return typer's help with its headings in Chinese."""
        return _in_chinese(super().get_help(ctx))

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return the command of that name; UsageError where there is none."""
        command = super().get_command(ctx, cmd_name)
        if command is None:
            raise UsageError(f"没有命令 {cmd_name}，可用的有：{'、'.join(self.commands)}。请看 zicha --help。")
        return command

    def main(
        self,
        args: Any = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> NoReturn:
        """Run the command and leave with its exit code; no exception gets out but SystemExit."""
        _speak_utf8(sys.stdout)
        _speak_utf8(sys.stderr)
        sys.exit(self._exit_code(args, windows_expand_args=windows_expand_args, **extra))

    def _exit_code(self, args: Any, **extra: Any) -> int:
        try:
            result = super().main(args, "zicha", standalone_mode=False, **extra)
            sys.stdout.flush()
        except (KeyboardInterrupt, typer.Abort):
            result = INTERRUPTED
        except SystemExit:
            # typer and rich leave this way only where the reader of the output has gone (… | head): nobody to tell.
            return OK
        except ZichaError as error:
            say(str(error))
            return WRONG_USAGE if isinstance(error, (UsageError, OutputError, ClusterError)) else FAILED
        except OSError as error:
            return _output_lost(error)
        except Exception as error:
            return _explained(error)
        if result == INTERRUPTED:
            say("已中断。")
        return result if isinstance(result, int) else OK


def say(message: str) -> None:
    """Print a line on stderr."""
    typer.echo(message, err=True)


def plain(text: str) -> str:
    """Return a text on one line, without control characters, which could steer the terminal."""
    return text.translate(CONTROLS).strip()


def _in_chinese(text: str) -> str:
    for english, chinese in _HELP_WORDS:
        text = text.replace(english, chinese)
    return text


def _speak_utf8(stream: TextIO) -> None:
    # A Chinese Windows console, or LANG=C, would refuse ≥ and ① otherwise; a stream of another kind stays as it is.
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(encoding="utf-8", errors="replace")


def _output_lost(error: OSError) -> int:
    # Whatever is still buffered must go nowhere, or Python complains about it on leaving.
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    if error.errno in (errno.EPIPE, errno.EINVAL):  # Windows says EINVAL for a closed pipe
        return OK
    say(f"输出写不出去（系统错误号 {error.errno}）。请检查磁盘后重试。")
    return FAILED


def _explained(error: Exception) -> int:
    """Say what was wrong and return the exit code: typer's usage errors have one, anything else is our own fault."""
    if getattr(error, "exit_code", None) != WRONG_USAGE:
        say(f"程序内部错误（{type(error).__name__}）。请把这一行告诉开发者。")
        return FAILED
    if type(error).__name__ == "NoArgsIsHelpError":
        say(str(error))
        return WRONG_USAGE
    context = getattr(error, "ctx", None)
    say(f"{_usage_problem(error)}。用法见：{context.command_path if context else 'zicha'} --help")
    return WRONG_USAGE


def _usage_problem(error: Exception) -> str:
    # By name and attributes, since typer carries click within itself in some versions and not in others.
    option = getattr(error, "option_name", None)
    param = getattr(error, "param", None)
    kind = type(error).__name__
    if kind == "NoSuchOption":
        return f"没有选项 {option}"
    if option is not None:
        return f"选项 {option} 的写法不对（缺少值，或不该有值）"
    if param is None:
        return "命令写法不对（多了参数，或次序不对）"
    shown = getattr(param, "metavar", None) if kind == "MissingParameter" else "/".join(param.opts)
    return f"缺少参数 {shown or param.name}" if kind == "MissingParameter" else f"{shown or param.name} 的值不对"
