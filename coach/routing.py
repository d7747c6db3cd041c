"""Which skill a message asks for: the vote of its nearest labelled examples, in milliseconds and without a model."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml

from coach.errors import WeightsMissing
from coach.models.embeddings import MiniLM

NEIGHBOURS = 3
THRESHOLD = 0.35
EXAMPLES = Path(__file__).parent / "data" / "routes.yaml"
WRITE = re.compile(
    r"\b(draft|write|compose|word|reword|phrase)\b.{0,60}"
    r"\b(message|email|e-mail|mail|note|dm|letter|linkedin|follow[- ]?up|thank[- ]you|intro\w*|him|her|them|to)\b"
    r"|\b(email|message|write to|reach out to|contact)\b.{0,40}"
    r"\b(professor|prof|dr|alum\w*|someone|her|him|them|[A-Z]\w+)\b.{0,60}\b(mentor|advice|minutes|chat|call)\b",
    re.IGNORECASE | re.DOTALL,
)
SHORT = 14  # words; a message this short may lean on the one before it
LEANS = re.compile(
    r"^(and|but|so|ok(ay)?|what if|what about|how about|why|then|who)\b"
    r"|^(what|how) (could|should|can|do|would) i (say|do|write|word|phrase|put|start|begin|ask)\b"
    r"|\b(it|that|this|he|she|they|him|her|them)\b",
    re.IGNORECASE,
)


def continues(message: str) -> bool:
    """Whether a message leans on the one before it."""
    return len(message.split()) <= SHORT and bool(LEANS.search(message))



class Router:
    """Routes messages; the examples are embedded once, at the first message."""

    def __init__(self, embedder: MiniLM, known: set[str]) -> None:
        raw: dict[str, list[str]] = yaml.safe_load(EXAMPLES.read_text(encoding="utf-8"))
        rows = [(skill, text) for skill, texts in raw.items() for text in texts]
        self._skills = [skill if skill in known | {"out_of_scope"} else "ask" for skill, _ in rows]
        self._texts = [text for _, text in rows]
        self._embedder = embedder
        self._vectors: Any = None

    def route(self, message: str, current: str | None = None, before: str | None = None) -> str:
        """The skill's name.

        Args:
            message: what the user wrote.
            current: the skill that was chosen, or whose questions are being answered; it is kept.
            before: the skill of the last reply; a message that leans on that reply stays with it.
        """
        if current:
            return current
        if "outreach" in self._skills and WRITE.search(message):
            return "outreach"
        if before in self._skills and continues(message):
            return str(before)
        try:
            if self._vectors is None:
                self._vectors = self._embedder.matrix(self._texts)
            cosines = self._vectors @ self._embedder.matrix([message[:600]])[0]
        except WeightsMissing:
            return "ask"
        best = cosines.argsort()[::-1][:NEIGHBOURS]
        votes: dict[str, float] = {}
        for i in best:
            if cosines[i] >= THRESHOLD:
                votes[self._skills[i]] = votes.get(self._skills[i], 0.0) + float(cosines[i])
        return max(votes, key=lambda skill: votes[skill]) if votes else "ask"
