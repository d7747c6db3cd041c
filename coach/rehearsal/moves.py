"""What a line does in a conversation: patterns decide first, then the nearest labelled examples."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

import yaml

from coach.errors import WeightsMissing
from coach.grounding import sentences
from coach.models.embeddings import MiniLM

Move = Literal[
    "open_question",
    "acknowledge",
    "observation",
    "impact",
    "request",
    "interest",
    "demand",
    "blame",
    "threat",
    "apology",
    "small_talk",
    "concede",
    "explain",
    "leave",
]
MOVES: tuple[Move, ...] = get_args(Move)
HOSTILE: tuple[Move, ...] = ("threat", "blame", "demand")
EXAMPLES = Path(__file__).parent.parent / "data" / "moves.yaml"
NEIGHBOURS = 5
LONGEST = 600  # characters of a line that are embedded


class Moves:
    """Reads lines; the examples are embedded once, at the first line that no pattern decides."""

    def __init__(self, embedder: MiniLM) -> None:
        raw = _read()
        pairs: list[tuple[Move, str]] = [*raw["first"], *raw["then"]]
        self._patterns = [(move, re.compile(pattern, re.IGNORECASE)) for move, pattern in pairs]
        self._rows: list[tuple[Move, str]] = [(move, text) for move in MOVES for text in raw["examples"][move]]
        self._embedder = embedder
        self._vectors: Any = None

    def read(self, line: str) -> Move:
        """The dominant move of a line."""
        plain = " ".join(line.replace("\u2019", "'").split())
        return next((move for move, pattern in self._patterns if pattern.search(plain)), None) or self._nearest(plain)

    def all(self, line: str) -> tuple[Move, ...]:
        """The moves of a line's sentences in order; a hostile or leaving line counts as that alone."""
        whole = self.read(line)
        parts = sentences(line)
        if len(parts) < 2 or whole in (*HOSTILE, "leave"):
            return (whole,)
        each = [self.read(part) for part in parts]
        for hostile in HOSTILE:
            if hostile in each:
                return (hostile,)
        return tuple(dict.fromkeys([m for m in each if m != "leave"])) or (whole,)

    def _nearest(self, line: str) -> Move:
        try:
            if self._vectors is None:
                self._vectors = self._embedder.matrix([text for _, text in self._rows])
            cosines = self._vectors @ self._embedder.matrix([line[:LONGEST]])[0]
        except WeightsMissing:
            return "open_question" if line.rstrip().endswith("?") else "explain"
        votes: dict[Move, float] = {}
        asks = "?" in line
        # Without a question mark a line is hardly ever a question, however near it is to one.
        for i in [i for i in cosines.argsort()[::-1] if asks or self._rows[int(i)][0] != "open_question"][:NEIGHBOURS]:
            move = self._rows[int(i)][0]
            votes[move] = votes.get(move, 0.0) + float(cosines[i]) ** 2
        return max(votes, key=lambda move: votes[move])


@lru_cache(maxsize=1)
def _read() -> dict[str, Any]:
    raw: dict[str, Any] = yaml.safe_load(EXAMPLES.read_text(encoding="utf-8"))
    return raw
