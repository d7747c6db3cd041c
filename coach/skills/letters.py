"""Messages by kind: what each needs, and its words around what the user gave. Nothing else goes in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from coach.skills.clauses import addressed
from coach.skills.wording import second_person, sentence, spelt

BLANKS = {
    "recipient": "[their name]",
    "connector": "[the name of the person who introduces you]",
    "reason": "[what exactly of theirs made you choose them]",
    "ask": "[your one question]",
    "about_me": "[who you are and what you work on]",
    "gift": "[what they did for you]",
    "outcome": "[what you did or will do because of it]",
    "contact": "[when you last spoke]",
    "goal": "[what they want to reach]",
}
NEEDS: Mapping[str, tuple[str, ...]] = {
    "first": ("recipient", "reason", "ask", "about_me"),
    "linkedin": ("recipient", "reason", "ask", "about_me"),
    "professor": ("recipient", "reason", "ask", "about_me"),
    "introduction": ("recipient", "connector", "reason", "ask", "about_me"),
    "followup": ("recipient", "ask"),
    "thanks": ("recipient", "gift", "outcome"),
    "reconnect": ("recipient", "contact", "reason", "ask"),
    "decline": ("recipient", "goal"),
    "end": ("recipient", "gift"),
}
TITLES = {
    "first": "First email",
    "linkedin": "LinkedIn note",
    "professor": "Email to a professor",
    "introduction": "Introduction to forward",
    "followup": "Follow-up",
    "thanks": "Thank-you note",
    "reconnect": "Note to reconnect",
    "decline": "Saying no, kindly",
    "end": "Bringing it to a close",
}
TALK = re.compile(  # a wish to talk around the subject of the talk
    r"^(?:(?:if|whether) (?:she|he|they|you)(?:'d|'ll| would| could| can| might| has| have)?"
    r"(?: be (?:willing|up|open))?(?: to| for)?"
    r" (?:talk|speak|chat|meet|time|have a call)\b(?: (?:to|with) me)?(?: for)?|for\b)?\s*"
    r"(?:an?\b)?\s*(?:\d+[- ]?min\w*|half an hour|short|quick|brief)?\s*"
    r"(?:chat|call|coffee|talk|conversation|zoom)?\s*(?:about|on) ",
    re.IGNORECASE,
)
OFFER = re.compile(
    r"whether (?:you (?:would|could|can|might|take|need|have|know|are|will)|(?:I|we) (?:could|can|may|might))\b",
    re.IGNORECASE,
)
SAYS = re.compile(
    r"\b(changed|helped|made|taught|saved|inspired|showed|got|gave|kept|opened|led|convinced|is|was|are|were)\b"
)
LINKEDIN_LIMIT = 200  # characters; a free account gets 200 to 300, and the site's own counter decides


@dataclass(frozen=True)
class Style:
    """How the user wants it to sound."""

    short: bool = False
    tone: str = "plain"  # plain, warm, formal, casual
    minutes: int = 15
    extras: tuple[str, ...] = ()  # sentences the user asked to add, in their own words


@dataclass(frozen=True)
class Letter:
    """A message; `subject` is empty where the channel has none."""

    subject: str
    body: str


def blank(slot: str, kind: str) -> str:
    """What stands in a message of a kind where something is missing."""
    return "[what you wrote to them about]" if (slot, kind) == ("ask", "followup") else BLANKS[slot]


def write(kind: str, slots: Mapping[str, str], style: Style) -> Letter:
    """The message of a kind, with a [blank] for each thing that is not known."""
    fill = {slot: slots.get(slot) or blank(slot, kind) for slot in BLANKS}
    name = fill["recipient"]
    ask = asked(addressed(fill["ask"], name))
    why, me = because(addressed(fill["reason"], name)), sentence(fill["about_me"])
    extras = " ".join(style.extras)
    if kind == "linkedin":
        return Letter("", _note(fill["recipient"], why, me, ask, extras))
    topic = _topic(slots)
    either = "" if style.short else " A few lines by email would help me just as much."
    free = " If it is not a good time, that is fine and no answer is needed."
    wished = f"you for {style.minutes} minutes in the next few weeks about {ask}"
    request = f"Could I ask {ask if OFFER.match(ask) else wished}?{either}{free}"
    bodies = {
        "first": [f"{me} I am writing to you because {why}. {extras}", request],
        "professor": [f"{me} I am writing to you because {why}. {extras}", request],
        "followup": [
            f"I wrote to you a while ago about {ask}. {extras}",
            "I know that messages pile up, so here it is once more in short: would a few lines, or "
            f"{style.minutes} minutes, be possible? If not, no answer is needed and I will not write about it again.",
        ],
        "thanks": [
            f"{thanks(fill['gift'])} {extras}",
            f"What I am taking with me: {fill['outcome']}. I will tell you how it goes. No answer is needed.",
        ],
        "reconnect": [
            f"We last spoke {fill['contact']}, and I thought of you because {why}. {extras}",
            f"If you like, I would be glad of {style.minutes} minutes to hear how you are and to ask about {ask}. "
            "There is no hurry, and no is a fine answer. Would that suit you?",
        ],
        "decline": [
            f"Thank you for asking me, and for telling me {_told(fill['goal'])}. {extras}",
            "I cannot take this on now, and I would rather say so today than do it half. "
            "[One person, programme or text that may help them, if you know one.] I wish you well with it.",
        ],
        "end": [
            f"{thanks(fill['gift'])} {extras}",
            "I have thought about what I need next, and I would like to bring our regular mentoring to a close. "
            "Could we use one last meeting to look back, and to say how we would like to stay in touch?",
        ],
    }
    if kind == "introduction":
        return _introduction(fill, style, ask, why, me, extras)
    subjects = {
        "first": f"A question about {topic}",
        "professor": f"A question about {topic}",
        "followup": f"Once more: {topic}",
        "thanks": "Thank you",
        "reconnect": "Hello again",
        "decline": "Your question about mentoring",
        "end": "Our mentoring, and what comes next",
    }
    paragraphs = [_greeting(fill["recipient"], style), *bodies[kind], _closing(style)]
    return Letter(subjects[kind], "\n\n".join(" ".join(p.split(" ")).strip() for p in paragraphs))


def _introduction(fill: Mapping[str, str], style: Style, ask: str, why: str, me: str, extras: str) -> Letter:
    name = fill["recipient"]
    reason, question = fill["reason"].rstrip("."), re.sub(r"^about ", "", fill["ask"].rstrip("?."))
    note = [
        _greeting(fill["connector"], style),
        f"Would you be willing to introduce me to {name}? "
        f"I would like to ask about {spelt(question)}. What made me think of this: {spelt(reason)}. "
        "If you would rather not, that is fine. If you would, here is a text you can forward as it is.",
        _closing(style),
    ]
    forward = [
        _greeting(name, style),
        f"{me} I would like to ask you for {style.minutes} minutes about {ask}, because {why}. {extras}".strip(),
        "If it is not a good time, no answer is needed.",
        _closing(style),
    ]
    body = "\n\n".join(note) + "\n\n---\n\n" + "\n\n".join(forward)
    return Letter(f"Would you introduce me to {name}?", body)


def _note(name: str, why: str, me: str, ask: str, extras: str) -> str:
    """The longest version that fits the channel; the shortest when none does."""
    question = f"May I ask you one question about {ask}?"
    hello = f"Hello {name},"
    reason = f"I write because {why}."
    versions = (
        f"{hello} {me} {reason} {extras} {question} No is fine.",
        f"{hello} {me} {reason} {extras} {question}",
        f"{hello} {reason} {extras} {question}",
        f"{hello} {reason} {question}",
    )
    flat = [" ".join(v.split()) for v in versions]
    return next((v for v in flat if len(v) <= LINKEDIN_LIMIT), flat[-1])


def _greeting(name: str, style: Style) -> str:
    name = re.sub(r"^(mrs?|ms|mx|dr|prof)\b.*", lambda found: found.group(0).title(), name)
    if not re.search(r"[A-Z\[]", name) or re.match(r"(?:the|an?|my) ", name):
        return "Hello,"
    return f"{'Hi' if style.tone == 'casual' else 'Hello' if style.tone == 'warm' else 'Dear'} {name},"


def _closing(style: Style) -> str:
    words = {"warm": "With warm thanks,", "formal": "Yours sincerely,", "casual": "Thanks,"}
    return f"{words.get(style.tone, 'Thank you for reading,')}\n[your name]"


def _topic(slots: Mapping[str, str]) -> str:
    text = second_person(slots.get("ask") or slots.get("reason") or "")
    text = re.sub(r"^(about|for|advice on|help with|some|the|your) ", "", asked(text) if text else "", flags=re.I)
    short = re.sub(r"( (your|you|the|a|an|of|in|to|how|and|for|on|with|from|about))+$", "", " ".join(text.split()[:7]))
    return short if short else "[three or four words]"


def because(reason: str) -> str:
    """The reason as a clause: a phrase after "of", a sentence about them turned towards them."""
    text = second_person(reason.strip().rstrip("."))
    if text.startswith("["):
        return f"of {text}"
    if re.match(r"(you|I|we|my|it)\b", text, re.I):
        return text[0].lower() + text[1:] if not text.startswith("I") else text
    if SAYS.search(text):
        return text  # a sentence of its own: what it did
    named = re.match(r"(your|the|a|an|what|how)\b", text, re.I)
    return f"of {text}" if named else f"of your {text}"


def asked(ask: str) -> str:
    """What is asked for, as it can stand after "about"; an act of theirs begins with "whether you"."""
    text = second_person(TALK.sub("", ask.strip().rstrip("?.")))
    text = re.sub(r"^(whether|if) you(?:'d|'ll) ", r"\1 you would ", text)
    if re.match(r"[A-Z]", text) and " about " in text:
        text = text.split(" about ", 1)[1]  # the name before it is the recipient's
    text = re.sub(r"^(about|for|on|if she|if he|if they) ", lambda m: "" if len(m[1]) < 6 else "whether you ", text)
    text = re.sub(r"^if ", "whether ", text)
    text = re.sub(r"^(your )?(advice|thoughts|view) (?=whether|how|what|which)", "", text)
    if re.search(r"\b(be|become) (my|a) mentor\b|\bmentor me\b", text):
        return "whether an occasional conversation with you would be possible"
    return re.sub(r"^(advice|help|guidance|thoughts|feedback) (on|with|about|for) ", "", text)


def thanks(gift: str) -> str:
    """Thanks for a thing or for an act."""
    text = gift if gift.startswith("[") else second_person(gift.strip().rstrip("."))
    thing = text.startswith("[") or re.match(r"(your|the|all|being|that|this)\b|\w+ing\b", text, re.I)
    return f"Thank you for {text}." if thing else f"You {text}. Thank you for that."


def _told(goal: str) -> str:
    text = second_person(goal.strip().rstrip("."))
    return f"that you want {text}" if text.startswith("to ") else f"about {text}"
