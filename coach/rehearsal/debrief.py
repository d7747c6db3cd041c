"""After a rehearsal: what the user's own words did, a better line, and the passage behind it. Code verifies quotes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import Any

from coach.grounding import content_words
from coach.library.search import Library
from coach.rehearsal.moves import HOSTILE, Move
from coach.rehearsal.scenario import OPENERS, Scenario, Stance
from coach.rehearsal.techniques import tip
from coach.types import Citation

MOMENTS = 3


@dataclass(frozen=True)
class Turn:
    """One exchange: what the user said and did, and how the partner stood and answered."""

    you: str
    move: Move
    trust: float
    tension: float
    stance: Stance
    text: str
    redone: bool = False
    voiced: bool = False
    safety: str = ""


INSTEAD: dict[Move, tuple[Move, ...]] = {  # what to try in place of a move, the first that the scenario has a line for
    "demand": ("request",),
    "blame": ("observation", "impact"),
    "threat": ("interest", "observation"),
    "small_talk": ("observation", "open_question"),
    "concede": ("interest", "request"),
    "explain": ("open_question", "acknowledge"),
    "leave": ("open_question", "acknowledge"),
}
DID: dict[Move, str] = {
    "open_question": "You asked an open question",
    "acknowledge": "You said back what you saw or heard of the other side",
    "observation": "You named what could be seen or heard",
    "impact": "You said what it led to for you",
    "request": "You made a request",
    "interest": "You said what matters to you behind the wish",
    "demand": "You made a demand",
    "blame": "You put it down to the person",
    "threat": "You used a threat, which is power",
    "apology": "You owned a part of it",
    "small_talk": "You stayed with small talk",
    "concede": "You gave way",
    "explain": "You explained yourself",
    "leave": "You ended it",
}


@dataclass(frozen=True)
class Moment:
    """One line of the user's, word for word, and what could be tried in its place."""

    turn: int
    quote: str
    what: str
    better: str
    technique: str
    passage: str | None
    citation: Citation | None


@dataclass(frozen=True)
class Debrief:
    """What a rehearsal showed. The numbers are for the user alone."""

    outcome: str
    moments: tuple[Moment, ...]
    opened: tuple[str, ...]
    closed: tuple[str, ...]
    interests: tuple[dict[str, Any], ...]
    practise: dict[str, Any]
    arc: tuple[dict[str, Any], ...]
    card: dict[str, str]
    compared: str = ""
    note: str = "A rehearsal is not a prediction: the real person may react in quite another way."
    counts: dict[str, int] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """A plain dictionary, as it is stored and printed."""
        return asdict(self)


def make(
    scenario: Scenario,
    turns: Sequence[Turn],
    before: tuple[float, float],
    library: Library,
    earlier: Debrief | None = None,
) -> Debrief:
    """The debrief of a path of turns.

    Args:
        scenario: what was rehearsed.
        turns: the turns in order; those that safety stopped are left out.
        before: trust and tension before the first turn.
        library: where the passages are.
        earlier: the debrief of an earlier attempt at the same scenario.
    """
    played = [(n, t) for n, t in enumerate(turns, 1) if not t.safety and t.move != "leave"]
    swings = _swings([t for _, t in played], before)
    moments = tuple(
        _moment(n, turn, *swings[place], scenario, library, cited)
        for cited, place in enumerate(_chosen([t for _, t in played], swings), 1)
        for n, turn in (played[place],)
    )
    pairs = [(t, *s) for (_, t), s in zip(played, swings, strict=True)]
    opened = tuple(_named(t) for t, up, _ in pairs if up >= 0.05)
    closed = tuple(_named(t) for t, up, heat in pairs if up <= -0.04 or heat >= 0.08)
    said = " ".join(t.text for _, t in played if t.stance in ("disclose", "agree"))
    interests = tuple(
        {"text": i, "said": len(content_words(i) & content_words(said)) >= 0.4 * len(content_words(i))}
        for i in scenario.interests
    )
    arc = tuple(
        {"turn": n, "move": t.move, "trust": t.trust, "tension": t.tension, "stance": t.stance} for n, t in played
    )
    made = {t.move for _, t in played}
    practise = next(
        (m for m in scenario.opens if m not in made), "request" if "request" not in made else scenario.opens[0]
    )
    learn = tip(scenario, practise, library)
    counts = {
        "competitive": sum(t.move in HOSTILE for _, t in played),
        "cooperative": sum(t.move in (*OPENERS, "request") for _, t in played),
    }
    return Debrief(
        _outcome([t for _, t in played]),
        moments,
        opened,
        closed,
        interests,
        {
            "technique": learn.technique,
            "line": learn.line,
            "citation": asdict(learn.citation) if learn.citation else None,
        },
        arc,
        _card(scenario, [t for _, t in played]),
        _compared(arc, counts, earlier) if earlier else "",
        counts=counts,
    )


