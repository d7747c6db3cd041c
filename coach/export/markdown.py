"""A finished thing as a Markdown file, with its sources as a numbered list."""

from __future__ import annotations

from collections.abc import Sequence

from coach.types import Citation

SOURCES = "Sources"


def document(title: str, markdown: str, citations: Sequence[Citation] = ()) -> str:
    """The whole file: a title, the text, and what each number in it stands for."""
    blocks = [f"# {' '.join(title.split())}", markdown.strip()]
    if citations:
        blocks += [f"## {SOURCES}", "\n".join(f"{c.id}. {reference(c)}" for c in citations)]
    return "\n\n".join(block for block in blocks if block) + "\n"


def reference(citation: Citation) -> str:
    """Where a quote stands, in one line: title, section, the words themselves."""
    heading = citation.heading if citation.heading[-1:] in "?!." else f"{citation.heading}:"
    return f"{citation.title}. {heading} \u201c{' '.join(citation.quote.split())}\u201d"
