"""This project's own extractor, asked in the same way as the peers; whole texts, no sections and no findings."""

from __future__ import annotations

from benchmarks.peers.protocol import serve
from benchmarks.scoring import Found
from pipeline.quantities import extract
from pipeline.records import Document, Quantity


class Zicha:
    """Everything that `extract` reads: all kinds, with items, roles and periods."""

    distributions = ("zicha",)

    def find(self, text: str) -> tuple[list[Found], list[Found]]:
        """Return the quantities of a text, twice the same: nothing is adapted."""
        spans = [_span(quantity) for quantity in extract(_document(text), (), ())]
        return spans, spans

    def work(self, text: str) -> None:
        """Run `extract` on a text."""
        extract(_document(text), (), ())


def _document(text: str) -> Document:
    return Document(report_id="r1", source_file="r1.txt", format="txt", text=text, blocks=())


def _span(quantity: Quantity) -> Found:
    return Found(
        quantity.start,
        quantity.end,
        quantity.kind,
        value=quantity.value,
        period_start=quantity.period_start,
        period_end=quantity.period_end,
        item=quantity.item,
        masked=quantity.masked,
    )


if __name__ == "__main__":
    serve(Zicha)
