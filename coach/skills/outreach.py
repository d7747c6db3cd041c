"""Write to someone: a short message only this person could have received, with blanks for what is missing."""

from __future__ import annotations

import re

from coach.grounding import Line
from coach.skills.base import Draft, Turn
from coach.types import Artifact, Finding, Passage, Sources

QUESTIONS = {
    "recipient": "Who are you writing to?",
    "reason": "What of theirs, exactly, made you think of them: a talk, a paper, a project, something they said?",
    "ask": "What one small thing would help: 15 minutes on a question, a look at a page, a pointer?",
    "about_me": "In a few words, who are you and what are you working on?",
}
ORDER = ("recipient", "reason", "ask", "about_me")
BLANKS = {
    "recipient": "[their name]",
    "reason": "[what exactly you read, saw or heard of theirs]",
    "ask": "[your one question]",
    "about_me": "[who you are and what you work on]",
}
LINKEDIN_LIMIT = 200  # characters; free accounts get 200 to 300, and the site's own counter decides
EMAIL_WORDS = (50, 125)
JUST_WRITE = re.compile(r"\b(just (write|draft|do|send)|don'?t ask|no questions|go ahead)\b", re.I)
CLICHES = re.compile(
    r"pick your brain|huge fan|big fan|inspir\w+ (me|so many)|would be honou?red|dream come true"
    r"|hope this (email|message) finds you",
    re.I,
)
PATTERNS = {
    "recipient": (
        r"\b((?:Dr|Prof|Professor|Ms|Mr|Mrs|Mx)\.? [A-Z][\w'-]+(?: [A-Z][\w'-]+)?)",
        r"\b(?:to|email|message|contact|write|thank|for) ([A-Z][\w'-]+(?: [A-Z][\w'-]+){0,2})(?=[ ,.;!?]|$)",
    ),
    "reason": (
        r"\b((?:her|his|their) (?:\w+ ){0,3}(?:talk|paper|book|post|article|project|work|thesis|podcast|course|lecture"
        r"|keynote|thread|report|interview)s?\b[^.;,!?\n]{0,80})",
        r"\b(?:because|since) ((?:s?he|they) [^.;!?\n]{5,100})",
    ),
    "ask": (
        r"\b(?:ask|asking) (?:\w+ ){0,2}(?:for|about|whether|if|how) ([^.;!?\n]{4,90})",
        r"\b(?:advice|help|thoughts|view) (?:on|with|about) ([^.;!?\n]{4,90})",
    ),
    "about_me": (
        r"\b(I(?:'m| am) (?:a|an|the|in my|doing|working|studying)\b[^.;!?\n]{3,90})",
        r"\b(I (?:work|study|lead|run|build|teach)\b[^.;!?\n]{3,90})",
    ),
}


