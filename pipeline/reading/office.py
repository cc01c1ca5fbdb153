"""Old and foreign office files through LibreOffice: converted to .docx or .xlsx, which our own readers then read.

LibreOffice is run as a tool that may fail: on copies in a folder of its own with a profile of its own, without
network where the system allows it, with macros off, and within a time limit after which its whole process group is
ended. One call for many files costs as much as one for one (start-up is most of it).
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from xml.sax.saxutils import escape

from pipeline.errors import DamagedFileError, ReadError, UnsupportedFormatError
from pipeline.limits import LIMITS, Limits
from pipeline.reading import detect
from pipeline.records import Document

SECONDS = 60
SECONDS_A_FILE = 20
_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    r"C:\Program Files\LibreOffice\program\soffice.exe",
    r"C:\Program Files (x86)\LibreOffice\program\soffice.exe",
)
_FILTERS = {"docx": "docx:MS Word 2007 XML", "xlsx": "xlsx:Calc MS Excel 2007 XML"}
# 3 is “very high”: macros run only from trusted folders, and there are none.
_SETTINGS: tuple[tuple[str, str, str], ...] = (
    ("/org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("/org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("/org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("/org.openoffice.Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "0"),
    ("/org.openoffice.Office.Calc/Content/Update", "Link", "1"),
)
_SAVE_AS = {"docx": "在 Word 或 WPS 中另存为 .docx", "xlsx": "在 Excel 或 WPS 中另存为 .xlsx"}


@dataclass(frozen=True, slots=True)
class Converted:
    """What became of a file: the converted one, or the error that says why there is none."""

    path: Path | None
    error: ReadError | None = None


@dataclass(frozen=True, slots=True)
class _Job:
    """A file to convert: a copy with a harmless name, under its own number."""

    original: Path
    copy: Path
    target: str
    label: str


def find_soffice() -> str | None:
    """Return the LibreOffice program on this machine ($ZICHA_SOFFICE, the path, usual places), None where absent."""
    given = os.environ.get("ZICHA_SOFFICE")
    if given:
        return shutil.which(given)
    found = shutil.which("soffice") or shutil.which("libreoffice")
    return found or next((place for place in _PLACES if Path(place).is_file()), None)


def target_of(kind: detect.Kind) -> str | None:
    """Return what a kind is converted to: DOC -> "docx", XLS -> "xlsx"; None for a kind that needs no LibreOffice."""
    if kind in detect.TO_DOCX:
        return "docx"
    return "xlsx" if kind in detect.TO_XLSX else None


def read_office(
    data: bytes,
    file: str,
    *,
    report_id: str,
    kind: detect.Kind,
    converted: Path | None = None,
    seconds: float = SECONDS + SECONDS_A_FILE,
    limits: Limits = LIMITS,
) -> Document:
    """Return the document in the bytes of a .doc, .wps, .rtf, .odt or Word XML (as text), .xls or .ods (as cells).

    converted: the file that `convert_many` made of it, if it did. `format` is the kind's code, e.g. "doc".
    Raises UnsupportedFormatError where LibreOffice is absent, DamagedFileError where it cannot read the file or takes
    longer than `seconds`.
    """
    read_converted = partial(_read_converted, file=file, report_id=report_id, kind=kind, limits=limits)
    if converted is not None:
        return read_converted(converted)
    with tempfile.TemporaryDirectory(prefix="zicha-") as folder:
        source = Path(folder, f"in{kind.extensions[0]}")
        source.write_bytes(data)
        found = convert_many([source], Path(folder, "out"), seconds=seconds, limits=limits)[source]
        if found.path is None:
            raise _renamed(found.error, file, kind)
        return read_converted(found.path)


def _renamed(error: ReadError | None, file: str, kind: detect.Kind) -> ReadError:
    return _failed(file, target_of(kind) or "docx") if error is None else type(error)(file, error.problem, error.advice)


def _read_converted(path: Path, file: str, report_id: str, kind: detect.Kind, limits: Limits) -> Document:
    if path.stat().st_size > limits.file_bytes:
        raise DamagedFileError(file, f"转换后过大（{path.stat().st_size >> 20} MB）", "请拆分后重试")
    data = path.read_bytes()
    if target_of(kind) == "xlsx":
        from pipeline.reading.spreadsheet import read_xlsx

        return replace(read_xlsx(data, file, report_id=report_id, limits=limits), format=kind.code)
    from pipeline.reading.docx import read_docx

    return replace(read_docx(data, file, report_id=report_id, limits=limits), format=kind.code)


def convert_many(
    paths: Sequence[str | Path], out_dir: str | Path, *, seconds: float | None = None, limits: Limits = LIMITS
) -> dict[Path, Converted]:
    """Convert every file that needs LibreOffice into out_dir, in one call, and return what became of each.

    Files of other kinds (.docx, .pdf, text …) are not in the answer: they are read as they are; nor are those above
    limits.file_bytes.
    Example: `convert_many(["甲.doc", "乙.docx"], "tmp")` -> {Path("甲.doc"): Converted(Path("tmp/0000.docx"))}.
    seconds: limit of one call, 60 and 20 for each file where it is None. Where a call stops at a file, those that it
    left are converted one by one, so that only the culprit fails. Nothing is raised for a file.
    """
    out = Path(out_dir)
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="zicha-") as folder:
        jobs = _jobs([Path(path) for path in paths], Path(folder), limits.file_bytes)
        program = find_soffice()
        if program is None:
            return {job.original: Converted(None, _absent(job)) for job in jobs}
        for target in _FILTERS:
            _convert_all([job for job in jobs if job.target == target], out, program, Path(folder), seconds)
        return {job.original: _result(job, out) for job in jobs}


def _jobs(paths: Sequence[Path], folder: Path, most_bytes: int) -> list[_Job]:
    """Copy what is to be converted under plain names: a name may lie about the kind, look like an option, or clash."""
    jobs = []
    for number, path in enumerate(dict.fromkeys(paths)):
        try:
            if path.stat().st_size > most_bytes:
                continue
            data = path.read_bytes()
        except (OSError, ValueError):
            continue
        kind = detect.kind_of(data)
        target = target_of(kind)
        if target is not None:
            copy = folder / f"{number:04d}{kind.extensions[0]}"
            copy.write_bytes(data)
            jobs.append(_Job(path, copy, target, kind.label))
    return jobs


def _convert_all(jobs: Sequence[_Job], out: Path, program: str, work: Path, seconds: float | None) -> None:
    if not jobs:
        return
    limit = SECONDS + SECONDS_A_FILE * len(jobs) if seconds is None else seconds
    _call(jobs, out, program, work, limit)
    left = [job for job in jobs if not _output(job, out).is_file()]
    if left and len(jobs) > 1:
        for job in left:
            _call([job], out, program, work, SECONDS + SECONDS_A_FILE if seconds is None else seconds)


def _call(jobs: Sequence[_Job], out: Path, program: str, work: Path, seconds: float) -> None:
    """Run LibreOffice once on some files of one target, with a fresh profile: nothing of a file outlives the call."""
    with tempfile.TemporaryDirectory(dir=work, prefix="profile-") as profile:
        _write_settings(Path(profile))
        options = ["--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo", "--nofirststartwizard"]
        command = [*_without_network(), program, f"-env:UserInstallation={Path(profile).as_uri()}", *options]
        command += ["--convert-to", _FILTERS[jobs[0].target], "--outdir", str(out.resolve())]
        _run([*command, *(str(job.copy) for job in jobs)], profile, seconds)


def _run(command: Sequence[str], home: str, seconds: float) -> None:
    """Run a command quietly; end its whole process group when the time is over. Its success shows in the output."""
    environment = os.environ | {"HOME": home, "TMPDIR": home}
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
    )
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        pass
    finally:
        _end_group(process)


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """Kill what is left of the group: the program is a script that starts others."""
    try:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    except (ProcessLookupError, PermissionError):
        pass
    process.wait()


@cache
def _without_network() -> tuple[str, ...]:
    """Return the command that takes the network away from another one, () where the system does not allow it."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return ()
    for options in (("-n",), ("-r", "-n")):
        tried = subprocess.run([unshare, *options, "true"], capture_output=True, check=False)
        if tried.returncode == 0:
            return (unshare, *options, "--")
    return ()


