"""Plan a meeting: three to five items with whole minutes that add up, what was promised, and one review question."""

from __future__ import annotations

import re
from dataclasses import replace

from coach.grounding import Line, sentences
from coach.skills import meetings, playbooks, slots
from coach.skills.base import Draft, Turn
from coach.skills.plan import REVIEW, TITLES, Plan, fitted, fresh, markdown, prebrief, read, sheet, with_topics
from coach.skills.wording import capital
from coach.types import Artifact, Finding, Passage, Sources

QUESTIONS = {
    "topics": "What should be clearer or settled when the meeting ends? One to three things are enough.",
    "kind": "Is it a first meeting, a regular one, a goal review, a feedback talk, or the last one?",
}
MOST, LEAST = 5, 5  # items of a meeting; minutes of a topic
AGENDAS = "meetings/agendas-that-work.md"
SHAPE = (AGENDAS, "three to five points")
LENGTH = (AGENDAS, "keeps a few minutes free")
ENDING = (AGENDAS, "what helped today")
SHORT = (AGENDAS, "Take one question or two")
PROMISES = (AGENDAS, "what is open from last time")
FIRST, AGREED = "meetings/the-first-meeting.md", "meetings/mentoring-agreements.md"
GUIDES = {  # the document, and words of the sentence that is quoted; the section may be any
    "first": ((FIRST, "one small thing to do"),),
    "first mentee": ((FIRST, "Mentees can ask how"),),
    "first mentor": ((FIRST, "Mentors can ask about values"),),
    "regular": ((AGENDAS, "the three issues that matter most"), (AGENDAS, "Put the hardest decision")),
    "review": (("meetings/review-after-three-months.md", "Begin with something that worked"),),
    "feedback mentor": (("mentoring/hard-feedback-to-a-mentee.md", "Ask first how your mentee sees"),),
    "feedback mentee": (("mentoring/asking-my-mentor-for-feedback.md", "Begin with your own judgement"),),
    "closing": (("repair/ending-well.md", "Look back, look ahead"),),
    "agreement": ((AGREED, "separately first"), (AGREED, "Add only what you will really use")),
}
WHEN = ("date", "time", "rhythm")
ORDINALS = ("first", "second", "third", "fourth", "fifth")
ORDINAL = re.compile(
    r"\b(?:(first|second|third|fourth|fifth|last) (?:item|point|topic|one|thing|part)|(?:item|point|topic|#) ?(\d))\b",
    re.I,
)
_REST = r"[^.;!?\n]+?)(?=,? and (?:add|drop|make|put|remove)\b|[.;!?\n]|$)"
DROP = re.compile(rf"\b(?:drop|remove|delete|leave out|skip|take out|cut|no need for) (?P<what>{_REST}", re.I)
ADD = re.compile(
    rf"\b(?:add|include|put in|(?:also|and) (?:want|need) to (?:discuss|cover|talk about)) (?P<what>{_REST}", re.I
)
TOP = re.compile(
    r"\b(?:(?:put|move) (?P<a>[^.;!?\n]+?) (?:first|(?:to|at) the (?:top|start|beginning))"
    r"|(?:start|begin) with (?P<b>[^.;!?\n]+))",
    re.I,
)
GIVE = re.compile(
    r"\b(?:give|spend) (?P<what>.+?) (?P<n>\d{1,3}) ?min\w*"
    r"|\b(?P<m>\d{1,3}) ?min\w* (?:for|on) (?P<on>(?:the |my |item |point |#).+?)(?=[.;!?\n]|$)",
    re.I,
)
SHORTER = re.compile(r"\b(?:short|brief)(?:er)?\b|\btoo long\b", re.I)
LONGER = re.compile(r"\blonger\b|\bmore time\b", re.I)
NEW = re.compile(
    r"\b(?:another|a new|a different|a separate) (?:\w+ )?(?:agenda|meeting|session|call)\b"
    r"|\b(?:plan|prepare|draft|create|make)"
    r" (?:me )?(?:an?|my|our|the) (?:[\w-]+ ){0,3}(?:agenda|meeting|session|call|talk|agreement)\b(?! (?:short|long))",
    re.I,
)
UNCHANGED = (
    "I could not tell what to change, so it stands as it was. Say for example \u201cmake it 45 minutes\u201d, "
    "\u201cadd the budget\u201d, \u201cdrop the second item\u201d or \u201cit is on Friday at 10\u201d."
)


