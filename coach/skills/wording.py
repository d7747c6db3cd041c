"""The user's words turned: towards the person they are about, or back to the user. Nothing is added."""

from __future__ import annotations

import re

TO_THEM = (
    (r"\b(?:she|he|they)(?: is|'s| are|'re)\b", "you are"),
    (r"\b(?:she|he|they) (?:was|were)\b", "you were"),
    (r"\b(?:she|he|they) (?:has|have)\b", "you have"),
    (r"\b(?:she|he|they) (?:does|do)(n't| not)?\b", r"you do\1"),
    (r"\b(?:she|he) (always |never |often |still |just )?(\w+?(?:ss|sh|ch|x|z))es\b", r"you \1\2"),
    (r"\b(?:she|he) (always |never |often |still |just )?(\w+?)ies\b", r"you \1\2y"),
    (r"\b(?:she|he) (always |never |often |still |just )?(\w{2,}[^s\W])s\b", r"you \1\2"),
    (r"\b(?:she|he|they)\b", "you"),
    (r"\b(?:herself|himself|themselves|themself)\b", "yourself"),
    (r"\bhim\b", "you"),
    (r"\bher(?= (?:about|for|to|at|on|in|with|and|that|if|when)\b|[.,!?]|$)", "you"),
    (r"\b(?:her|his|their|whose)\b", "your"),
)
CHAT = (
    ("i", "I"),
    ("[iI]m", "I'm"),
    ("ive", "I've"),
    ("wanna", "want to"),
    ("gonna", "going to"),
    ("u", "you"),
    ("ur", "your"),
    ("theres", "there is"),
    ("smth", "something"),
    ("w/", "with"),
    ("yrs", "years"),
    ("mins", "minutes"),
    ("masters", "master's"),
)
TO_USER = (
    (r"\bI(?:'m| am)\b", "you are"),
    (r"\bI(?:'ve| have)\b", "you have"),
    (r"\bI(?:'d)\b", "you would"),
    (r"\bI(?:'ll)\b", "you will"),
    (r"\bI was\b", "you were"),
    (r"\b(?:I|me|we|us)\b", "you"),
    (r"\b(?:myself|ourselves)\b", "yourself"),
    (r"\b(?:my|our)\b", "your"),
    (r"\b(?:mine|ours)\b", "yours"),
)


def second_person(text: str) -> str:
    """Words about a person, turned towards them. "them" stays: it is a thing as often as a person."""
    return _turned(spelt(text), TO_THEM)


def spelt(text: str) -> str:
    """Chat spelling as it is written in a letter."""
    for typed, written in CHAT:
        text = re.sub(rf"\b{typed}\b", written, text)
    return text


def to_user(text: str) -> str:
    """Words of the user, said back to them."""
    return _turned(re.sub(r"\bi('|\b(?!\.))", r"I\1", text.replace("\u2019", "'")), TO_USER)


def sentence(text: str) -> str:
    """Words of a person about themselves as a sentence: a capital first, a full stop last."""
    text = spelt(text.strip().rstrip("."))
    if not text.startswith("[") and not re.match(r"I\b|I'", text):
        text = "I am " + re.sub(r"^(i'?m|i am|as) ", "", text, flags=re.I)
    return capital(text) + "."


def capital(text: str) -> str:
    """The text with a capital first."""
    return text[:1].upper() + text[1:]


def lower(text: str) -> str:
    """The text with a small first letter, unless it is "I"."""
    return text if re.match(r"I\b", text) else text[:1].lower() + text[1:]


def _turned(text: str, pairs: tuple[tuple[str, str], ...]) -> str:
    for pattern, to in pairs:
        text = re.sub(pattern, to, text, flags=re.I)
    return re.sub(r" {2,}", " ", text)
