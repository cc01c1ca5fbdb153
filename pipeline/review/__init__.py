"""People review the findings: what they correct is stored, and applied to later runs.

`export_workbook` or `to_label_studio` gives the findings to a person; `import_workbook` or `from_label_studio` reads
what the person changed as `Correction`s; `add` keeps them in a file, `read` returns them, `apply` puts them into a
report.
"""

from pipeline.review.interchange import label_config, to_doccano, to_label_studio
from pipeline.review.interchange_import import from_doccano, from_label_studio
from pipeline.review.records import Correction, Field, Imported, Key
from pipeline.review.store import add, latest, read
from pipeline.review.workbook import export_workbook
from pipeline.review.workbook_import import import_workbook

# `apply` is both a module and the function; imported last, the function keeps the name.
from pipeline.review.apply import apply  # isort: skip

__all__ = [
    "Correction",
    "Field",
    "Imported",
    "Key",
    "add",
    "apply",
    "export_workbook",
    "from_doccano",
    "from_label_studio",
    "import_workbook",
    "label_config",
    "latest",
    "read",
    "to_doccano",
    "to_label_studio",
]