class Agenda:
    """Plans meetings."""

    name = "agenda"
    label = "Plan a meeting"
    icon = ":material/event_note:"
    starter = "Plan a 30-minute meeting with my mentor about whether to change teams."

    def gather(self, turn: Turn) -> dict[str, str]:
        """What the user gave, copied; in a follow-up only what the new message says."""
        own = [text for role, text in turn.history if role == "user"]
        asking = "\n".join([*own[-turn.asked :], turn.message]) if turn.asked else turn.message
        found = meetings.facts(asking)
        answers = slots.answered(turn, QUESTIONS, {"kind": found["kind"]} if "kind" in found else {})
        if "topic 1" not in found and "topics" in answers:
            found |= meetings.numbered("topic", meetings.listed(answers["topics"]))
        if "kind" not in found and (kind := meetings.kind(answers.get("kind", ""), asked=True)):
            found["kind"] = kind
        if _before(turn) and GIVE.search(turn.message):  # the minutes are those of one item
            found = {n: v for n, v in found.items() if n not in ("minutes", "length")}
        side = playbooks.side(turn.message) or (None if _before(turn) else playbooks.side(turn.said))
        return {**found, "side": side} if side else found

    def compose(self, turn: Turn) -> Draft:
        """The agenda; questions first only when neither kind nor topic nor promise is known."""
        before, guide = _before(turn), list[Line]()
        if before:
            plan, changed = revised(before, turn)
            notes = [f"Changed: {'; '.join(changed)}." if changed else UNCHANGED]
        else:
            known = {"kind", "topic 1", "commitment 1"} & set(turn.slots)
            questions = () if known else slots.to_ask(turn, list(QUESTIONS), QUESTIONS)
            if questions:
                note = "I can plan it once I know a little more, or say \u201cjust plan it\u201d."
                return Draft((Line(note, part="note"),), questions)
            plan = fresh(turn.slots)
            notes = _notes(plan, turn)
            guide = _guidance(plan, turn)
        artifact = _artifact(plan, turn)
        if artifact.blanks:
            notes.append(f"The blank that matters most is {artifact.blanks[0]}.")
        turn.emit(Sources(tuple({line.passage.id: line.passage for line in guide if line.passage}.values())))
        return Draft((*(Line(text, part="note") for text in notes), *guide), artifact=artifact)

    def polish(self, draft: Draft, turn: Turn) -> Draft:
        """The agenda stands as composed: its words are the user's, and its minutes must add up."""
        return draft

    def check(self, draft: Draft, turn: Turn) -> tuple[Finding, ...]:
        """The artifact's own checks are shown with it."""
        return ()


def revised(plan: Plan, turn: Turn) -> tuple[Plan, list[str]]:
    """The plan with what the message asks for, and what that was; all else stays."""
    said, given, changed = turn.message, dict(turn.slots), list[str]()
    one = GIVE.search(said)
    if one and (item := plan.find(_place(one["what"] or one["on"], plan), one["what"] or one["on"])):
        minutes = int(one["n"] or one["m"])
        plan = plan.swap(item, replace(item, minutes=minutes, fixed=True))
        changed.append(f"{minutes} minutes for \u201c{item.title}\u201d")
    dropped, added = DROP.search(said), ADD.search(said)
    if dropped and (item := plan.find(_place(dropped["what"], plan), dropped["what"])) and len(plan.items) > 1:
        plan = plan.swap(item)
        changed.append(f"\u201c{item.title}\u201d is out")
    if added:
        topics = meetings.listed(added["what"])
    else:
        topics = [] if dropped or plan.topics else [v for n, v in given.items() if n.startswith("topic")]
        if not topics and meetings.MAIN in [i.title for i in plan.items] and not set(given) - {"side"} and not changed:
            topics = [] if SHORTER.search(said) or LONGER.search(said) else meetings.listed(said)
    if topics:
        plan = with_topics(plan, topics)
        changed.append(f"added {', '.join(topics)}")
    if (top := TOP.search(said)) and (item := plan.find(_place(top["a"] or top["b"], plan), top["a"] or top["b"])):
        plan = replace(plan, items=(item, *(i for i in plan.items if i != item)))
        changed.append(f"\u201c{item.title}\u201d comes first")
    if "minutes" in given:
        plan = replace(plan, minutes=int(given["minutes"]), given=given["length"])
        plan = with_topics(replace(plan, parked=()), list(plan.parked)) if plan.parked else plan
        changed.append(f"{plan.minutes} minutes")
    elif SHORTER.search(said):
        plan = plan.shortened()
        changed.append(f"a shorter text for the same {plan.minutes} minutes")
    elif LONGER.search(said):
        plan = replace(plan, minutes=plan.minutes + 15, given="longer")
        changed.append(f"{plan.minutes} minutes")
    moved = {name: given[name] for name in WHEN if name in given}
    if moved:
        date, time = moved.get("date", plan.date), moved.get("time", plan.time)
        plan = replace(plan, date=date, time=time, rhythm=moved.get("rhythm", plan.rhythm))
        changed += [f"{name}: {value}" for name, value in moved.items()]
    new = [v for n, v in given.items() if n.startswith("commitment") and v not in plan.commitments]
    if new:
        plan = with_topics(replace(plan, commitments=(*plan.commitments, *new)), [])
        changed.append("what was promised is on it")
    turned = {
        name: given[name] for name in ("side", "kind") if given.get(name, getattr(plan, name)) != getattr(plan, name)
    }
    if turned:
        plan = plan.turned(**turned)
        changed.append(
            ", ".join(
                [f"for a {turned['side']}"] * ("side" in turned) + [TITLES[plan.kind].lower()] * ("kind" in turned)
            )
        )
    return fitted(plan), changed


