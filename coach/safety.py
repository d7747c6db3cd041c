"""The gate before any model: danger, self-harm and misconduct are decided by code, and people are named.

A message is read twice: by patterns, then by what was learned from examples (for what is said softly). Crisis and
danger end the turn with a fixed text. Misconduct is answered from the safety playbooks, never as friction.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import yaml

from coach.classify import Classifier
from coach.errors import LibraryError, WeightsMissing
from coach.models.embeddings import MiniLM

Kind = Literal["crisis", "danger", "misconduct"]
KINDS: tuple[Kind, ...] = ("crisis", "danger", "misconduct")
PATTERNS = Path(__file__).parent / "data" / "safety.yaml"
EXAMPLES = Path(__file__).parent / "data" / "gate_examples.yaml"
LIKELY, LIKELY_IN_PART = 0.75, 0.97  # probabilities that it is not harmless; by cross-validation on the examples
HARMLESS = 0.85  # probability at which a topic word stops nothing; no example of harm is lost (cross-validated)
MOST_SENTENCES, LONGEST_READ = 40, 900
NEGATED = re.compile(
    r"\b(not|never|isn't|wasn't|nothing|no|without) (\w+ ){0,2}"
    r"(harass\w*|sexual\w*|discriminat\w*|abus\w+|suicid\w*|bully\w*|threaten\w*|racis\w*|sexis\w*)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Concern:
    """What the gate saw, and the words or the example it saw it by."""

    kind: Kind
    cue: str


@dataclass(frozen=True)
class Helplines:
    """Reviewed ways to human help, from `helplines.yaml` in the library."""

    reviewed: str
    regions: tuple[dict[str, Any], ...]
    misconduct: tuple[dict[str, Any], ...]

    @classmethod
    def load(cls, folder: Path) -> Helplines:
        """Read the file.

        Raises:
            LibraryError: it is missing or wrong.
        """
        path = folder / "helplines.yaml"
        try:
            raw = yaml.safe_load(path.read_text(encoding="utf-8"))
            return cls(str(raw["reviewed"]), tuple(raw["regions"]), tuple(raw["misconduct"]))
        except (OSError, KeyError, TypeError, yaml.YAMLError) as error:
            raise LibraryError(f"The help lines in {path} cannot be read; restore the file.") from error


class Gate:
    """Reads every message before anything else does."""

    def __init__(self, embedder: MiniLM, cache: Path) -> None:
        raw = yaml.safe_load(PATTERNS.read_text(encoding="utf-8"))
        self._patterns = {kind: [re.compile(p, re.IGNORECASE) for p in raw[kind]] for kind in KINDS}
        self._topics = [re.compile(p, re.IGNORECASE) for p in raw["topics"]]
        self._harmless = [re.compile(p, re.IGNORECASE) for p in raw["harmless"]]
        written: dict[str, list[str]] = yaml.safe_load(EXAMPLES.read_text(encoding="utf-8"))
        examples = [(kind, text) for kind, texts in written.items() for text in texts]
        self.classifier = Classifier(embedder, examples, cache)

    def look(self, message: str) -> Concern | None:
        """What needs human help before anything else, or None."""
        plain = message.replace("\u2019", "'")
        for pattern in (NEGATED, *self._harmless):
            plain = pattern.sub(" ", plain)
        for kind in KINDS:
            for pattern in self._patterns[kind]:
                if found := pattern.search(plain):
                    return Concern(kind, found.group(0).strip())
        topic = next((found.group(0) for p in self._topics if (found := p.search(plain))), "")
        return self._meant(plain, topic)

    def _meant(self, message: str, topic: str) -> Concern | None:
        """What the message, or a stretch of two sentences in it, most likely means."""
        parts = [s for s in re.split(r"(?<=[.!?])\s+|\n+", message) if s.strip()][:MOST_SENTENCES]
        stretches = [f"{a} {b}" for a, b in pairwise(parts)] or parts
        texts = list(dict.fromkeys([message[:LONGEST_READ], *stretches]))
        try:
            rows = self.classifier.probabilities([text for text in texts if text.strip()] or [message])
        except WeightsMissing:
            return Concern("misconduct", topic) if topic else None  # until the embedder is here words stand alone
        for place, row in enumerate(rows):
            likely = 1.0 - row["harmless"]
            if likely >= (LIKELY if place == 0 else LIKELY_IN_PART):
                kind = max(KINDS, key=lambda k: row[k])
                return Concern(kind, f"like an example of {kind}, {likely:.2f}")
        return Concern("misconduct", topic) if topic and rows[0]["harmless"] < HARMLESS else None


def human_help(concern: Concern, lines: Helplines, region: str) -> str:
    """The fixed reply to crisis and danger: human help first, and nothing after it."""
    if concern.kind == "danger":
        opening = (
            "Your safety comes first, before anything about mentoring. If you or someone else is in danger now, "
            "call your local emergency number and get to a place where there are other people."
        )
    else:
        opening = (
            "I am sorry that it is this hard. This needs a person, not a program, and talking to one now can help. "
            "If you or the person you write about might act on it, call your local emergency number now, "
            "or go to someone you trust and tell them plainly."
        )
    listed = "\n".join(
        f"- **{r['region']}**: {r['name']}, {r['how']} ({r['link']})" for r in _for(lines.regions, region)
    )
    return f"{opening}\n\n{listed}\n\nI am an AI: I cannot call anyone for you. A person can stay with you in this."


def misconduct_help(lines: Helplines, region: str) -> str:
    """One line with the bodies that deal with misconduct; stands in every reply to it."""
    listed = "; ".join(f"{m['region']}: {m['body']} ({m['link']})" for m in _for(lines.misconduct, region))
    return f"People who can help you with this: {listed}."


def _for(rows: tuple[dict[str, Any], ...], region: str) -> list[dict[str, Any]]:
    """The rows of a region, or all of them; a region is named by its country code."""
    wanted = {"GB": "UK"}.get(region.upper(), region.upper()) or "-"
    chosen = [r for r in rows if re.search(rf"\b{re.escape(wanted)}\b", str(r["region"]).upper())]
    return chosen or list(rows)