def _named(turn: Turn) -> str:
    return f"“{turn.you}” ({DID[turn.move].lower()})"


def _swings(turns: list[Turn], before: tuple[float, float]) -> list[tuple[float, float]]:
    states = [before, *((t.trust, t.tension) for t in turns)]
    return [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(states)]


def _chosen(turns: list[Turn], swings: list[tuple[float, float]]) -> list[int]:
    """The turns that cost most and gained most, then the ones that moved least (chances missed), in order."""
    value = [up - heat for up, heat in swings]
    order = sorted(range(len(turns)), key=lambda n: value[n])
    if len(order) <= MOMENTS:
        return sorted(order)
    still = [n for n in sorted(order, key=lambda n: abs(value[n])) if n not in (order[0], order[-1])]
    return sorted([order[0], order[-1], still[0]])


def _moment(
    number: int, turn: Turn, up: float, heat: float, scenario: Scenario, library: Library, cited: int
) -> Moment:
    helped = turn.move in (*OPENERS, "request") and up - heat > 0
    options = INSTEAD.get(turn.move) or _next_step(turn.move, scenario)
    move: Move = next((m for m in options if m in scenario.tries), "request")
    learn = tip(scenario, move, library, cited)
    lead = "This worked; next to it you could put: " if helped else "You could try: "
    what = f"{DID[turn.move]}: {_moved('trust', up)}, {_moved('tension', heat)}, and {_STOOD[turn.stance]}."
    return Moment(
        number,
        turn.you,
        what,
        f"{lead}“{learn.line}”",
        learn.technique,
        learn.citation.passage if learn.citation else None,
        learn.citation,
    )


def _next_step(move: Move, scenario: Scenario) -> tuple[Move, ...]:
    """After a constructive move, the next one that opens this partner."""
    rest = [m for m in scenario.opens if m != move]
    return (*rest[:1], "request") if move != "observation" else ("impact", *rest)


_STOOD: dict[Stance, str] = {
    "deflect": "they changed the subject",
    "minimise": "they played it down",
    "counter": "they pushed back",
    "test": "they tested whether you meant it",
    "soften": "they softened",
    "disclose": "they said what lay behind it",
    "agree": "they agreed, on a condition",
    "close": "the talk ended",
}


def _moved(name: str, by: float) -> str:
    if abs(by) < 0.02:
        return f"{name} stayed where it was"
    return f"{name} {'rose' if by > 0 else 'fell'} by {abs(by):.2f}"


def _outcome(turns: list[Turn]) -> str:
    stances = [t.stance for t in turns]
    for stance, words in (
        ("agree", "You reached an agreement, with a condition."),
        ("disclose", "They opened up; nothing is agreed yet."),
        ("soften", "They softened, and did not open up."),
    ):
        if stance in stances:
            return words
    return "They did not open up this time." if turns else "Nothing was said yet."


def _card(scenario: Scenario, turns: list[Turn]) -> dict[str, str]:
    """One card for the real talk: the user's own words where they worked, else the scenario's."""
    own = {t.move: t.you for t in turns}
    first = next((own[m] for m in ("observation", "impact", "acknowledge") if m in own), None)
    return {
        "opening": first or scenario.tries[scenario.opens[0]],
        "request": own.get("request", scenario.tries["request"]),
        "fallback": "If that is not possible now, when could we come back to it?",
    }


def _compared(arc: tuple[dict[str, Any], ...], counts: dict[str, int], earlier: Debrief) -> str:
    if not arc or not earlier.arc:
        return ""
    trust, tension = (arc[-1][k] - earlier.arc[-1][k] for k in ("trust", "tension"))
    old = earlier.counts
    return (
        f"Against the earlier attempt, trust at the end is {_differs(trust)} and tension {_differs(tension)}; "
        f"competitive moves {old.get('competitive', 0)} before and {counts['competitive']} now, "
        f"cooperative ones {old.get('cooperative', 0)} before and {counts['cooperative']} now."
    )


def _differs(by: float) -> str:
    return "the same" if abs(by) < 0.01 else f"{abs(by):.2f} {'higher' if by > 0 else 'lower'}"
