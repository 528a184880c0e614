"""Word 公文 a printable page as a Word document, so that an office can edit it before it is issued.

The layout is that of GB/T 9704-2012: A4, 37 mm above, 35 below, 28 left, 26 right; title 22 pt, text 16 pt on 28.95 pt
lines, "— 1 —" at the foot.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

TEXT, TITLE, HEADING, LATIN = "仿宋_GB2312", "方正小标宋简体", "黑体", "Times New Roman"
TEXT_PT, TITLE_PT, TABLE_PT, SMALL_PT, LINE_PT = 16, 22, 11, 10.5, 28.95
FONTS = {"h1": (TITLE, TITLE_PT), "h2": (HEADING, TEXT_PT), "small": (TEXT, SMALL_PT), "draft": (TEXT, 12)}
PAGE_MM = {"page_width": 210, "page_height": 297} | {
    "top_margin": 37, "bottom_margin": 35, "left_margin": 28, "right_margin": 26
}  # fmt: skip
WIDEST_SIGNS = 20
"""A column is at most this long, in Chinese signs, before its words are broken."""
SKIPPED = ("style", "title", "button", "a")
CELLS = ("th", "td")


@dataclass
class _Cell:
    """A cell of a table: its words, whether it heads a column, whether it stands on the right."""

    heads: bool
    right: bool
    words: str = ""


@dataclass
class _Block:
    """A heading or paragraph with its class (h1, h2, or that of a p)."""

    kind: str
    words: str = ""


@dataclass
class _Table:
    """A table as rows of cells."""

    rows: list[list[_Cell]] = field(default_factory=list)


class _Reader(HTMLParser):
    """Reads h1, h2, p and table of a page; nothing else has words in it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[_Block | _Table] = []
        self._open: _Block | _Cell | None = None
        self._skipping = 0

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        kind = dict(attrs).get("class") or ""
        if tag in SKIPPED:
            self._skipping += 1
        elif tag in ("h1", "h2", "p"):
            self._open = _Block(tag if tag != "p" else kind)
            self.found.append(self._open)
        elif tag == "table":
            self.found.append(_Table())
        elif tag == "tr":
            self._table().rows.append([])
        elif tag in CELLS:
            self._open = _Cell(tag == "th", kind == "n")
            self._table().rows[-1].append(self._open)
        elif tag == "br" and self._open is not None:
            self._open.words += "\n"

    def handle_endtag(self, tag: str) -> None:
        if tag in SKIPPED:
            self._skipping -= 1
        elif tag in ("h1", "h2", "p", *CELLS):
            self._open = None

    def handle_data(self, data: str) -> None:
        if self._open is not None and not self._skipping:
            self._open.words += data

    def _table(self) -> _Table:
        last = self.found[-1]
        assert isinstance(last, _Table)
        return last


def document(page: str) -> bytes:
    """Word 文件 the docx of a printable page.

    Parameters
    ----------
    page : str
        HTML of h1, h2, p (classes ``to``, ``plain``, ``small``, ``draft``, ``sign``) and table (``n``: a number).

    Returns
    -------
    bytes
        A .docx file.
    """
    reader = _Reader()
    reader.feed(page)
    made = Document()
    section = made.sections[0]
    for name, length_mm in PAGE_MM.items():
        setattr(section, name, Mm(length_mm))
    _number(section.footer.paragraphs[0])
    for block in reader.found:
        if isinstance(block, _Block):
            _paragraph(made.add_paragraph(), block)
        elif block.rows:
            width = section.page_width, section.left_margin, section.right_margin
            _table(made, block, Emu((width[0] or 0) - (width[1] or 0) - (width[2] or 0)))
    written = BytesIO()
    made.save(written)
    return written.getvalue()


def _paragraph(made: Paragraph, block: _Block) -> None:
    font, size_pt = FONTS.get(block.kind, (TEXT, TEXT_PT))
    _words(made, block.words.strip(), font, size_pt)
    layout = made.paragraph_format
    layout.space_before, layout.space_after = Pt(0), Pt(TEXT_PT if block.kind == "draft" else 0)
    layout.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    layout.line_spacing = Pt(LINE_PT if block.kind != "small" else 1.5 * SMALL_PT)
    layout.keep_with_next = block.kind == "h2"
    if block.kind == "h1":
        layout.alignment = WD_ALIGN_PARAGRAPH.CENTER
        layout.line_spacing, layout.space_after = Pt(1.4 * TITLE_PT), Pt(LINE_PT)
    elif block.kind == "sign":
        layout.alignment, layout.space_before = WD_ALIGN_PARAGRAPH.RIGHT, Pt(LINE_PT)
    elif block.kind in ("", "h2"):
        layout.first_line_indent = Pt(2 * TEXT_PT)


def _words(made: Paragraph, words: str, font: str, size_pt: float) -> None:
    for place, line in enumerate(words.split("\n")):
        run = made.add_run(line.strip(" "))
        _set(run, font, size_pt)
        if place < words.count("\n"):
            run.add_break()


def _set(run: Run, font: str, size_pt: float) -> None:
    run.font.name, run.font.size = LATIN, Pt(size_pt)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _table(made: object, block: _Table, width: Emu) -> None:
    columns = max(len(row) for row in block.rows)
    table = made.add_table(len(block.rows), columns, "Table Grid")  # type: ignore[attr-defined]
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    widths = [Emu(round(width * share)) for share in _shares(block)]
    for column, wide in zip(table.columns, widths, strict=True):
        column.width = wide
    for number, row in enumerate(block.rows):
        properties = table.rows[number]._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if all(cell.heads for cell in row):
            properties.append(OxmlElement("w:tblHeader"))
        for place, cell in enumerate(row):
            drawn = table.cell(number, place)
            drawn.width = widths[place]
            paragraph = drawn.paragraphs[0]
            _words(paragraph, cell.words.strip(), HEADING if cell.heads else TEXT, TABLE_PT)
            paragraph.paragraph_format.space_after, paragraph.paragraph_format.line_spacing = Pt(0), 1.2
            if cell.right:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _shares(block: _Table) -> list[float]:
    """Share of the width of each column, by its longest words; a heading may be broken into three lines."""
    columns: list[list[_Cell]] = [[] for _ in range(max(len(row) for row in block.rows))]
    for row in block.rows:
        for column, cell in zip(columns, row, strict=False):
            column.append(cell)
    weights = [min(max(_signs(cell) for cell in column), WIDEST_SIGNS) + 2 for column in columns]
    return [weight / sum(weights) for weight in weights]


def _signs(cell: _Cell) -> float:
    """Length in Chinese signs."""
    signs = sum(0.5 if sign.isascii() else 1.0 for sign in cell.words.strip())
    return max(signs / 3, 2) if cell.heads else signs


def _number(made: Paragraph) -> None:
    """Page number at the foot, "— 1 —"."""
    made.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _set(made.add_run("— "), "宋体", 14)
    counter = OxmlElement("w:fldSimple")
    counter.set(qn("w:instr"), "PAGE")
    made._p.append(counter)
    _set(made.add_run(" —"), "宋体", 14)
