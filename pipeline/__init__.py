"""zicha (自查): Chinese official self-inspection reports into tables that a person can check.

Example:
    >>> import pipeline
    >>> report = pipeline.analyze("corpus/samples/street-office.docx")
    >>> report.findings[0].text
"""

from pipeline.version import __version__

# `pipeline.analyze` is both a module and the function users call. Importing the function here, after the
# module has been bound to the name, makes the function win for good; heavy libraries load on first use.
from pipeline.analyze import analyze  # isort: skip
from pipeline.batch import analyze_many  # isort: skip

__all__ = ["__version__", "analyze", "analyze_many"]
