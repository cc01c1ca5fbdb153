"""A worker process that can be stopped: no file may take the run along, however it was made.

A hostile or damaged file can keep the parser, a regular expression or a converter busy for hours, or eat all memory;
inside one process nothing can end that. The worker is started once and serves many files; when one takes too long or
the worker dies, it is killed, that file fails with an error of its own, and the next file gets a new worker.
"""

from __future__ import annotations

import multiprocessing
import pickle
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from types import TracebackType
from typing import Any, Generic, TypeVar, cast

from pipeline.errors import DamagedFileError, ReadError
from pipeline.limits import LIMITS, Limits

ArgumentT = TypeVar("ArgumentT")
ContextT = TypeVar("ContextT")
ResultT = TypeVar("ResultT")

_SPLIT = "请拆分后重试，或用 Word、WPS 打开检查后另存为 .docx 再试"


class Worker(Generic[ArgumentT, ResultT]):
    """Calls a function in another process, within `limits.seconds` and `limits.memory_bytes` a call.

    The function must be importable by name (no lambda), its argument and result must pickle. Use it as a context:

        with Worker(read, limits=replace(LIMITS, seconds=30)) as worker:
            document = worker.call(path, file="甲局.docx")
    """

    def __init__(self, function: Callable[[ArgumentT], ResultT], *, limits: Limits = LIMITS) -> None:
        self._function = function
        self._limits = limits
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None

    def __enter__(self) -> Worker[ArgumentT, ResultT]:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def call(self, argument: ArgumentT, *, file: str) -> ResultT:
        """Return what the function returns; file names the argument in messages.

        Raises what the function raises; DamagedFileError where it takes too long, needs too much memory, or kills
        its process.
        """
        pipe = self._started()
        try:
            pipe.send(argument)
            if not pipe.poll(self._limits.seconds):
                self.stop()
                seconds = f"{self._limits.seconds:g}"
                raise DamagedFileError(file, f"处理超过 {seconds} 秒，已停止", _SPLIT)
            outcome, value = pickle.loads(pipe.recv_bytes())
        except (EOFError, OSError) as error:
            self.stop()
            raise DamagedFileError(file, "处理时进程意外中止（内存不足，或文件异常）", _SPLIT) from error
        if outcome == "ok":
            return cast(ResultT, value)
        raise _error_of(outcome, value, file)

    def stop(self) -> None:
        """Kill the worker; the next call starts a new one."""
        if self._pipe is not None:
            self._pipe.close()
        if self._process is not None:
            self._process.kill()
            self._process.join()
        self._pipe = self._process = None

    def _started(self) -> Connection:
        if self._pipe is not None and self._process is not None and self._process.is_alive():
            return self._pipe
        self.stop()
        if multiprocessing.get_start_method(allow_none=True) not in (None, *multiprocessing.get_all_start_methods()):
            # In a joblib worker the default is loky's own, which an ordinary process cannot take over.
            multiprocessing.set_start_method("spawn", force=True)
        context: Any = multiprocessing.get_context("spawn" if sys.platform == "win32" else "forkserver")
        pipe: tuple[Connection, Connection] = context.Pipe()
        ours, theirs = pipe
        process = context.Process(
            target=_serve, args=(theirs, self._function, self._limits.memory_bytes), name="zicha-worker", daemon=True
        )
        with _children_allowed():
            process.start()
        theirs.close()
        self._pipe, self._process = ours, process
        return ours


@contextmanager
def _children_allowed() -> Iterator[None]:
    """Let a daemon start a process: Dask's workers are daemons, and what they start ends with the pipe anyway."""
    settings: dict[str, Any] = getattr(multiprocessing.current_process(), "_config", {})
    before = settings.get("daemon")
    settings["daemon"] = False
    try:
        yield
    finally:
        settings["daemon"] = before


class _Own(threading.local):
    """The worker of a thread, and what it was made for: a thread waits for its own, so they do not mix answers."""

    made_for: object = None
    worker: Worker[Any, Any] | None = None


_own = _Own()


def guarded(
    function: Callable[[ArgumentT, ContextT], ResultT],
    argument: ArgumentT,
    context: ContextT,
    *,
    limits: Limits,
    file: str,
) -> ResultT:
    """Return function(argument, context) as made in this thread's worker, which serves until another is wanted.

    context: what stays the same from call to call; it travels once. Raises as `Worker.call`.
    """
    wanted = (function, context, limits)
    if _own.worker is None or _own.made_for != wanted:
        if _own.worker is not None:
            _own.worker.stop()
        _own.worker, _own.made_for = Worker(partial(_in_context, function, context), limits=limits), wanted
    return cast(ResultT, _own.worker.call(argument, file=file))


def _in_context(function: Callable[[ArgumentT, ContextT], ResultT], context: ContextT, argument: ArgumentT) -> ResultT:
    return function(argument, context)


def _error_of(outcome: str, value: object, file: str) -> Exception:
    if outcome == "memory":
        return DamagedFileError(file, "处理时内存不足，已停止", _SPLIT)
    if outcome == "read" and isinstance(value, tuple):
        kind, *words = value
        return cast(Exception, kind(*words))
    return value if isinstance(value, Exception) else RuntimeError(str(value))


def _serve(pipe: Connection, function: Callable[[ArgumentT], ResultT], memory_bytes: int | None) -> None:
    """Answer calls until the other side is gone; runs in the worker."""
    _hold_memory(memory_bytes)
    # An interrupt goes to the whole process group; the parent decides what it means.
    with suppress(EOFError, OSError, KeyboardInterrupt):
        while True:
            argument = pipe.recv()
            pipe.send_bytes(_pickled(*_answer(function, argument)))


def _answer(function: Callable[[ArgumentT], ResultT], argument: ArgumentT) -> tuple[str, object]:
    try:
        return "ok", function(argument)
    except MemoryError:
        return "memory", None
    except ReadError as error:
        # Its message is made of three parts, so it does not pickle by itself.
        return "read", (type(error), error.file, error.problem, error.advice)
    except Exception as error:
        return "error", error


def _pickled(outcome: str, value: object) -> bytes:
    with suppress(Exception):
        data = pickle.dumps((outcome, value))
        # An exception may pickle and yet not come back, where its arguments are not its constructor's.
        if outcome == "error":
            pickle.loads(data)
        return data
    return pickle.dumps(("error", f"{type(value).__name__}: {value}"))


def _hold_memory(memory_bytes: int | None) -> None:
    """Limit the address space where the system can; elsewhere only the time limit protects."""
    if memory_bytes is None or sys.platform == "win32":
        return
    import resource

    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, resource.getrlimit(resource.RLIMIT_AS)[1]))