def _place(what: str, plan: Plan) -> int | None:
    """Which item an ordinal or a number means."""
    if not (found := ORDINAL.search(what)):
        return None
    if found[2]:
        return int(found[2]) - 1
    return len(plan.items) - 1 if found[1].lower() == "last" else ORDINALS.index(found[1].lower())


def _before(turn: Turn) -> Plan | None:
    """The plan that this message changes, if it changes one."""
    made = (turn.last or {}).get("artifact") or {}
    return read(made["fields"]) if made.get("kind") == "agenda" and not NEW.search(turn.message) else None


def _notes(plan: Plan, turn: Turn) -> list[str]:
    """What was assumed, said openly."""
    notes = [] if plan.given else [f"You gave no length, so I planned {plan.minutes} minutes."]
    if plan.given and "day" in plan.given:
        notes.append(f"I took \u201c{plan.given}\u201d as {plan.minutes} minutes.")
    if "side" not in turn.slots:
        notes.append("I wrote it for a mentee; say \u201cI am the mentor\u201d to turn it round.")
    if plan.parked:
        notes.append(
            f"Not everything fits in {plan.minutes} minutes: {', '.join(plan.parked)} can wait or go by email."
        )
    return notes or ["Here is the plan. It holds only what you told me."]


def _guidance(plan: Plan, turn: Turn) -> list[Line]:
    """Why it has this shape, in the library's own sentences; then what fits the user's own situation."""
    wanted = [*GUIDES.get(plan.kind, ()), *GUIDES.get(f"{plan.kind} {plan.side}", ())]
    wanted += [PROMISES] if plan.commitments else []
    wanted += [SHORT] if plan.minutes <= 20 and plan.kind == "regular" else []
    lines = [Line(found[1], found[0], found[1]) for entry in wanted if (found := _sentence(turn, *entry))]
    near = turn.hits[0].passage if turn.hits else None
    if near and near.topic == "meetings" and near.kind == "playbook" and plan.side in near.audience:
        lines += [replace(x, part="") for x in playbooks.lines(turn.library.documents[near.path], [("first", 1)])]
    return list({line.text: line for line in lines}.values())


def _sentence(turn: Turn, path: str, words: str) -> tuple[Passage, str] | None:
    """The sentence of a document that has these words, with its passage."""
    document = turn.library.documents.get(path)
    found = ((p, s) for p in (document.passages if document else ()) for s in sentences(p.text) if words in s)
    return next(found, None)


def _artifact(plan: Plan, turn: Turn) -> Artifact:
    text = markdown(plan)
    open_ = "\n".join((sheet(plan), *(i.title for i in plan.items), prebrief(plan)))
    blanks = tuple(dict.fromkeys(re.findall(r"\[[^\]\d][^\]]*\]", open_)))
    given = {n: v for n, v in turn.slots.items() if n not in ("kind", "side", "minutes")}
    earlier = (turn.last or {})["artifact"].get("slots", {}) if _before(turn) else {}
    kept = {n: {"value": v["value"], "from": "earlier in this conversation"} for n, v in earlier.items()}
    origins = {**kept, **slots.origin(given, turn)}
    return Artifact("agenda", plan.fields(), text, _checks(plan, turn, text), blanks, origins)


def _checks(plan: Plan, turn: Turn, text: str) -> tuple[Finding, ...]:
    items, buffer = plan.boxes()
    found = {e: _sentence(turn, *e) for e in (LENGTH, SHAPE, ENDING, PROMISES)}
    source = {entry: place[0].id if place else None for entry, place in found.items()}
    total = sum(i.minutes for i in items) + buffer
    fewest = 1 if plan.minutes < 20 else 2 if plan.minutes < 30 else 3
    carried = [c for c in plan.commitments if capital(c) in text]
    tight = [i.title for i in items if i.origin == "topic" and i.minutes < LEAST]
    kept = f"{len(carried)} carried in." if plan.commitments else "You named none from last time."
    last = text.index(REVIEW) > max(text.index(i.title) for i in items)
    checks = [
        Finding("minutes add up", total == plan.minutes, f"{total} of {plan.minutes}, {buffer} free.", source[LENGTH]),
        Finding("three to five items", fewest <= len(items) <= MOST, f"{len(items)} items.", source[SHAPE]),
        Finding(
            "every item has an outcome", all(i.outcome for i in items), "Each says what it ends with.", source[SHAPE]
        ),
        Finding("open commitments", len(carried) == len(plan.commitments), kept, source[PROMISES]),
        Finding("review question last", last, "It ends with a look at the meeting itself.", source[ENDING]),
    ]
    if tight:
        short = f"Less than {LEAST} minutes for {', '.join(tight)}."
        checks.append(Finding("room for each topic", False, short, source[LENGTH]))
    return tuple(checks)
