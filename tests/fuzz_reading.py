"""Feeds the readers with what nobody would write: runs for a number of seconds and says how many inputs it tried.

    python tests/fuzz_reading.py [--seconds 120] [--seed 1]

Two readers. The .docx walker gets documents that are random trees of the elements it knows, in places where they do
not belong, with wild values; paragraphs that are plain text but for a piece here and there; the bytes of good files
with some changed; and the XML of real structure with pieces cut, doubled and moved. The text reader gets random bytes,
and Chinese in many encodings with damage.

What must hold for every input: a Document or a ReadError and nothing else; blocks in order, inside the text, none
empty; the same document a second time, and without the short cut for plain paragraphs; within two seconds.
An input that breaks one of these is written to fuzz-failure-*.bin, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from docx_cases import HEADINGS, LISTS
from docx_maker import NAMESPACES, make_docx, para, table

from pipeline.errors import ReadError
from pipeline.reading import docx_plain
from pipeline.reading.docx import read_docx
from pipeline.reading.plain import read_plain
from pipeline.records import Document

MOST_SECONDS = 2.0
_INLINE = (
    "w:r w:ins w:del w:moveFrom w:moveTo w:hyperlink w:sdt w:sdtContent w:smartTag w:fldSimple w:ruby w:rt "
    "w:rubyBase m:oMath m:oMathPara m:r w:bookmarkStart w:proofErr w:customXml w:commentRangeStart"
)
_IN_RUN = (
    "w:t w:t w:t w:tab w:br w:cr w:noBreakHyphen w:softHyphen w:sym w:fldChar w:fldChar w:instrText w:delText "
    "w:drawing w:pict w:object w:footnoteReference w:endnoteReference w:rPr mc:AlternateContent w:ruby "
    "w:lastRenderedPageBreak"
)
_BLOCK = "w:p w:p w:p w:p w:tbl w:sdt w:sdtContent w:ins w:del w:altChunk mc:AlternateContent w:sectPr w:customXml"
_TABLE = "w:tr w:tc w:tblPr w:tblGrid w:trPr w:tcPr w:sdt w:sdtContent w:ins w:del"
_INNER = "w:pPr w:rPr w:b w:vanish w:sz w:rFonts w:rStyle w:pStyle w:numPr w:ilvl w:numId w:outlineLvl w:jc w:gridSpan"
_RARE = (
    "w:vMerge w:hMerge w:gridBefore w:cellDel w:txbxContent mc:Choice mc:Fallback v:textpath w:pPrChange m:t wps:txbx"
)
_ALL = f"{_INLINE} {_IN_RUN} {_BLOCK} {_TABLE} {_INNER} {_RARE}"
_VALUES = (
    "0 1 2 8 9 -1 true off continue restart begin separate end center 1x a loop strong ghost Wingdings F0FE x wps "
    "99999999999999999999 1e9 NaN &#x2028;"
)
_NAMES = "w:val w:type w:id w:fldCharType w:char w:font w:eastAsia w:ascii Requires string"
_TEXTS = (
    "问题|一、|（一）|整改3个| |\n|\t|&#xF0FE;|&lt;w:r&gt;|eq \\o\\ac(○,5)|PAGE|eq \\f(1,2|]]&gt;|&#x202E;|𠀀|&quot;|'"
    "| w:rsidR=&quot;0&quot;|&lt;/w:t>&lt;/w:r>"
)
_RUN_LOOKS = (
    "<w:b/>", '<w:b w:val="0"/>', "<w:vanish/>", '<w:sz w:val="32"/>', '<w:rStyle w:val="strong"/>', "<w:bCs/>",
    '<w:rFonts w:eastAsia="黑体" w:hint="eastAsia"/>', '<w:rFonts w:ascii="Wingdings"/>', '<w:lang w:val="en-US"/>',
    '<w:rFonts w:ascii="仿宋" w:eastAsia="仿宋"/>', '<w:color w:val="FF0000"/>', "<w:del/>", "<w:odd/>", "<w:b></w:b>",
    '<w:rFonts w:eastAsiaTheme="minorEastAsia"/>', '<w:rStyle w:val="ghost"/>', "<w:rPrChange><w:rPr/></w:rPrChange>",
)  # fmt: skip
_PARAGRAPH_LOOKS = (
    '<w:pStyle w:val="1"/>', '<w:jc w:val="center"/>', '<w:numPr><w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr>',
    '<w:spacing w:after="0"/>', "<w:rPr><w:del/></w:rPr>", "<w:rPr><w:vanish/></w:rPr>", "<w:sectPr/>", "<w:keepNext/>",
    '<w:pStyle w:val="loop"/>', '<w:outlineLvl w:val="2"/>', "<w:pPrChange><w:pPr/></w:pPrChange>", "<w:tabs></w:tabs>",
)  # fmt: skip
_CELLS = ("", "<w:vMerge/>", '<w:gridSpan w:val="2"/><w:tcW w:w="1"/>', "<w:tcBorders><w:top/></w:tcBorders>", "<w:x/>")
_ENCODINGS = "utf-8 gb18030 big5 utf-16 utf-16-le utf-16-be utf-32 utf-8-sig latin-1 shift_jis"
_SENTENCE = "今年以来开展自查3次，发现“问题”12个；個別科室台賬登記不全。\r\n一、基本情况\n"


def random_element(rng: random.Random, depth: int, names: str) -> str:
    """Return a random element with random children, most of them where they belong."""
    name = rng.choice((names if rng.random() < 0.9 else _ALL).split())
    attributes = "".join(
        f' {key}="{rng.choice(_VALUES.split())}"'
        for key in rng.sample(_NAMES.split(), rng.choice((0, 0, 0, 1, 1, 2, 3)))
    )
    if name in ("w:t", "m:t", "w:instrText", "w:delText"):
        return f"<{name}{attributes}>{rng.choice(_TEXTS.split('|'))}</{name}>" if rng.random() < 0.95 else f"<{name}/>"
    if depth <= 0 or rng.random() < 0.1:
        return f"<{name}{attributes}/>"
    inner = "".join(random_element(rng, depth - 1, _children_of(name)) for _ in range(rng.choice((0, 1, 1, 2, 3, 4))))
    return f"<{name}{attributes}>{inner}</{name}>"


def _children_of(name: str) -> str:
    if name in ("w:p", "w:hyperlink", "w:ins", "w:fldSimple", "w:rubyBase", "w:rt", "w:smartTag"):
        return f"w:pPr {_INLINE} w:r w:r w:r w:r w:r w:r"
    if name == "w:r":
        return _IN_RUN
    if name in ("w:tbl", "w:tr"):
        return _TABLE
    if name in ("w:pPr", "w:rPr", "w:numPr", "w:tcPr", "w:trPr"):
        return f"{_INNER} {_RARE}"
    if name in ("w:drawing", "w:pict", "mc:AlternateContent", "w:object"):
        return _RARE
    return _BLOCK if name in ("w:tc", "w:txbxContent", "w:sdtContent", "mc:Choice", "mc:Fallback") else _ALL


def random_document(rng: random.Random) -> bytes:
    """Return a .docx whose body is a random tree."""
    body = "".join(random_element(rng, rng.randint(2, 7), _BLOCK) for _ in range(rng.randint(1, 6)))
    notes = {"footnotes": "".join(f'<w:footnote w:id="{place}">{para("注")}</w:footnote>' for place in range(3))}
    numbering = LISTS if rng.random() < 0.7 else f"<w:numbering {NAMESPACES}>{_random_lists(rng)}</w:numbering>"
    styles = HEADINGS if rng.random() < 0.7 else "".join(random_element(rng, 4, "w:style") for _ in range(4))
    return make_docx(body, numbering=numbering, styles=styles, notes=notes if rng.random() < 0.3 else None)


def _random_lists(rng: random.Random) -> str:
    return "".join(
        random_element(rng, 4, "w:abstractNum w:num w:lvl w:lvlOverride w:numFmt w:lvlText w:start") for _ in range(6)
    )


def nearly_plain(rng: random.Random) -> bytes:
    """Return a .docx of paragraphs that are plain but for a piece here and there: where the short cut must not slip."""
    body = "".join(_nearly_plain_paragraph(rng) for _ in range(rng.randint(1, 8)))
    if rng.random() < 0.3:
        body = f"<w:tbl><w:tr><w:tc><w:tcPr>{rng.choice(_CELLS)}</w:tcPr>{body}</w:tc></w:tr></w:tbl>"
    return make_docx(body, styles=HEADINGS, numbering=LISTS)


def _nearly_plain_paragraph(rng: random.Random) -> str:
    marks = ('<w:proofErr w:type="spellStart"/>', '<w:bookmarkStart w:id="1" w:name="a"/>', "", "", "")
    pieces = []
    for _ in range(rng.randint(0, 5)):
        look = "".join(rng.choice(_RUN_LOOKS) for _ in range(rng.randint(0, 3)))
        properties = f"<w:rPr>{look}</w:rPr>" if look or rng.random() < 0.3 else ""
        space = rng.choice(("", ' xml:space="preserve"'))
        text = f"<w:t{space}>{rng.choice(_TEXTS.split('|'))}</w:t>"
        odd = random_element(rng, 2, _IN_RUN) if rng.random() < 0.15 else ""
        pieces += [f'<w:r w:rsidR="0{rng.randint(0, 9)}">{properties}{odd}{text}</w:r>', rng.choice(marks)]
    if rng.random() < 0.15:
        pieces.insert(rng.randint(0, len(pieces)), random_element(rng, 3, _INLINE))
    if rng.random() < 0.1 and len(pieces) > 1:
        pieces[0], pieces[-1] = pieces[-1], pieces[0]
    said = "".join(rng.choice(_PARAGRAPH_LOOKS) for _ in range(rng.randint(0, 3)))
    properties = f"<w:pPr>{said}</w:pPr>" if said or rng.random() < 0.2 else ""
    opening = rng.choice(("<w:p>", '<w:p w:rsidR="1">'))
    return f"{opening}{properties}{''.join(pieces)}</w:p>"


def changed_bytes(rng: random.Random) -> bytes:
    """Return a good .docx with some bytes changed, cut or doubled."""
    data = bytearray(_GOOD)
    for _ in range(rng.choice((1, 1, 2, 5, 20))):
        place = rng.randrange(len(data))
        how = rng.random()
        if how < 0.7:
            data[place] = rng.randrange(256)
        elif how < 0.85:
            del data[place : place + rng.randrange(1, 40)]
        else:
            data[place:place] = data[place : place + rng.randrange(1, 40)]
        if not data:
            break
    return bytes(data)


def shuffled_xml(rng: random.Random) -> bytes:
    """Return a .docx whose main part has pieces cut, doubled or moved."""
    pieces = _BODY.replace("><", ">\x00<").split("\x00")
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        start = rng.randrange(len(pieces))
        cut = pieces[start : start + rng.randrange(1, 12)]
        if rng.random() < 0.6:
            del pieces[start : start + len(cut)]
        if rng.random() < 0.6:
            place = rng.randrange(len(pieces) + 1)
            pieces[place:place] = cut
    main = f"<w:document {NAMESPACES}><w:body>{''.join(pieces)}</w:body></w:document>"
    return make_docx(styles=HEADINGS, numbering=LISTS, extra={"word/document.xml": main.encode()})


def random_text(rng: random.Random) -> bytes:
    """Return a text file: Chinese in some encoding with damage, or noise."""
    if rng.random() < 0.2:
        return rng.randbytes(rng.randrange(0, 300))
    text = "".join(rng.choice(_SENTENCE) for _ in range(rng.randrange(0, 400)))
    data = bytearray(text.encode(rng.choice(_ENCODINGS.split()), "replace"))
    for _ in range(rng.choice((0, 0, 1, 3, 30))):
        if data:
            place = rng.randrange(len(data))
            data[place : place + rng.randrange(3)] = rng.randbytes(rng.randrange(3))
    return bytes(data)


def check(document: Document) -> None:
    """Raise AssertionError where a document breaks what every document promises."""
    place = 0
    for block in document.blocks:
        assert place <= block.start < block.end <= len(document.text), "blocks out of order or outside the text"
        shown = document.text[block.start : block.end]
        assert shown.strip(), "an empty block"
        assert shown.startswith(block.number or ""), "the number is not in the text"
        assert block.lead_end is None or block.start < block.lead_end < block.end, "lead outside its block"
        place = block.end
    assert document.format in ("docx", "txt")


def try_docx(data: bytes) -> bool:
    """Read a .docx twice, with and without the short cut; return whether it gave a document."""
    found = _outcome(lambda: read_docx(data, "f.docx", report_id="f"))
    with without_short_cut():
        full = _outcome(lambda: read_docx(data, "f.docx", report_id="f"))
    # XML that is broken only in what the short cut skips (two attributes of one name) is read all the same.
    assert found == full or isinstance(full, str), f"the short cut reads differently:\n{found}\n{full}"
    assert found == _outcome(lambda: read_docx(data, "f.docx", report_id="f")), "a second reading differs"
    return isinstance(found, Document)


def try_text(data: bytes) -> bool:
    """Read a text file twice; return whether it gave a document."""
    found = _outcome(lambda: read_plain(data, "f.txt", report_id="f"))
    assert found == _outcome(lambda: read_plain(data, "f.txt", report_id="f")), "a second reading differs"
    return isinstance(found, Document)


def _outcome(reading: Callable[[], Document]) -> Document | str:
    try:
        document = reading()
    except ReadError as error:
        return str(error)
    check(document)
    return document


@contextmanager
def without_short_cut() -> Iterator[None]:
    """Read every paragraph with the parser."""
    kept = docx_plain._is_usual
    docx_plain._is_usual = lambda xml: False
    try:
        yield
    finally:
        docx_plain._is_usual = kept


_BODY = (
    para("{b:一是}学习{del:不}{ins:很}深入{code:PAGE|3}", style="1")
    + para("第二段{box:框内}{hide:藏}{note:1}", lst=(1, 1), mark="<w:del/>")
    + table(["甲{tab:}", "乙{sym:Wingdings|F0FE}"], ["丙", "丁{ruby:报|bào}"])
    + para("末段{sdt:控件}{vml:旧框}{math:x}", more='<w:jc w:val="center"/>', style="1x")
)
_GOOD = make_docx(_BODY, styles=HEADINGS, numbering=LISTS, notes={"footnotes": ""})
TARGETS: tuple[tuple[str, Callable[[random.Random], bytes], Callable[[bytes], bool]], ...] = (
    ("tree", random_document, try_docx),
    ("nearly-plain", nearly_plain, try_docx),
    ("bytes", changed_bytes, try_docx),
    ("shuffle", shuffled_xml, try_docx),
    ("text", random_text, try_text),
)


def fuzz(seconds: float, seed: int, *, most: int | None = None) -> tuple[dict[str, list[int]], list[str]]:
    """Try inputs for some seconds; return (tried, read) for each target, and a word on each failure."""
    tally = {name: [0, 0] for name, _, _ in TARGETS}
    failures: list[str] = []
    end = time.monotonic() + seconds
    number = seed * 1_000_000_000
    while time.monotonic() < end and len(failures) < 10 and (most is None or number % 1_000_000_000 < most):
        name, make, attempt = TARGETS[number % len(TARGETS)]
        data = make(random.Random(number))
        started = time.monotonic()
        try:
            tally[name][1] += attempt(data)
            took = time.monotonic() - started
            assert took < MOST_SECONDS, f"took {took:.1f} seconds"
        except Exception:
            failures.append(f"{name} {number}: {traceback.format_exc(limit=-3)}")
            Path(f"fuzz-failure-{name}-{number}.bin").write_bytes(data)
        tally[name][0] += 1
        number += 1
    return tally, failures


def main() -> int:
    """Run from the command line; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    tally, failures = fuzz(options.seconds, options.seed)
    for name, (tried, readable) in tally.items():
        print(f"{name}: {tried} inputs, {readable} gave a document")
    print(f"{sum(tried for tried, _ in tally.values())} inputs, {len(failures)} failures")
    print("\n".join(failures))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
