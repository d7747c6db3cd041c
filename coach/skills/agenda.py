"""Plan a meeting: points with minutes that add up, one outcome each, open commitments first, a review question last."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from coach.grounding import Line, sentences
from coach.skills import playbooks, slots, wording
from coach.skills.base import Draft, Turn
from coach.types import Artifact, Finding, Passage, Sources

QUESTIONS = {"topics": "What would you like to have decided or understood when the meeting ends?"}
USUAL_MINUTES, SHORTEST, LONGEST = 30, 10, 240
BUFFER = 0.1  # share of the meeting kept free
REVIEW_MINUTES = 3
MOST_POINTS = 5
HOUR = re.compile(r"(?<!half )\b(?:an|one|a full|1) ?-?hour|\b1 ?h\b", re.I)
HALF_HOUR = re.compile(r"\bhalf an hour|\bhalf-hour", re.I)
MINUTES = re.compile(r"\b(\d{1,3}) ?-?(?:min(?:ute)?s?|')(?!\w)", re.I)
HOURS = re.compile(r"\b(\d(?:[.,]5)?) ?-?h(?:ou)?rs?\b", re.I)
KINDS = (
    ("closing", r"\b(last|final|closing|farewell|wrap[- ]?up) (meeting|session|call|talk)|\bclos(e|ing) (our|the)\b"),
    ("first", r"\b(first|kick[- ]?off|initial|opening) (\w+ ){0,2}(meeting|session|call|talk|conversation|time)"),
    ("feedback", r"\bfeedback (talk|meeting|session|conversation)|\bgive (her|him|them|my \w+) feedback"),
    ("review", r"\b(goals?|progress|quarterly|three[- ]month|annual) (\w+ )?(review|check)|\breview (our|my|the) "),
)
TITLES = {
    "first": "First meeting",
    "regular": "Meeting",
    "review": "Goal review",
    "feedback": "Feedback talk",
    "closing": "Closing meeting",
}
GUIDES = {
    "first": "meetings/the-first-meeting.md",
    "regular": "meetings/agendas-that-work.md",
    "review": "meetings/goals-and-plans.md",
    "feedback": "mentoring/giving-feedback-that-helps.md",
    "closing": "repair/ending-well.md",
}
POINTS = {  # title, outcome, weight: used where the user named nothing
    "first": (
        ("How each of us got here", "We know what the other cares about", 3),
        ("What the mentee hopes for", "Two or three hopes in one sentence each", 4),
        ("How we work together: rhythm, contact, what stays private", "We agree on each of the three", 3),
    ),
    "regular": (
        ("What happened since last time", "Both know where things stand", 2),
        ("The point that is stuck: [your point]", "One next step", 5),
        ("A choice that is coming: [your choice]", "Decided, or what is needed to decide", 3),
    ),
    "review": (
        ("What was planned, and what happened", "Each goal is reached, on its way, or dropped", 4),
        ("What helped, and what got in the way", "One thing to keep, one to change", 3),
        ("Goals for the next months", "One to three goals with a date", 4),
    ),
    "feedback": (
        ("What was seen: [situation and behaviour]", "Both describe the same event", 3),
        ("How the other person saw it", "Their view is said back in one sentence", 4),
        ("What to do differently, and what help is there", "One request and one offer", 3),
    ),
    "closing": (
        ("What we set out to do, and what came of it", "Both have named what changed", 4),
        ("What we learned from working together", "One thing each", 3),
        ("How we stay in touch", "Agreed, including not at all", 2),
    ),
}
TOPICS = re.compile(
    r"\b(?:talk about|discuss|cover|about|decide (?:on|whether|if)?|topics?:|questions?:|go through|bring up|add) "
    r"((?!my mentor\b|the agenda\b|an agenda\b)[^.;!?\n]{3,160})",
    re.I,
)
NO_TOPIC = re.compile(r"\b(minutes?|meeting|session|agenda|call|hour)\b|^(it|that|this)\b", re.I)
BETWEEN = re.compile(r",\s*(?:and )?|\s+and (?!\w+ (?:is|are)\b)|;\s*")
PROMISED = re.compile(
    r"\b((?:I|she|he|they|we|my mentee|my mentor) (?:promised|agreed|(?:was|were) (?:going|supposed)|had)"
    r" to [^.;!?\n]{4,100})",
    re.I,
)
WHEN = re.compile(
    r"\b((?:on |next |this )?(?:mon|tues|wednes|thurs|fri|satur|sun)day(?: at \d{1,2}(?:[:.]\d{2})? ?(?:am|pm)?)?"
    r"|tomorrow(?: at \d{1,2}(?:[:.]\d{2})? ?(?:am|pm)?)?|on \d{1,2} [A-Z][a-z]+)(?!\w)",
    re.I,
)
DROP = re.compile(r"\b(?:drop|remove|delete|skip|leave out) (?:the )?(first|second|third|fourth|last)\b", re.I)
PLACES = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1}
REVIEW = "What helped today, and what should be different next time?"


@dataclass(frozen=True)
class Point:
    """One point of an agenda."""

    title: str
    outcome: str
    minutes: int


class Agenda:
    """Plans meetings."""

    name = "agenda"
    label = "Plan a meeting"
    icon = ":material/event_note:"
    starter = "Plan a 30-minute meeting with my mentor about whether to change teams."

    def gather(self, turn: Turn) -> dict[str, str]:
        """What the user said about the meeting, in the whole conversation; the latest length and day win."""
        said = turn.said
        found = {
            "kind": next((k for k, cue in KINDS if re.search(cue, said, re.I)), "regular"),
            "minutes": str(_minutes(said)),
            "topics": "\n".join(_topics(said)),
            "commitments": "\n".join(dict.fromkeys(m.strip() for m in PROMISED.findall(said))),
            "when": (WHEN.findall(said) or [""])[-1].strip(),
        }
        answer = slots.answered(turn, QUESTIONS, {k: v for k, v in found.items() if k == "topics" and v})
        return {name: value for name, value in {**found, **answer}.items() if value}

    def compose(self, turn: Turn) -> Draft:
        """The agenda; one question first only when nothing at all is known about the meeting."""
        nothing = turn.slots["kind"] == "regular" and "topics" not in turn.slots
        editing = bool(turn.last and turn.last.get("artifact"))
        if nothing and not editing and (asked := slots.to_ask(turn, ["topics"], QUESTIONS)):
            return Draft((Line("I can plan it with one answer, or say \u201cjust plan it\u201d.", part="note"),), asked)
        guide = turn.library.documents.get(GUIDES[turn.slots["kind"]])
        passage = guide.passages[0] if guide else None
        artifact = self._artifact(turn, passage)
        lines = [Line("Here is a plan. Change what does not fit.", part="note")]
        if passage:
            lines += [Line(s, passage, s) for s in sentences(passage.text)[:2]]
            turn.emit(Sources((passage,)))
        return Draft(tuple(lines), artifact=artifact)

    def polish(self, draft: Draft, turn: Turn) -> Draft:
        """Minutes and outcomes are a matter of code."""
        return draft

    def check(self, draft: Draft, turn: Turn) -> tuple[Finding, ...]:
        """The artifact's own checks are shown with it."""
        return ()

    def _artifact(self, turn: Turn, passage: Passage | None) -> Artifact:
        given = turn.slots
        kind, minutes = given["kind"], int(given["minutes"])
        promised = given["commitments"].split("\n") if "commitments" in given else []
        topics = [t for t in given.get("topics", "").split("\n") if t]
        buffer, points = plan(kind, minutes, topics, promised, DROP.findall(turn.said))
        side = playbooks.side(turn.said) or "mentee"
        when = given.get("when", "[day and time]")
        fields = {
            "kind": kind,
            "side": side,
            "minutes": str(minutes),
            "when": when,
            "points": json.dumps([p.__dict__ for p in points], ensure_ascii=False),
            "buffer": str(buffer),
            "review": REVIEW,
            "prebrief": _brief(points, when, minutes, side),
        }
        total = sum(p.minutes for p in points) + buffer + REVIEW_MINUTES
        source = passage.id if passage else None
        checks = (
            Finding("minutes add up", total == minutes, f"{total} of {minutes} minutes, {buffer} are free.", source),
            Finding("few points", len(points) <= MOST_POINTS, f"{len(points)} points, each with an outcome.", source),
            Finding("open commitments", True, f"{len(promised)} carried in." if promised else "You named none."),
            Finding("review question last", True, "It ends with a question about the meeting itself.", source),
        )
        markdown = _markdown(TITLES[kind], points, buffer, fields)
        blanks = tuple(dict.fromkeys(re.findall(r"\[[^\]]+\]", markdown)))
        kept = {n: v for n, v in given.items() if n in ("topics", "commitments", "when")}
        return Artifact("agenda", fields, markdown, checks, blanks, slots.origin(kept, turn))


