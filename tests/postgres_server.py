"""A real PostgreSQL server for tests: its own data folder, only a socket, gone at the end.

Import the fixture `postgres_url` into a test module. Skipped where PostgreSQL is not installed; where $CI is set that
is a failure, so that CI cannot pass without it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest

USER = "postgres"
_SECONDS = 60


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of an empty database in UTF-8, e.g. postgresql://postgres@/postgres?host=/tmp/zicha-pg-x."""
    programs = find_programs()
    if programs is None:
        problem = "PostgreSQL is not installed (initdb, pg_ctl)"
        pytest.fail(problem) if os.environ.get("CI") else pytest.skip(problem)
    # Not pytest's own folder: the name of a socket has at most 107 bytes, and `postgres` may not enter that folder.
    with tempfile.TemporaryDirectory(prefix="zicha-pg-", dir="/tmp") as folder, running(programs, Path(folder)):
        yield f"postgresql://{USER}@/postgres?host={quote(folder, safe='')}"


def find_programs() -> Path | None:
    """Return the folder of initdb and pg_ctl of the newest installed version, None where there is none."""
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version)
    on_path = shutil.which("pg_ctl")
    candidates = [*reversed(installed), *([Path(on_path).resolve().parent] if on_path else [])]
    return next((folder for folder in candidates if _complete(folder)), None)


def _version(folder: Path) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", folder.parent.name)))


def _complete(folder: Path) -> bool:
    return all((folder / program).exists() for program in ("initdb", "pg_ctl", "postgres"))


@contextmanager
def running(programs: Path, folder: Path) -> Iterator[None]:
    """Run a server whose socket and data are in folder; OSError or CalledProcessError where it does not start."""
    data = folder / "data"
    if os.geteuid() == 0:
        shutil.chown(folder, USER)
    _run(programs / "initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    # No port is opened: two runs cannot get into each other's way, and nobody else can come in.
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
    _run(programs / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-t", str(_SECONDS), "-o", options, "start")
    try:
        yield
    finally:
        _run(programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


def _run(program: Path, *arguments: str | Path) -> None:
    # The server refuses to run as root. Output goes nowhere: the server would keep a pipe open for ever.
    user = {"user": USER, "group": USER, "extra_groups": []} if os.geteuid() == 0 else {}
    subprocess.run(
        [program, *arguments],
        check=True,
        timeout=_SECONDS * 2,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        **user,
    )
