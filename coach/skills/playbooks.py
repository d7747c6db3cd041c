"""Which playbook fits a message, and its parts as lines of a reply."""

from __future__ import annotations

import re
from collections.abc import Iterable

from coach.grounding import Line, sentences
from coach.library.articles import Document
from coach.skills.base import Turn
from coach.types import Passage

DEEP = 2  # a playbook may stand behind one article and still go first when a person tells a story
Parts = tuple[tuple[str, int], ...]  # part and how much of it
NEXT: Parts = (("then", 4), ("avoid", 2))
LAST: Parts = (("words", 3), ("help", 3))
LABELS = {
    "said_back": "What you wrote.",
    "own": "From your document.",
    "yours": "On your side.",
    "theirs": "On theirs.",
    "first": "First step.",
    "then": "Then.",
    "words": "Words you can use.",
    "avoid": "Avoid.",
    "help": "Get help when.",
}
HEADINGS = {
    "yours": "What may be going on",
    "theirs": "What may be going on",
    "first": "First step",
    "then": "Then",
    "words": "Words you can use",
    "avoid": "Avoid",
    "help": "Get help when",
}
MENTOR_SIDE = re.compile(
    r"\b(my|a|one of my|our) (\w+ ){0,2}(mentees?|prot[eé]g[eé]s?|students?|interns?|trainees?|juniors?)\b"
    r"|\bi(('m| am) (a|the|his|her|their) mentor| mentor\b)|\bas a mentor\b"
    r"|\bi(('m| am) mentoring| supervise| advise)\b",
    re.I,
)
MENTEE_SIDE = re.compile(
    r"\b(my|our) (\w+ ){0,2}(mentors?|supervisors?|advis[eo]rs?|boss|manager|pi|professor)\b"
    r"|\bas a mentee\b|\bi('m| am) (a|the|his|her|their) mentee\b",
    re.I,
)


def side(message: str) -> str | None:
    """Whether a mentee or a mentor is speaking, when the words say so."""
    mentor, mentee = bool(MENTOR_SIDE.search(message)), bool(MENTEE_SIDE.search(message))
    return None if mentor == mentee else "mentor" if mentor else "mentee"


def tells_a_story(message: str) -> bool:
    """Whether a person writes about themselves and does not only ask about the subject."""
    return bool(re.search(r"\b(my|i|me|we|our|i'm|i've)\b", message, re.I))


def pick(turn: Turn, *, always: bool = False) -> Document | None:
    """The playbook for the message; None when an article fits it better, unless `always`."""
    speaking = side(turn.message) or side(turn.said)
    order = dict.fromkeys(
        h.passage.path for h in turn.hits if h.passage.path in turn.library.documents
        if not speaking or speaking in h.passage.audience
    )
    found = [turn.library.documents[path] for path in order]
    deep = len(found) if always else DEEP if tells_a_story(turn.message) else 1
    return next((d for d in found[:deep] if d.kind == "playbook"), None)


def unsaid(turn: Turn, playbook: Document, short: Parts) -> Parts:
    """The parts to give: `short` at first, then what the reply before has not given yet."""
    cited = (turn.last or {}).get("citations") or []
    given = {str(c["heading"]) for c in cited if c["path"] == playbook.path}
    if HEADINGS["then"] in given:
        return LAST
    return NEXT if HEADINGS["first"] in given else short


def lines(document: Document, parts: Iterable[tuple[str, int]]) -> list[Line]:
    """The named parts, at most so many sentences of each; of `words` so many versions."""
    out: list[Line] = []
    for part, count in parts:
        passage = document.part(HEADINGS[part])
        if passage is None:
            continue
        if part in ("yours", "theirs"):
            out += _side(passage, "You" if part == "yours" else "Them", part, count)
        elif part == "words":
            versions = [" ".join(v.replace("> ", " ").lstrip(">").split()) for v in passage.text.split("\n\n")]
            out += [Line(v, passage, v, part) for v in versions[:count] if v]
        elif part == "avoid":
            rows = [row.removeprefix("- ").strip() for row in passage.text.splitlines() if row.strip()]
            out += [Line(row, passage, row, part) for row in rows[:count]]
        else:
            out += [Line(s, passage, s, part) for s in sentences(passage.text)[:count]]
    return out


def _side(passage: Passage, who: str, part: str, count: int) -> list[Line]:
    rows = (row.removeprefix("- ").strip().partition(": ") for row in passage.text.splitlines())
    return [Line(s, passage, s, part) for name, _, rest in rows if name == who for s in sentences(rest)[:count]]
