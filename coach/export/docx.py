"""A finished thing as a Word file: headings, lists and quotes as Word knows them, blanks marked, sources at the end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO

from docx import Document
from docx.document import Document as Docx
from docx.enum.text import WD_COLOR_INDEX
from docx.shared import Cm
from docx.text.paragraph import Paragraph
from markdown_it import MarkdownIt
from markdown_it.token import Token

from coach.export.markdown import SOURCES, reference
from coach.types import Citation

CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|[\ud800-\udfff]")  # not allowed in XML
BLANK = re.compile(r"(\[(?!\d+\])[^\[\]\n]{2,80}\])")  # [day], not the citation [1]
DEEPEST = 3  # levels of lists that Word has styles for
INDENT = Cm(0.8)


def document(title: str, markdown: str, citations: Sequence[Citation] = ()) -> bytes:
    """The file's bytes; numbers in the text are those of the list at the end."""
    made = Document()
    about = made.core_properties
    about.title, about.author, about.comments = _clean(title)[:255], "", ""
    about.created = about.modified = datetime.now(UTC)
    made.add_heading(_clean(" ".join(title.split())), 0)
    _Writer(made).write(_clean(markdown))
    if citations:
        made.add_heading(SOURCES, 1)
        for citation in citations:
            # The number is text: Word's own numbering would go on counting from a list above.
            row = made.add_paragraph(f"{citation.id}.\t{_clean(reference(citation))}")
            row.paragraph_format.left_indent, row.paragraph_format.first_line_indent = INDENT, -INDENT
            row.paragraph_format.tab_stops.add_tab_stop(INDENT)
    out = BytesIO()
    made.save(out)
    return out.getvalue()


class _Writer:
    """Writes Markdown blocks one after another; it knows in which lists and quotes it is."""

    def __init__(self, made: Docx) -> None:
        self._made = made
        self._lists: list[list[int | None]] = []  # for each open list its next number, None for bullets
        self._fresh = False  # whether the next paragraph is the first of a list item
        self._quotes = 0
        self._heading = 0

    def write(self, markdown: str) -> None:
        parser = MarkdownIt("commonmark", {"html": False})
        for token in parser.parse(markdown):
            if token.type in ("bullet_list_open", "ordered_list_open"):
                self._lists.append([int(token.attrGet("start") or 1) if token.type.startswith("ordered") else None])
            elif token.type in ("bullet_list_close", "ordered_list_close"):
                self._lists.pop()
            elif token.type == "list_item_open":
                self._fresh = True
            elif token.type in ("blockquote_open", "blockquote_close"):
                self._quotes += 1 if token.nesting > 0 else -1
            elif token.type == "heading_open":
                self._heading = int(token.tag[1:])
            elif token.type == "inline":
                self._inline(self._paragraph(), token.children or [])
            elif token.type in ("fence", "code_block"):
                self._paragraph().add_run(token.content.rstrip("\n"))
            if token.type == "heading_close":
                self._heading = 0

    def _paragraph(self) -> Paragraph:
        if self._heading:
            heading: Paragraph = self._made.add_heading("", min(self._heading, 9))
            return heading
        if self._lists:
            return self._item()
        return self._made.add_paragraph(style="Quote" if self._quotes else None)

    def _item(self) -> Paragraph:
        """A list paragraph. Numbers are written out, so that each list starts where it says."""
        depth = min(len(self._lists), DEEPEST)
        number = self._lists[-1][0]
        first, self._fresh = self._fresh, False
        if not first or number is not None:
            row = self._made.add_paragraph(style="List Continue" if depth == 1 else f"List Continue {depth}")
            if first and number is not None:
                row.add_run(f"{number}.\t")
                row.paragraph_format.left_indent = INDENT * depth
                row.paragraph_format.first_line_indent = -INDENT
                row.paragraph_format.tab_stops.add_tab_stop(INDENT * depth)
                self._lists[-1][0] = number + 1
            return row
        return self._made.add_paragraph(style="List Bullet" if depth == 1 else f"List Bullet {depth}")

    def _inline(self, paragraph: Paragraph, tokens: Sequence[Token]) -> None:
        bold = italic = 0
        links: list[str] = []
        for token in tokens:
            if token.type in ("strong_open", "strong_close"):
                bold += token.nesting
            elif token.type in ("em_open", "em_close"):
                italic += token.nesting
            elif token.type == "link_open":
                links.append(str(token.attrGet("href") or ""))
            elif token.type == "link_close":
                address = links.pop()
                paragraph.add_run(f" ({address})" if not paragraph.text.endswith(address) else "")
            elif token.type in ("softbreak", "hardbreak"):
                paragraph.add_run(" ") if token.type == "softbreak" else paragraph.add_run().add_break()
            else:
                for piece in BLANK.split(token.content):
                    if piece:
                        run = paragraph.add_run(piece)
                        run.bold, run.italic = bool(bold) or None, bool(italic) or None
                        if BLANK.fullmatch(piece):
                            run.font.highlight_color = WD_COLOR_INDEX.YELLOW


def _clean(text: str) -> str:
    return CONTROL.sub("", text)
