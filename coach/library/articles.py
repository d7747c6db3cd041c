"""Markdown articles and playbooks, read into passages; every mistake is named with file, line and what is wrong."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import frontmatter
import yaml

from coach.errors import LibraryError
from coach.types import Passage, Source

PLAYBOOK_PARTS = (
    "Fits when",
    "What may be going on",
    "First step",
    "Then",
    "Words you can use",
    "Avoid",
    "Get help when",
)
KINDS = ("article", "playbook")
AUDIENCES = ("mentee", "mentor")
COMPETENCIES = ("communication", "expectations", "understanding", "independence", "diversity", "development")
REQUIRED = ("title", "kind", "topic", "audience", "competency", "sources", "reviewed")
MARK = re.compile(r"\[\^([a-z0-9-]+)\]")


@dataclass(frozen=True)
class Document:
    """One file of the library."""

    path: str
    title: str
    kind: str
    topic: str
    audience: tuple[str, ...]
    competency: tuple[str, ...]
    reviewed: date
    sources: tuple[Source, ...]
    passages: tuple[Passage, ...] = field(repr=False)

    def part(self, heading: str) -> Passage | None:
        """The passage under a heading, or None."""
        return next((p for p in self.passages if p.heading == heading), None)


def load(folder: Path, prefix: str = "") -> list[Document]:
    """Read every Markdown file below `folder` (README.md apart), sorted by path; `prefix` goes before each path.

    Raises:
        LibraryError: the folder is missing, or a file is wrong; the first mistake is named.
    """
    documents, problems = read(folder, prefix)
    if problems:
        raise LibraryError(f"{problems[0]}; correct the file and run `coach library check`.")
    return documents


def read(folder: Path, prefix: str = "") -> tuple[list[Document], list[str]]:
    """All documents that are right, and every problem as `file:line: what is wrong`."""
    if not folder.is_dir():
        raise LibraryError(f"There is no library folder at {folder}; set COACH_KNOWLEDGE_DIR to one.")
    documents: list[Document] = []
    problems: list[str] = []
    for path in sorted(folder.rglob("*.md")):
        if path.name == "README.md":
            continue
        try:
            documents.append(_document(path, prefix + path.relative_to(folder).as_posix()))
        except _Wrong as error:
            problems.append(f"{path.relative_to(folder)}:{error.line}: {error.what}")
    return documents, problems


class _Wrong(Exception):
    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line, self.what = line, what


def _document(path: Path, name: str) -> Document:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _Wrong(1, f"cannot be read as UTF-8 ({error})") from error
    try:
        meta: dict[str, Any] = frontmatter.parse(text)[0]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise _Wrong(mark.line + 2 if mark else 1, "the front matter is not valid YAML") from error
    lines = text.splitlines()
    _check_meta(meta, lines)
    sources = {s["id"]: _source(s) for s in meta["sources"]}
    sections = list(_sections(lines))
    if meta["kind"] == "playbook":
        _check_parts(sections, len(lines))
    if not sections:
        raise _Wrong(len(lines), "there is no `## ` section")
    passages: list[Passage] = []
    used: set[str] = set()
    for heading, line, body in sections:
        marks = list(dict.fromkeys(MARK.findall(body)))
        if unknown := [m for m in marks if m not in sources]:
            raise _Wrong(line, f"[^{unknown[0]}] is not among the sources")
        if not body.strip():
            raise _Wrong(line, f"the section {heading!r} is empty")
        used.update(marks)
        plain = MARK.sub("", body).strip()
        digest = hashlib.sha256(plain.encode()).hexdigest()[:8]
        slug = re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")
        passages.append(
            Passage(
                id=f"{name.removesuffix('.md')}#{slug}-{digest}",
                title=meta["title"],
                heading=heading,
                text=plain,
                path=name,
                kind=meta["kind"],
                topic=meta["topic"],
                audience=tuple(meta["audience"]),
                sources=tuple(sources[m] for m in marks),
                asked=() if passages else tuple(meta.get("asked", ())),
            )
        )
    if unused := sorted(set(sources) - used):
        raise _Wrong(1, f"the source {unused[0]!r} is never used; mark its sentence with [^{unused[0]}]")
    return Document(
        name,
        meta["title"],
        meta["kind"],
        meta["topic"],
        tuple(meta["audience"]),
        tuple(meta["competency"]),
        meta["reviewed"],
        tuple(sources.values()),
        tuple(passages),
    )


def _check_meta(meta: dict[str, Any], lines: list[str]) -> None:
    def at(key: str) -> int:
        return next((n for n, line in enumerate(lines, 1) if line.startswith(f"{key}:")), 1)

    if not meta:
        raise _Wrong(1, "there is no front matter between --- lines")
    for key in REQUIRED:
        if not meta.get(key):
            raise _Wrong(at(key), f"the front matter has no {key!r}")
    if meta["kind"] not in KINDS:
        raise _Wrong(at("kind"), f"kind is {meta['kind']!r}; use one of {', '.join(KINDS)}")
    for key, allowed in (("audience", AUDIENCES), ("competency", COMPETENCIES)):
        if not isinstance(meta[key], list) or any(value not in allowed for value in meta[key]):
            raise _Wrong(at(key), f"{key} must be a list out of {', '.join(allowed)}")
    if not isinstance(meta["reviewed"], date):
        raise _Wrong(at("reviewed"), "reviewed must be a date such as 2026-01-31")
    if not isinstance(meta.get("asked", []), list) or not all(isinstance(line, str) for line in meta.get("asked", [])):
        raise _Wrong(at("asked"), "asked must be a list of messages; put each in quotes")
    if not isinstance(meta["sources"], list):
        raise _Wrong(at("sources"), "sources must be a list")
    for source in meta["sources"]:
        if not isinstance(source, dict) or not all(source.get(k) for k in ("id", "title", "author", "link")):
            raise _Wrong(at("sources"), "each source needs id, title, author and link")


def _source(raw: dict[str, Any]) -> Source:
    year = raw.get("year")
    return Source(raw["id"], str(raw["title"]), str(raw["author"]), str(raw["link"]), int(year) if year else None)


def _sections(lines: list[str]) -> Iterator[tuple[str, int, str]]:
    starts = [n for n, line in enumerate(lines) if line.startswith("## ")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield lines[start][3:].strip(), start + 1, "\n".join(lines[start + 1 : end])


def _check_parts(sections: list[tuple[str, int, str]], last: int) -> None:
    headings = [heading for heading, _, _ in sections]
    for place, part in enumerate(PLAYBOOK_PARTS):
        if place >= len(headings) or headings[place] != part:
            line = sections[place][1] if place < len(sections) else last
            raise _Wrong(line, f"a playbook needs the section {part!r} here")
    if len(headings) > len(PLAYBOOK_PARTS):
        raise _Wrong(sections[len(PLAYBOOK_PARTS)][1], f"a playbook has no section {headings[-1]!r}")