def _write_settings(profile: Path) -> None:
    items = "".join(
        f'<item oor:path="{escape(path)}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
        for path, name, value in _SETTINGS
    )
    folder = profile / "user"
    folder.mkdir()
    space = 'xmlns:oor="http://openoffice.org/2001/registry"'
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<oor:items {space}>{items}</oor:items>\n'
    (folder / "registrymodifications.xcu").write_text(text, encoding="utf-8")


def _output(job: _Job, out: Path) -> Path:
    return out / f"{job.copy.stem}.{job.target}"


def _result(job: _Job, out: Path) -> Converted:
    output = _output(job, out)
    return Converted(output) if output.is_file() else Converted(None, _failed(job.original.name, job.target))


def _absent(job: _Job) -> ReadError:
    install = "请安装 LibreOffice（Debian、Ubuntu：apt install libreoffice-writer libreoffice-calc；其他系统见其官网）"
    problem = f"内容是“{job.label}”，读取它需要 LibreOffice，本机没有找到"
    return UnsupportedFormatError(job.original.name, problem, f"{install}，或{_SAVE_AS[job.target]} 后重试")


def _failed(file: str, target: str) -> ReadError:
    problem = "LibreOffice 未能转换该文件（可能已加密、损坏，或转换超时）"
    return DamagedFileError(file, problem, f"请{_SAVE_AS[target]}后重试；有密码的请先去除密码")
