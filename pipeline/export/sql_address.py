"""Where a database is: its address, checked, and its errors in Chinese, which never show the password."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pipeline.errors import OutputError

if TYPE_CHECKING:
    from sqlalchemy import URL, Engine

_POSTGRES = ("postgresql", "postgres", "postgresql+psycopg")
_SQLITE = ("sqlite", "sqlite+pysqlite")
_EXAMPLES = "sqlite:///台账.sqlite 或 postgresql://用户:密码@主机/库名"
_SECONDS_TO_CONNECT = 10
_SECONDS_FOR_A_LOCK = 30

# What the drivers say, in the order in which it is looked for. Their whole message is not shown: where an address is
# mistyped, a piece of the password can stand in it as the name of the host.
_REASONS = (
    ("password authentication failed", "用户名或密码不对"),
    ("no password supplied", "没有给出密码"),
    ("no pg_hba.conf entry", "服务器不接受来自本机的连接（pg_hba.conf）"),
    ("permission denied", "这个用户没有权限"),
    ("readonly database", "数据库文件是只读的"),
    ("failed to resolve host", "找不到这台主机"),
    ("could not translate host", "找不到这台主机"),
    ("connection refused", "主机没有应答，服务器可能没有启动"),
    ("no such file or directory", "主机没有应答，服务器可能没有启动"),
    ("timeout expired", "连接超时"),
    ("database is locked", "数据库正被其他程序占用"),
    ("unable to open database file", "数据库文件打不开，上级文件夹可能不存在"),
    ("file is not a database", "这不是 SQLite 数据库文件"),
    ("disk is full", "磁盘空间不足"),
    ("no space left", "磁盘空间不足"),
    ("database disk image is malformed", "数据库文件已损坏"),
    ("does not exist", "用户、数据库或表不存在"),
)


def read_address(url: str) -> URL:
    """Return the address with its driver named: postgresql://… -> postgresql+psycopg://….

    Raises OutputError, which does not repeat the address, for one that cannot be read, for other kinds of databases
    and for sqlite without a file.
    """
    try:
        from sqlalchemy.engine import make_url
        from sqlalchemy.exc import ArgumentError
    except ImportError as error:
        raise _missing("sqlalchemy") from error
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):
        # Not chained: SQLAlchemy's own message may repeat the address.
        raise OutputError(f"数据库地址写法不对。应写成 {_EXAMPLES}。") from None
    return _with_driver(address)


def _with_driver(address: URL) -> URL:
    if address.drivername in _POSTGRES:
        return address.set(drivername="postgresql+psycopg")
    if address.drivername not in _SQLITE:
        raise OutputError(f"不支持 {address.drivername} 数据库，只支持 SQLite 和 PostgreSQL，地址写成 {_EXAMPLES}。")
    if address.database in (None, "", ":memory:"):
        raise OutputError(f"数据库地址中没有文件名。应写成 {_EXAMPLES}。")
    return address


def engine_of(address: URL) -> Engine:
    """Return the engine for an address of `read_address`; nothing is connected yet.

    Raises OutputError where the driver is not installed.
    """
    from sqlalchemy import create_engine

    try:
        # hide_parameters: the text of reports must not get into messages or logs.
        return create_engine(address, hide_parameters=True, pool_pre_ping=True, connect_args=_arguments(address))
    except ImportError as error:
        raise _missing("psycopg") from error


def _arguments(address: URL) -> dict[str, Any]:
    if address.get_backend_name() == "sqlite":
        return {"timeout": _SECONDS_FOR_A_LOCK}
    return {} if "connect_timeout" in address.query else {"connect_timeout": _SECONDS_TO_CONNECT}


def _missing(library: str) -> OutputError:
    return OutputError(f"没有安装 {library}，不能写数据库。请运行 pip install 'zicha[sql]'。")


def shown_address(address: URL) -> str:
    """Return the address as it may be shown: postgresql://u:p@db.example/台账 -> "postgresql://db.example/台账"."""
    name = address.get_backend_name()
    # Where a password holds "@", its end has been read as part of the host.
    host = (address.host or "").rpartition("@")[2]
    port = f":{address.port}" if address.port else ""
    return f"{name}://{host}{port}/{address.database or ''}"


@contextmanager
def in_chinese(address: URL) -> Iterator[None]:
    """Turn errors of the database into an OutputError that says what is wrong, without password or report text."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except SQLAlchemyError as error:
        raise OutputError(f"{shown_address(address)}：{_reason(error)}。请检查数据库地址和权限后重试。") from error


def _reason(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    said = str(cause).lower()
    known = next((reason for words, reason in _REASONS if words in said), None)
    return known or f"数据库出错（{type(cause).__name__}）"