def plan(
    kind: str, minutes: int, topics: list[str], promised: list[str], dropped: list[str]
) -> tuple[int, list[Point]]:
    """Free minutes and the points; with the review question they add up to `minutes`."""
    rows: list[tuple[str, str, int]] = []
    if promised:
        rows.append(("Open from last time: " + "; ".join(promised), "Done, moved, or dropped", 2))
    named = [(wording.capital(t), "One decision or one next step", 4) for t in topics]
    if named and kind == "first":
        rows.append(POINTS["first"][0])
    rows += named if named else list(POINTS[kind])
    for word in dropped:
        if len(rows) > 1 and -len(rows) <= PLACES[word.lower()] < len(rows):
            rows.pop(PLACES[word.lower()])
    rows = rows[: 2 if minutes <= 15 else MOST_POINTS]
    buffer = max(1, round(minutes * BUFFER))
    room = minutes - buffer - REVIEW_MINUTES
    whole = sum(weight for *_, weight in rows)
    shares = [room * weight // whole for *_, weight in rows]
    for n in range(room - sum(shares)):  # what rounding left over goes to the first points
        shares[n % len(shares)] += 1
    return buffer, [Point(title, outcome, share) for (title, outcome, _), share in zip(rows, shares, strict=True)]


def _minutes(said: str) -> int:
    found = [(m.start(), int(m[1])) for m in MINUTES.finditer(said)]
    found += [(m.start(), int(float(m[1].replace(",", ".")) * 60)) for m in HOURS.finditer(said)]
    found += [(m.start(), 60) for m in HOUR.finditer(said)] + [(m.start(), 30) for m in HALF_HOUR.finditer(said)]
    fitting = [minutes for _, minutes in sorted(found) if SHORTEST <= minutes <= LONGEST]
    return fitting[-1] if fitting else USUAL_MINUTES


def _topics(said: str) -> list[str]:
    """What is to be talked about, one a row, as the user put it."""
    parts = [p.strip(" .") for text in TOPICS.findall(said) for p in BETWEEN.split(text)]
    kept = [p for p in parts if len(p.split()) <= 14 and len(p) > 2 and not NO_TOPIC.search(p)]
    return list(dict.fromkeys(kept))[: MOST_POINTS - 1]


def _brief(points: list[Point], when: str, minutes: int, side: str) -> str:
    topic = points[0 if len(points) == 1 else 1].title
    ask = "Is there anything you would like to add?" if side == "mentee" else "What would you like to add or change?"
    return f"Our meeting {when}, {minutes} minutes.\nMain point: {topic}.\n{ask}"


def _markdown(title: str, points: list[Point], buffer: int, fields: dict[str, str]) -> str:
    rows = "\n".join(
        f"{n}. **{p.minutes} min** \u00b7 {p.title}\n   Outcome: {p.outcome}." for n, p in enumerate(points, 1)
    )
    brief = "\n>\n".join(f"> {row}" for row in fields["prebrief"].split("\n"))
    return (
        f"**{title}, {fields['minutes']} minutes, {fields['when']}**\n\n{rows}\n\n"
        f"**{buffer} min** \u00b7 free, for what runs over\n\n"
        f"**{REVIEW_MINUTES} min** \u00b7 {fields['review']}\n\n"
        f"To send before:\n\n{brief}"
    )
