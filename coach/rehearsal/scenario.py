"""Scenarios: Markdown files with who is there, what each knows, what opens the partner, and written lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

import frontmatter
import yaml

from coach.errors import InputError, LibraryError
from coach.grounding import content_words
from coach.rehearsal.moves import Move
from coach.settings import ROOT

Stance = Literal["deflect", "minimise", "counter", "test", "soften", "disclose", "agree", "close"]
Difficulty = Literal["easy", "medium", "hard"]
Side = Literal["mentee", "mentor"]
STANCES: tuple[Stance, ...] = get_args(Stance)
DIFFICULTIES: tuple[Difficulty, ...] = get_args(Difficulty)
SIDES: tuple[Side, ...] = get_args(Side)
OPENERS: tuple[Move, ...] = ("open_question", "acknowledge", "observation", "impact", "interest", "apology")
RESISTING: tuple[Stance, ...] = ("deflect", "minimise", "counter", "test")
SECTIONS = ("Situation", "Facts", "Hidden interests", "Opens when", "Try", "Lines")
FOLDER = ROOT / "scenarios"
LONGEST_LINE = 30  # words
FEWEST_LINES = 3
FEWEST_OPENERS = 3  # the hard partner asks for three
LEAK = 0.5  # share of an interest's own words that gives it away


@dataclass(frozen=True)
class Scenario:
    """One conversation to rehearse. `side` is who the user plays."""

    id: str
    title: str
    side: Side
    difficulty: Difficulty
    partner: str  # "your mentor": a role, never a name
    topic: str
    playbook: str
    situation: str
    facts: tuple[str, ...]
    interests: tuple[str, ...]
    opens: tuple[Move, ...]
    tries: dict[Move, str] = field(repr=False)
    lines: dict[Stance, tuple[str, ...]] = field(repr=False)
    content_note: str = ""

    @property
    def public(self) -> str:
        """What the user is told, in one text."""
        return "\n".join([self.title, self.situation, *self.facts])

    def leaks(self, text: str, said: str = "") -> bool:
        """Whether a text gives a hidden interest away, counting only words that the user has not met yet."""
        known = content_words(self.public) | content_words(said)
        words = content_words(text)
        for interest in self.interests:
            own = content_words(interest) - known
            if len(own & words) >= max(2, LEAK * len(own)):
                return True
        return False


def load(folder: Path = FOLDER) -> dict[str, Scenario]:
    """Every scenario of a folder by its id (the file's name), in order.

    Raises:
        LibraryError: the folder is missing or a file is wrong; file and line are named.
    """
    if not folder.is_dir():
        raise LibraryError(f"There is no scenario folder at {folder}; restore it.")
    return {path.stem: read(path) for path in sorted(folder.glob("*.md")) if path.name != "README.md"}


def find(scenarios: dict[str, Scenario], name: str) -> Scenario:
    """The scenario of a name.

    Raises:
        InputError: there is none; the names are listed.
    """
    if name not in scenarios:
        raise InputError(f"There is no scenario {name!r}; use one of {', '.join(scenarios)}.")
    return scenarios[name]


def read(path: Path) -> Scenario:
    """Read one file.

    Raises:
        LibraryError: it is wrong; file and line are named.
    """
    try:
        return parse(path.read_text(encoding="utf-8"), path.stem)
    except (OSError, UnicodeDecodeError) as error:
        raise LibraryError(f"{path.name}:1: cannot be read as UTF-8; restore the file.") from error


def parse(text: str, name: str) -> Scenario:
    """A scenario from its Markdown.

    Raises:
        LibraryError: it is wrong; file and line are named.
    """
    rows = text.splitlines()
    try:
        meta: dict[str, Any] = frontmatter.parse(text)[0]
    except yaml.YAMLError as error:
        raise _wrong(name, 1, "the front matter is not valid YAML") from error
    for key in ("title", "side", "difficulty", "partner", "topic", "playbook"):
        if not isinstance(meta.get(key), str):
            raise _wrong(name, 1, f"the front matter has no {key!r}")
    for key, allowed in (("side", SIDES), ("difficulty", DIFFICULTIES)):
        if meta[key] not in allowed:
            line = next((n for n, row in enumerate(rows, 1) if row.startswith(f"{key}:")), 1)
            raise _wrong(name, line, f"{key} is {meta[key]!r}; use one of {', '.join(allowed)}")
    parts = {heading: (line, body) for heading, line, body in _sections(rows, "## ")}
    for place, heading in enumerate(SECTIONS):
        if place >= len(parts) or list(parts)[place] != heading:
            line = list(parts.values())[place][0] if place < len(parts) else len(rows)
            raise _wrong(name, line, f"a scenario needs the section {heading!r} here")
    opens = tuple(item for _, item in _items(name, parts["Opens when"]))
    for line, move in _items(name, parts["Opens when"]):
        if move not in OPENERS:
            raise _wrong(name, line, f"{move!r} cannot open a partner; use {', '.join(OPENERS)}")
    if len(set(opens)) < FEWEST_OPENERS:
        raise _wrong(name, parts["Opens when"][0], f"at least {FEWEST_OPENERS} different moves must open the partner")
    scenario = Scenario(
        name,
        meta["title"],
        meta["side"],
        meta["difficulty"],
        meta["partner"],
        meta["topic"],
        meta["playbook"],
        " ".join(" ".join(parts["Situation"][1]).split()),
        tuple(item for _, item in _items(name, parts["Facts"])),
        tuple(item for _, item in _items(name, parts["Hidden interests"])),
        opens,  # type: ignore[arg-type]  # each was checked against OPENERS
        _tries(name, parts["Try"], opens),
        _lines(name, parts["Lines"]),
        str(meta.get("content_note") or ""),
    )
    for stance, lines in scenario.lines.items():
        for text_line in lines:
            if stance not in ("disclose", "agree") and scenario.leaks(text_line):
                line = next((n for n, row in enumerate(rows, 1) if text_line in row), 1)
                raise _wrong(name, line, f"a {stance} line gives a hidden interest away")
    return scenario


def _tries(name: str, part: tuple[int, list[str]], opens: tuple[str, ...]) -> dict[Move, str]:
    tries: dict[Any, str] = {}
    for line, item in _items(name, part):
        move, _, words = item.partition(": ")
        if move not in (*OPENERS, "request") or not words:
            raise _wrong(name, line, "write `move: a line to try`, with an opening move or request")
        tries[move] = words
    for move in (*opens, "request"):
        if move not in tries:
            raise _wrong(name, part[0], f"there is no line to try for {move!r}")
    return tries


def _lines(name: str, part: tuple[int, list[str]]) -> dict[Stance, tuple[str, ...]]:
    lines: dict[Any, tuple[str, ...]] = {}
    for stance, start, body in _sections(part[1], "### "):
        at = part[0] + start
        items = _items(name, (at, body))
        if stance not in STANCES:
            raise _wrong(name, at, f"{stance!r} is no stance; use {', '.join(STANCES)}")
        if len(items) < FEWEST_LINES:
            raise _wrong(name, at, f"the stance {stance!r} needs at least {FEWEST_LINES} lines")
        for line, item in items:
            if len(item.split()) > LONGEST_LINE:
                raise _wrong(name, line, f"a line may have {LONGEST_LINE} words at most")
        lines[stance] = tuple(item for _, item in items)
    for stance in STANCES:
        if stance not in lines:
            raise _wrong(name, part[0], f"the stance {stance!r} has no lines")
    return lines


def _sections(rows: list[str], mark: str) -> Iterator[tuple[str, int, list[str]]]:
    """Heading, its line (from 1), and the rows below it."""
    starts = [n for n, row in enumerate(rows) if row.startswith(mark)]
    for start, end in zip(starts, [*starts[1:], len(rows)], strict=True):
        yield rows[start][len(mark) :].strip(), start + 1, rows[start + 1 : end]


def _items(name: str, part: tuple[int, list[str]]) -> list[tuple[int, str]]:
    """List items with their lines."""
    items = [(part[0] + n, row[2:].strip()) for n, row in enumerate(part[1], 1) if re.match(r"- \S", row)]
    if not items:
        raise _wrong(name, part[0], "a list with `- ` is needed here")
    return items


def _wrong(name: str, line: int, what: str) -> LibraryError:
    return LibraryError(f"{name}.md:{line}: {what}; correct the file.")
