"""The plan behind an agenda: what it is made from, how it is kept, and how it reads."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace

from coach.grounding import content_words
from coach.skills import meetings, timing
from coach.skills.timing import Item
from coach.skills.wording import capital, second_person

TITLES = {
    "first": "First meeting",
    "regular": "Meeting",
    "review": "Goal review",
    "feedback": "Feedback talk",
    "closing": "Closing meeting",
    "agreement": "Mentoring agreement",
}
REVIEW = "What helped today, and what should be different next time?"
WHEN = "[day and time]"
BRING = {
    "first mentee": "How did you come to this work, and what was hard?|What would make this worth your time?",
    "first mentor": "What brought you here?|What would you like to be different when we are done?",
    "regular mentee": "What am I not seeing?|What would you try first?|Who else could I ask?",
    "regular mentor": "What have you tried already?|What will you do first, and when?",
    "review": "What has been most useful?|What should we do more of, or less of?|Is the goal still right?",
    "feedback mentor": "How do you see it yourself?|What would you try next time?|What do you need from me?",
    "feedback mentee": "What is going well?|What is the one thing you would work on?|What should I try next?",
    "closing mentee": "What surprised you?|What is still open between us?|Who should I turn to next?",
    "closing mentor": "What surprised you?|What is still open between us?|Who could help you next?",
    "agreement": "What did you write that I did not?|What does \u201cconfidential\u201d mean to you?",
}
CHOOSING = {
    "mentee": "Which option have I overlooked?|What would make each option fail?",
    "mentor": "Which option do you lean towards, and how sure are you?|What would make each option fail?",
}
SHEET = (
    ("How often and how long we meet", "{rhythm}, {minutes}"),
    ("Who sends the topics, and when", "[who], [how long before]"),
    ("How we reach each other in between, and how fast we answer", "[channel], [how fast]"),
    ("What we work on, and what success would look like", "[goal]"),
    ("What stays between us, and what cannot", "[what stays private], [exceptions]"),
    ("How we give each other feedback", "[how]"),
    ("When one of us has to cancel", "[what we do]"),
    ("When something goes wrong, and whom we may ask", "[first step], [third person]"),
    ("When we look at this again, and how it ends", "[review date], [how either of us can stop]"),
)


@dataclass(frozen=True)
class Plan:
    """All that an agenda is made from; it is stored in the artifact's fields and read back for a follow-up."""

    kind: str
    side: str
    minutes: int
    items: tuple[Item, ...]
    commitments: tuple[str, ...] = ()
    parked: tuple[str, ...] = ()
    date: str = ""
    time: str = ""
    rhythm: str = ""
    given: str = ""  # the user's words for the length; empty when it is the default
    short: bool = False

    @property
    def topics(self) -> list[str]:
        """The user's own topics that are on it."""
        return [i.title for i in self.items if i.origin == "topic"]

    @property
    def when(self) -> str:
        """Day and time in the user's words, or the blank."""
        return f"{self.date or '[day]'} at {self.time or '[time]'}" if self.date or self.time else WHEN

    def boxes(self) -> tuple[list[Item], int]:
        """The items with their minutes, and the buffer."""
        return timing.boxed(self.items, self.minutes)

    def find(self, place: int | None, words: str) -> Item | None:
        """The item at a place, else the one whose title has most of these words."""
        if place is not None:
            return self.items[place] if 0 <= place < len(self.items) else None
        wanted = content_words(words)
        best = max(self.items, key=lambda i: len(wanted & content_words(i.title)), default=None)
        return best if best and 2 * len(wanted & content_words(best.title)) >= max(1, len(wanted)) else None

    def swap(self, item: Item, other: Item | None = None) -> Plan:
        """The plan with another item in the place of one, or without it."""
        return replace(self, items=tuple(x for i in self.items if (x := other if i == item else i)))

    def shortened(self) -> Plan:
        """Three items if it can: the library's own points go first, what is the user's and the end stay."""
        own = [i for i in self.items if i.origin != "library" or i.title == meetings.MAIN]
        library = [i for i in self.items if i not in own][: max(0, 3 - len(own))]
        return replace(self, short=True, items=tuple(i for i in self.items if i in own or i in library))

    def turned(self, kind: str = "", side: str = "") -> Plan:
        """The same topics and promises for another kind of meeting or from the other side."""
        kind, side = kind or self.kind, side or self.side
        items = tuple(meetings.holds(kind, side))
        if kind == self.kind and len(items) == len(self.items) and not self.topics:
            items = tuple(replace(n, minutes=o.minutes, fixed=o.fixed) for n, o in zip(items, self.items, strict=True))
        elif kind == self.kind and items == tuple(meetings.holds(kind, self.side)):
            return replace(self, side=side)
        return with_topics(replace(self, kind=kind, side=side, items=items), [*self.topics, *self.parked])

    def fields(self) -> dict[str, str]:
        """All of it as text, with the finished parts beside it."""
        items, buffer = self.boxes()
        raw = {
            "items": json.dumps([asdict(i) for i in items], ensure_ascii=False),
            "commitments": json.dumps(self.commitments, ensure_ascii=False),
            "parked": json.dumps(self.parked, ensure_ascii=False),
            "minutes": str(self.minutes),
            "short": "yes" if self.short else "",
            "buffer": str(buffer),
            "review": REVIEW,
            "title": title(self),
            "prebrief": prebrief(self),
            "sheet": sheet(self),
            "questions": "\n".join(questions(self)),
        }
        return {n: getattr(self, n) for n in ("kind", "side", "date", "time", "rhythm", "given")} | raw


