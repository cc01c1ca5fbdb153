"""One run at a time in one place: two that write the same tables would take files from each other."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from pipeline.errors import OutputError


class Lock:
    """A file that one process holds until `close`; the system lets go of it when the process dies, however it dies.

    The file is an empty SQLite database, because SQLite locks alike on every system. It stays afterwards and means
    nothing by being there. Raises OutputError where another run holds it, or where the folder cannot be written to.
    """

    def __init__(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._base = sqlite3.connect(path, isolation_level=None, timeout=0)
        except (sqlite3.Error, OSError) as error:
            raise _unwritable(path, error) from error
        try:
            self._base.execute("begin exclusive")
        except sqlite3.Error as error:
            self._base.close()
            if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
                advice = "请等它做完，或换一个输出位置"
                raise OutputError(f"{path.parent}：另一个 zicha 正在写这里，没有写入任何内容。{advice}。") from error
            raise _unwritable(path, error) from error

    def close(self) -> None:
        """Let the next run in."""
        self._base.close()


def _unwritable(path: Path, error: Exception) -> OutputError:
    return OutputError(f"{path}：不能写入（{error}）。请检查磁盘空间和权限，或换一个输出位置。")
