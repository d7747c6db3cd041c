"""Feedback: what was seen, what it led to, a question, a request and an offer; or asking for it, or answering it."""

from __future__ import annotations

import re

from coach.grounding import Line
from coach.skills import observed, playbooks, slots
from coach.skills.base import Draft, Turn
from coach.skills.wording import capital, lower, second_person
from coach.types import Artifact, Finding, Passage, Sources

QUESTIONS = {
    "behaviour": "What exactly did you see or hear them do, as a camera would have caught it?",
    "impact": "What did it lead to: for whom, and what did it cost?",
    "situation": "When and where was it?",
    "request": "What would you like to see instead, next time?",
    "work": "What would you like feedback on?",
}
SHORTEST = 3  # words of a slot worth saying
BLANKS = {
    "behaviour": "[what you saw or heard, as a camera would have caught it]",
    "impact": "[what it led to, and for whom]",
    "situation": "[when and where]",
    "request": "[what you would like to see next time]",
    "work": "[the work you want feedback on]",
    "offer": "[what you will do to help]",
    "date": "[date]",
}
NEEDS = {"give": ("behaviour", "impact", "situation", "request"), "ask": ("work",), "answer": ("work",)}
SUBJECT = (
    r"(?:she|he|they|(?:my|our|the) (?:\w+ ){0,2}(?:mentee|student|intern|junior|trainee)(?: [A-Z]\w+)?|[A-Z][a-z]+)"
)
ACT = r"(?:always |often |keeps? |kept |just |also |again )?[a-z]+(?:s|ed|ing|t|ke|ve|me)\b"
PATTERNS = {
    "situation": (
        r"\b((?:in|during|at|before|after) (?:the|our|a|my|her|his|their|this|last|yesterday'?s|today'?s|every) "
        r"[^.,;!?\n]{2,50}?)(?=,| (?:she|he|they|my|and|but|where|when|about|to|because)\b|[.;!?\n]|$)",
        r"\b((?:yesterday|today|this morning|last (?:week|month|night|\w+day)|on \w+day))\b",
    ),
    "impact": (
        r"\b(?:so|and as a result|which meant|meaning|because of (?:it|that)|as a result),? "
        r"((?:that )?(?:I|we|the|two|three|some|nobody|everyone|people|our|a|clients?|others)\b[^.;!?\n]{4,110})",
        r"\b((?:it|that|this) (?:cost|made|meant|delayed|led|left|caused|took|upset|confused)\b[^.;!?\n]{3,110})",
        r"\b((?:the|our|my) (?:team|client|clients|others|group|release|deadline|patients?|audience)s? "
        r"(?:had|was|were|got|lost|missed|could|did|felt|stopped|waited)\b[^.;!?\n]{3,90})",
    ),
    "request": (
        r"\b(?:want|would like|'d like|need|wish) (?:her|him|them|my mentee) to ([^.;!?\n]{4,100})",
        r"\b(?:she|he|they) (?:should|needs? to|could|must|has to|have to) ([^.;!?\n]{4,100})",
    ),
    "behaviour": (
        rf"\b({SUBJECT} (?!is\b|was\b|has\b|seems?\b|needs?\b|wants?\b){ACT}[^.;!?\n]{{4,120}})",
    ),
    "work": (
        r"\bfeedback (?:on|about|for) ([^.;!?\n]{3,90})",
        r"\b(?:said|told me|wrote) (?:that )?([^.;!?\n]{4,110})",
    ),
}
JUDGING = {
    "lazy": "say what was not done, and when it was due",
    "careless": "say which mistake you saw, and where",
    "sloppy": "say which mistake you saw, and where",
    "unprofessional": "say what was done, and in front of whom",
    "rude": "say the words that were used",
    "disrespectful": "say the words that were used",
    "arrogant": "say what was said or done",
    "aggressive": "say the words and how loud they were",
    "unmotivated": "say what you saw less of",
    "attitude": "say what was said or done",
    "stupid": "leave it out",
    "always": "name two times it happened",
    "never": "name two times it did not happen",
    "terrible": "say what did not work",
    "awful": "say what did not work",
    "bad": "say what did not work",
    "weak": "say which part does not carry its claim",
    "incompetent": "say which task went wrong, and how",
    "defensive": "say what was answered",
}
HEARSAY = re.compile(
    r"\b(people (say|said|think)|i('ve| have)? heard|everyone (says|thinks)|others (say|said)|rumou?r)\b", re.I
)
REACTIONS = (
    ("anger or tears", "conversations/they-get-angry-or-cry.md"),
    ("argument", "mentoring/mentee-argues-with-feedback.md"),
)
REACTS = re.compile(
    r"\b(what if|how (might|will|would|could)|in case|and if)\b.{0,40}"
    r"\b(cr(y|ies)|tears|angry|upset|react|reaction|argu\w+|defensive|silent|shout\w*|disagree\w*)",
    re.I,
)
GUIDES = {
    "give": "mentoring/hard-feedback-to-a-mentee.md",
    "ask": "mentoring/asking-my-mentor-for-feedback.md",
    "answer": "mentoring/receiving-hard-feedback.md",
}


