"""What the user gave: values copied from their own words, and the few questions about the rest."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from coach.skills.base import Turn

QUESTIONS_A_TURN, ASKING_TURNS = 2, 2
JUST_DO_IT = re.compile(
    r"\b(just|simply) (write|draft|do|send|make|give|plan|go)\b|\b(don'?t|do not|stop) ask|\bno (more )?questions\b"
    r"|\bgo ahead\b|\b(anything|whatever) (is fine|works|you (like|think))\b|\bi don'?t know\b",
    re.I,
)
REQUEST = re.compile(
    r"\b(write|draft|compose|help me|introduce me|note to|message to|e-?mail to|thank you note|can you|please)\b", re.I
)
Patterns = Mapping[str, Sequence[str]]


def copied(said: str, patterns: Patterns) -> dict[str, str]:
    """For each slot the latest text that one of its patterns finds; the first pattern that finds any wins."""
    slots: dict[str, str] = {}
    said = re.sub(r"\b(Dr|Prof|Mr|Mrs|Ms|Mx)\.", r"\1", said)
    for name, options in patterns.items():
        for pattern in options:
            if found := list(re.finditer(pattern, said)):
                slots[name] = " ".join(found[-1].group(1).split()).strip(" ,;:")
                break
    return slots


def answered(turn: Turn, questions: Mapping[str, str], found: Mapping[str, str]) -> dict[str, str]:
    """Answers to the questions that were just asked: a sentence or line each, in the order they were asked.

    Slots that are `found` already are left out, and so are the sentences they were found in.
    """
    if not turn.asked or not turn.last or JUST_DO_IT.search(turn.message):
        return {}
    open_ = turn.last.get("questions") or []
    asked = [name for name, question in questions.items() if question in open_ and name not in found]
    parts = [p.strip(" .") for p in re.split(r"\n+|(?<=[.!?])\s+|;\s*", turn.message) if p.strip(" .")]
    parts = [p for p in parts if not any(value in p for value in found.values())]
    if len(asked) == 1:
        return {asked[0]: " ".join(parts)} if parts else {}
    return dict(zip(asked, parts, strict=False))


def to_ask(turn: Turn, missing: Sequence[str], questions: Mapping[str, str]) -> tuple[str, ...]:
    """The questions of this turn: two at most, in two turns at most, and none when the user wants the thing now."""
    if turn.asked >= ASKING_TURNS or JUST_DO_IT.search(turn.message):
        return ()
    return tuple(questions[name] for name in missing[:QUESTIONS_A_TURN])


def origin(slots: Mapping[str, str], turn: Turn) -> dict[str, dict[str, str]]:
    """Each value with where it stands: in this message or in one before it."""
    return {
        name: {"value": value, "from": "this message" if value in turn.message else "earlier in this conversation"}
        for name, value in slots.items()
    }