class Outreach:
    """Drafts outreach."""

    name = "outreach"
    label = "Write to someone"
    icon = ":material/mail:"
    starter = "Help me write a first message to someone I would like to learn from."

    def gather(self, turn: Turn) -> dict[str, str]:
        """Slots copied from the user's words; the latest statement of each wins."""
        slots = {"channel": _channel(turn.said), "kind": _kind(turn.said)}
        for name, patterns in PATTERNS.items():
            for pattern in patterns:
                if found := list(re.finditer(pattern, turn.said)):
                    slots[name] = found[-1].group(1).strip()
                    break
        slots |= _answers(turn, slots)
        return slots

    def compose(self, turn: Turn) -> Draft:
        """At most two questions in a turn and two such turns, then the message with blanks."""
        missing = [name for name in ORDER if name not in turn.slots]
        if len(missing) > 1 and turn.asked < 2 and not JUST_WRITE.search(turn.message):
            asked = tuple(QUESTIONS[name] for name in missing[:2])
            return Draft(
                (Line("I can draft it once I know a little more, or say “just write it”.", part="note"),), asked
            )
        artifact = self._artifact(turn, missing)
        lines = [Line("Here is a draft. It holds only what you told me.", part="note")]
        if artifact.blanks:
            lines.append(Line(f"The blank that matters most is {artifact.blanks[0]}.", part="note"))
        advice = _advice(turn, _topic_file(turn.slots["channel"]))
        if advice:
            lines += [Line(s, advice, s, "") for s in _first_sentences(advice, 2)]
            turn.emit(Sources((advice,)))
        return Draft(tuple(lines), artifact=artifact)

    def polish(self, draft: Draft, turn: Turn) -> Draft:
        """No model is trusted with the message yet: small ones invent meetings and admiration."""
        return draft

    def check(self, draft: Draft, turn: Turn) -> tuple[Finding, ...]:
        """The artifact's own checks are shown with it; none of them takes the draft away."""
        return ()

    def _artifact(self, turn: Turn, missing: list[str]) -> Artifact:
        slots = turn.slots
        fill = {name: slots.get(name, BLANKS[name]) for name in ORDER}
        channel = slots["channel"]
        name = fill["recipient"]
        reason = _second_person(fill["reason"])
        ask = _clean_ask(fill["ask"])
        me = fill["about_me"][0].upper() + fill["about_me"][1:]
        if channel == "linkedin":
            body = f"Hello {name}, I am writing because of {reason}. {me}. May I ask you about {ask}? No is fine."
            fields = {"to": name, "body": body}
            markdown = body
        else:
            subject = f"A question about {ask}" if "ask" in slots else "[a subject in three or four words]"
            body = (
                f"Dear {name},\n\nI am writing because of {reason}. {me}.\n\n"
                f"Would you have 15 minutes in the next few weeks for one question: {ask}? "
                "A short reply by email would help just as much. If this is not a good time, no answer is needed, and "
                "I will understand.\n\nThank you for reading,\n[your name]"
            )
            fields = {"to": name, "subject": subject, "body": body}
            markdown = f"**Subject:** {subject}\n\n{body}"
        blanks = tuple(
            BLANKS[m] for m in sorted(missing, key=lambda m: ("reason", "ask", "about_me", "recipient").index(m))
        )
        kept = {k: {"value": v, "from": "your words"} for k, v in slots.items() if k in ORDER}
        return Artifact("outreach", fields, markdown, _checks(body, channel, slots), blanks, kept)


def _channel(said: str) -> str:
    return "linkedin" if re.search(r"linked\s?in", said, re.I) else "email"


def _kind(said: str) -> str:
    return "thanks" if re.search(r"thank", said, re.I) else "first"


def _answers(turn: Turn, slots: dict[str, str]) -> dict[str, str]:
    """Answers to the questions just asked: one line or sentence each, in the order they were asked."""
    if not turn.asked or not turn.history:
        return {}
    last = next((text for role, text in reversed(turn.history) if role == "coach"), "")
    asked = [name for name in ORDER if QUESTIONS[name] in last]
    parts = [p.strip(" .") for p in re.split(r"\n+|(?<=[.!?])\s+|;\s*", turn.message) if p.strip(" .")]
    if JUST_WRITE.search(turn.message):
        return {}
    return {name: part for name, part in zip(asked, parts, strict=False) if name not in slots}


def _second_person(reason: str) -> str:
    return re.sub(r"^(her|his|their)\b", "your", reason.strip(), flags=re.I)


def _clean_ask(ask: str) -> str:
    return ask.strip().rstrip("?.")


def _topic_file(channel: str) -> str:
    return (
        "outreach linkedin note length" if channel == "linkedin" else "first email to someone: length and one small ask"
    )


def _advice(turn: Turn, query: str) -> Passage | None:
    hits = [h for h in turn.library.search(query, 12) if h.passage.topic == "outreach" and h.passage.kind == "article"]
    return hits[0].passage if hits else None


def _first_sentences(passage: Passage, count: int) -> list[str]:
    from coach.grounding import sentences

    return sentences(passage.text)[:count]


def _checks(body: str, channel: str, slots: dict[str, str]) -> tuple[Finding, ...]:
    words = len(body.split())
    if channel == "linkedin":
        length = Finding("length", len(body) <= LINKEDIN_LIMIT, f"{len(body)} of {LINKEDIN_LIMIT} characters.")
    else:
        low, high = EMAIL_WORDS
        length = Finding("length", low <= words <= high, f"{words} words; {low} to {high} are read best.")
    specific = "reason" in slots
    return (
        length,
        Finding(
            "only for them",
            specific,
            "Says what made you choose them."
            if specific
            else "Another person could get the same text; add what exactly made you choose them.",
        ),
        Finding("one small ask", body.count("?") == 1, "One question, easy to decline."),
        Finding("no flattery phrases", not CLICHES.search(body), "No worn phrases of admiration."),
    )