class Feedback:
    """Prepares feedback."""

    name = "feedback"
    label = "Prepare feedback"
    icon = ":material/rate_review:"
    starter = "My mentee interrupted two clients in Monday's call. How do I tell them?"

    def gather(self, turn: Turn) -> dict[str, str]:
        """Kind and slots, copied from the user's words."""
        kind = _kind(turn)
        found = slots.copied(turn.said, {n: p for n, p in PATTERNS.items() if n in NEEDS[kind]})
        if kind == "give":
            found |= observed.read(turn.said)
        found |= slots.answered(turn, QUESTIONS, found)
        return {"kind": kind, **{n: v for n, v in found.items() if n == "situation" or len(v.split()) >= SHORTEST}}

    def compose(self, turn: Turn) -> Draft:
        """At most two questions in a turn and two such turns, then the words, with blanks."""
        kind = turn.slots["kind"]
        if kind == "give" and REACTS.search(turn.message):
            return self._reactions(turn)
        missing = [name for name in NEEDS[kind] if name not in turn.slots]
        questions = slots.to_ask(turn, missing, QUESTIONS) if len(missing) > 1 else ()
        if questions and not (turn.last and turn.last.get("artifact")):
            note = "I can put it into words once I know a little more, or say \u201cjust write it\u201d."
            return Draft((Line(note, part="note"),), questions)
        artifact = self._artifact(turn, kind, missing)
        lines = [Line("Here are words to start from. They hold only what you told me.", part="note")]
        if artifact.blanks:
            lines.append(Line(f"The blank that matters most is {artifact.blanks[0]}.", part="note"))
        reactions = REACTIONS if kind == "give" else ()
        for label, path in (("first", GUIDES[kind]), *reactions):
            if document := turn.library.documents.get(path):
                lines += [
                    Line(line.text, line.passage, line.quote, label)
                    for line in playbooks.lines(document, [("first", 2)])
                ]
        turn.emit(Sources(tuple({line.passage.id: line.passage for line in lines if line.passage}.values())))
        labels = {"first": "First step.", "anger or tears": "If anger or tears come.", "argument": "If they argue."}
        return Draft(tuple(lines), artifact=artifact, labels=labels)

    def polish(self, draft: Draft, turn: Turn) -> Draft:
        """The words stand as composed: smoothing them blurs what was seen into what is thought of it."""
        return draft

    def check(self, draft: Draft, turn: Turn) -> tuple[Finding, ...]:
        """The artifact's own checks are shown with it."""
        return ()

    def _reactions(self, turn: Turn) -> Draft:
        """What to do when they cry, argue or fall silent."""
        wanted = REACTIONS[1:] if re.search(r"\bargu|\bdefen|\bdisagree", turn.message, re.I) else REACTIONS[:1]
        lines = [
            line
            for _, path in wanted
            if (document := turn.library.documents.get(path))
            for line in playbooks.lines(document, (("theirs", 2), ("first", 3), ("words", 1), ("help", 1)))
        ]
        turn.emit(Sources(tuple({line.passage.id: line.passage for line in lines if line.passage}.values())))
        return Draft(tuple(lines), labels=playbooks.LABELS)

    def _artifact(self, turn: Turn, kind: str, missing: list[str]) -> Artifact:
        fill = {name: turn.slots.get(name) or blank for name, blank in BLANKS.items()}
        short = bool(re.search(r"\b(short|brief)(er)?\b", turn.said, re.I))
        spoken = _give(fill, short=short) if kind == "give" else _ask(fill) if kind == "ask" else _answer(fill)
        fields = {"kind": kind, "spoken": spoken, "follow_up": f"Look at it again on {BLANKS['date']}."}
        blanks = tuple(BLANKS[name] for name in missing) + ((BLANKS["offer"],) if kind == "give" else ())
        given = {name: value for name, value in turn.slots.items() if name in QUESTIONS}
        guide = turn.library.documents.get(GUIDES[kind])
        source = guide.part("First step") if guide else None
        checks = _checks(given, source) if kind == "give" else ()
        titles = {"give": "Feedback", "ask": "Asking for feedback", "answer": "Answering feedback"}
        quoted = "\n>\n".join(f"> {p}" for p in spoken.split("\n\n"))
        markdown = f"**{titles[kind]}**\n\n{quoted}\n\n{fields['follow_up']}"
        return Artifact("feedback", fields, markdown, checks, blanks, slots.origin(given, turn))


