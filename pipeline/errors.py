"""The error tree. Each message is Chinese and says which file, what is wrong, and what to do."""

from __future__ import annotations


class ZichaError(Exception):
    """The base of every error that this package raises on purpose."""


class ReadError(ZichaError):
    """A file cannot be read as a report.

    Example: str(ReadError("a.docx", "文件已加密", "请去除密码后重试")) -> "a.docx：文件已加密。请去除密码后重试。"
    """

    def __init__(self, file: str, problem: str, advice: str) -> None:
        super().__init__(f"{file}：{problem}。{advice}。")
        self.file = file
        self.problem = problem
        self.advice = advice


class UnsupportedFormatError(ReadError):
    """The content is of a kind that is not read yet, e.g. a PDF or an .exe."""


class DamagedFileError(ReadError):
    """The file is empty, truncated, encrypted or otherwise broken."""


class ClassifiedError(ReadError):
    """The file bears a 密级 mark (绝密, 机密, 秘密) and must not be processed here."""


class ResourceError(ZichaError):
    """A table in corpus/ or a model in models/ is missing or malformed."""


class OutputError(ZichaError):
    """The output folder cannot be used, e.g. it is not empty."""


class ClusterError(ZichaError):
    """The Dask cluster cannot be used: not installed, not reached, without workers."""