def read(fields: Mapping[str, str]) -> Plan:
    """The plan behind a stored artifact."""
    return Plan(
        minutes=int(fields["minutes"]),
        items=tuple(Item(**item) for item in json.loads(fields["items"])),
        commitments=tuple(json.loads(fields["commitments"])),
        parked=tuple(json.loads(fields["parked"])),
        short=bool(fields["short"]),
        **{n: fields[n] for n in ("kind", "side", "date", "time", "rhythm", "given")},
    )


def fresh(given: Mapping[str, str]) -> Plan:
    """A new plan from what the user gave."""
    kind, side = given.get("kind", "regular"), given.get("side", "mentee")
    plan = Plan(
        kind,
        side,
        int(given.get("minutes", timing.DEFAULT_MINUTES)),
        tuple(meetings.holds(kind, side)),
        tuple(v for n, v in given.items() if n.startswith("commitment")),
        given=given.get("length", ""),
        date=given.get("date", ""),
        time=given.get("time", ""),
        rhythm=given.get("rhythm", ""),
    )
    return fitted(with_topics(plan, [v for n, v in given.items() if n.startswith("topic")]))


def with_topics(plan: Plan, topics: list[str]) -> Plan:
    """More topics of the user, in the place of the points that stand in for them; promises come first."""
    items = list(plan.items)
    if plan.commitments and all(i.origin != "commitments" for i in items):
        if plan.kind == "regular":  # what was promised is the report
            items = [i for i in items if not (i.core and i.origin == "library")]
        items.insert(0, Item("What we said we would do", meetings.KEPT, 2.0, "commitments"))
    own = [meetings.topic(t) for t in topics]
    own = [i for i in own if i.title not in plan.topics]
    if own:
        places = [n for n, i in enumerate(items) if i.origin == "topic" or not i.core]
        place = places[-1] + 1 if places else sum(i.origin != "close" for i in items)
        items[place:place] = own
        items = [i for i in items if i.core]
    return replace(plan, items=tuple(items))


def fitted(plan: Plan) -> Plan:
    """No more items than the minutes hold: stand-ins go first, then the last topics, which are named as parked."""
    items, parked = list(plan.items), list(plan.parked)
    while len(items) > timing.capacity(plan.minutes):
        library = [i for i in items if i.origin == "library" and i.title != meetings.MAIN]
        stand_in = [i for i in library if not i.core]
        report = [i for i in library if plan.kind == "regular"]
        topics = [i for i in items if i.origin == "topic"]
        gone = (stand_in or report or topics[1:] or library[1:] or library or items)[-1]
        items.remove(gone)
        if gone.origin == "topic":
            parked.insert(0, gone.title)
    return replace(plan, items=tuple(items), parked=tuple(dict.fromkeys(parked)))


def title(plan: Plan) -> str:
    """What the meeting is called, with its length and, when it is known, its day."""
    when = f" \u00b7 {plan.when}" if plan.date or plan.time else ""
    return f"{TITLES[plan.kind]} \u00b7 {plan.minutes} minutes{when}"


def questions(plan: Plan) -> list[str]:
    """Questions to bring; a choice that has to be made has its own."""
    own = (BRING.get(f"{plan.kind} {plan.side}") or BRING[plan.kind]).split("|")
    if plan.kind == "regular" and any(meetings.CHOICE.match(t) for t in plan.topics):
        own = CHOOSING[plan.side].split("|") + own[:1]
    return own[:1] if plan.short else own


def prebrief(plan: Plan) -> str:
    """Three lines to send before."""
    if plan.topics:
        listed = [second_person(t if t[:2].isupper() or t[:2] == "I " else t[:1].lower() + t[1:]) for t in plan.topics]
        about = f"On the list: {'; '.join(listed)}."
    elif plan.kind == "regular":
        about = f"On the list: {meetings.MAIN}."
    else:
        about = f"I would like us to {AIMS[plan.kind]}."
    ask = "What would you like to add?" if plan.side == "mentee" else "What would you like to have at the end of it?"
    return f"For our meeting ({plan.when}, {plan.minutes} minutes):\n{about}\n{ask}"


AIMS = {
    "first": "get to know each other and agree how we work together",
    "review": "look at what has been useful, and whether the goal is still right",
    "feedback": "talk about feedback on [the piece of work]",
    "closing": "look back, settle what is open, and say how we stay in touch",
    "agreement": "agree how we work together; please write down your own wishes first",
}


def sheet(plan: Plan) -> str:
    """The agreement to fill in; empty for other kinds."""
    if plan.kind != "agreement":
        return ""
    fill = {
        "rhythm": plan.rhythm or "[how often]",
        "minutes": f"{plan.minutes} minutes" if plan.given else "[how long]",
    }
    return "\n".join(f"- **{name}:** {blank.format(**fill)}" for name, blank in SHEET)


def markdown(plan: Plan) -> str:
    """The agenda as it is shown and sent."""
    items, buffer = plan.boxes()
    rows = []
    for n, item in enumerate(items, 1):
        rows.append(f"{n}. {item.minutes} min \u00b7 **{item.title}.** {item.outcome}".replace("?.**", "?**"))
        if item.origin == "commitments":
            rows += [f"   - {capital(c)}" for c in plan.commitments]
    blocks = [f"**{title(plan)}**"]
    if plan.kind == "agreement":
        blocks += [sheet(plan), "**The talk about it**"]
    blocks += ["\n".join(rows), f"{buffer} min \u00b7 Free, for the item that runs over."]
    blocks.append(f"**Review question, at the very end:** {REVIEW}")
    if plan.parked:
        blocks.append(f"**Not this time:** {'; '.join(plan.parked)}.")
    blocks += ["**Questions to bring**", "\n".join(f"- {q}" for q in questions(plan))]
    blocks += ["**To send before**", "\n>\n".join(f"> {line}" for line in prebrief(plan).split("\n"))]
    return "\n\n".join(blocks)