def _kind(turn: Turn) -> str:
    if playbooks.side(turn.said) == "mentor":
        return "give"
    if re.search(r"\b(ask|asking|get|want|need)\b.{0,40}\bfeedback\b", turn.message, re.I):
        return "ask"
    if re.search(r"\b(got|received|gave me|told me|answer|respond|react)\b", turn.message, re.I):
        return "answer" if re.search(r"\b(feedback|critici\w+|comments?)\b", turn.message, re.I) else "give"
    return "give"


def _give(fill: dict[str, str], *, short: bool) -> str:
    behaviour = fill["behaviour"]
    if not behaviour.startswith("["):
        told = re.sub(rf"^(?!was\b|were\b){SUBJECT}(?= )|^(?=\w)", "he ", behaviour, count=1).replace("he  ", "he ")
        behaviour = re.sub(r"^you (always|never|often) ", "you ", second_person(told))
    where = second_person(fill["situation"])
    impact = second_person(re.sub(r"^that ", "", fill["impact"]))
    if where.lower() in behaviour.lower():
        seen = f"{capital(behaviour)}."
    else:
        seen = f"{where}: {behaviour}." if where.startswith("[") else f"{capital(where)}, {behaviour}."
    if impact.split(" ")[0] in ("We", "The", "It", "That", "This", "Two", "People", "Nobody", "Everyone", "Some"):
        impact = lower(impact)
    asked = second_person(fill["request"])
    if short:
        return f"{seen} What it led to: {impact}.\n\nHow did you see it?\n\nNext time, could you {asked}?"
    return (
        f"I would like to talk about one thing I saw. {seen} What it led to: {impact}.\n\n"
        "How did you see it?\n\n"
        f"Next time, could you {asked}? I can help with {fill['offer']}. Shall we look at it again on {fill['date']}?"
    )


def _ask(fill: dict[str, str]) -> str:
    return (
        f"I would like to get better at this, and you see things I do not: {fill['work']}. "
        "What is one thing that works, and one thing you would change first?\n\n"
        "Plain words are welcome. I will tell you afterwards what I did with it."
    )


def _answer(fill: dict[str, str]) -> str:
    return (
        f"Thank you for telling me. What I heard is: {second_person(fill['work'])}. Did I get that right?\n\n"
        "Could you give me one example, so that I see what you saw? "
        f"I would like to think about it and come back to you on {fill['date']}."
    )


def _checks(given: dict[str, str], source: Passage | None) -> tuple[Finding, ...]:
    """Judgement words and hearsay with a way to say it that can be seen, and whether all four parts are there."""
    place = source.id if source else None
    text = " ".join(given.values()).lower()
    judged = [f"\u201c{word}\u201d: {hint}" for word, hint in JUDGING.items() if re.search(rf"\b{word}\b", text)]
    parts = [name for name in ("situation", "behaviour", "impact", "request") if name in given]
    heard = HEARSAY.search(text)
    advice = "Leave out what others said; speak of what you saw." if heard else "You saw it."
    return (
        Finding("seen, not judged", not judged, "; ".join(judged) or "Says what was seen.", place),
        Finding("first hand", not heard, advice),
        Finding("complete", len(parts) == 4, "Has " + (", ".join(parts) or "none of its four parts yet") + ".", place),
    )
