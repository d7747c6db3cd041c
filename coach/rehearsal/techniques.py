"""Ways of speaking that open people, each with a line to try and the library's own words for it."""

from __future__ import annotations

from dataclasses import dataclass

from coach.grounding import content_words, quoted, spoken
from coach.library.search import Library
from coach.rehearsal.moves import Move
from coach.rehearsal.scenario import Scenario
from coach.types import Citation, Passage


@dataclass(frozen=True)
class Technique:
    """A way of speaking, with where the library tells of it and what to look for when that has moved."""

    name: str
    place: tuple[str, str]
    query: str


SBI = "conversations/situation-behaviour-impact.md"
CALM = "conversations/calming-things-down.md"
INTERESTS = "conversations/interests-rights-power.md"
REQUESTS = "conversations/desc-and-observation-based-requests.md"
TECHNIQUES: dict[Move, Technique] = {
    "open_question": Technique(
        "an open question",
        ("mentoring/questions-that-help-people-think.md", "Which questions help most?"),
        "open questions that help the other person think",
    ),
    "acknowledge": Technique(
        "saying back what you heard", (CALM, "What do you say first?"), "say back what you heard, restate the worry"
    ),
    "observation": Technique(
        "an observation",
        (SBI, "What counts as behaviour?"),
        "name behaviour that could be seen or heard, not character",
    ),
    "impact": Technique(
        "situation, behaviour, impact", (SBI, "How do you say it?"), "say what the behaviour led to, the impact"
    ),
    "interest": Technique(
        "interests before positions",
        (INTERESTS, "How do you work with interests?"),
        "an interest is the reason behind a wish",
    ),
    "request": Technique(
        "a request that can be refused",
        (REQUESTS, "What is the difference between a request and a demand?"),
        "the difference between a request and a demand",
    ),
    "apology": Technique(
        "owning your part",
        ("conversations/prepare-a-hard-conversation.md", "How do you check your own part?"),
        "check your own part, apologise for it",
    ),
}


@dataclass(frozen=True)
class Tip:
    """A technique with a line to try, and the library's own words for it (None when the library has nothing)."""

    technique: str
    line: str
    citation: Citation | None


def tip(scenario: Scenario, move: Move, library: Library, number: int = 1) -> Tip:
    """The technique of a constructive move, the scenario's line for it, and a verified quotation."""
    technique = TECHNIQUES[move]
    line = scenario.tries.get(move) or scenario.tries["request"]
    found = _passage(technique, scenario, library)
    if found is None:
        return Tip(technique.name, line, None)
    quote = _quote(technique.query, found)
    citation = Citation(number, found.id, found.title, found.heading, quote, found.path) if quote else None
    return Tip(technique.name, line, citation)


def _passage(technique: Technique, scenario: Scenario, library: Library) -> Passage | None:
    path, heading = technique.place
    if (document := library.documents.get(path)) and (part := document.part(heading)):
        return part
    hits = [h.passage for h in library.rank(technique.query, 12)]
    return next((p for p in hits if scenario.side in p.audience and p.topic != "safety"), None)


def _quote(query: str, passage: Passage) -> str:
    """The passage's sentence that is nearest to the technique, or nothing when none stands there word for word."""
    wanted = content_words(query)
    whole = [s for s in spoken(passage) if len(s.split()) >= 5 and quoted(s, passage)]
    return max(whole, key=lambda s: len(content_words(s) & wanted), default="")
