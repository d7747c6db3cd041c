"""Whole clauses of a message: who its writer is, what they know of the other person, what they want to ask.

A clause that is carried whole stays a sentence; a fragment fitted into one seldom does.
"""

from __future__ import annotations

import re

END = r"(?<=[.!?])\s+|\n+|;\s+|\s+[-\u2013\u2014]\s+"
SUBJECT = r"(?:I|i|im|I'm|i'm|I'd|i'd|I've|she|he|they|there|it|we|please|can|could)\b"
WANTS = r"(?:would|want|wanna|hope|need|like|love)\b"
THEN = r"(?:after that|since then|because of that|thanks to that|now|then)"
SPLIT = re.compile(
    rf"{END}|,?\s+(?:and|but|so|then)\s+(?={SUBJECT}|theres\b|{WANTS})|,?\s+and {THEN},?\s+|,\s+(?={SUBJECT}|{WANTS})"
)
HELLO = re.compile(
    r"^(?:hi|hello|hey|ok|okay|so|well|also|now|basically|honestly)\b[,!. ]*(?:there[,!. ]*)?", re.IGNORECASE
)
REQUEST = re.compile(
    r"\b(?:help me|can you|could you|please|draft|compose|reach(?:ing)? out|get in touch|cold e-?mail|linkedin|write"
    r"|(?:email|contact|message) (?:to|her|him|them|a|an|the|my|someone|prof\w*|dr|mrs?|ms)"
    r"|need (?:a|an) (?:note|mail|email))\b",
    re.IGNORECASE,
)
WISH = re.compile(
    r"\b(?:want(?:ed)?|wanna|would (?:like|love)|I'?d (?:like|love)|like to|love to|hop(?:e|ing) to|wonder(?:ing)?)\b"
    r"|\b(?:ask|asking) (?:her|him|them|if|whether|for|about|how|what|why)\b",
    re.IGNORECASE,
)
ASKS = re.compile(
    r"\b(?:ask(?:ing)?|know|learn|find out|hear|understand|wonder(?:ing)?)\b(?: from)?(?: (?:her|him|them|you))?"
    r"(?: out)? (.{4,110})$"
    r"|\b((?:advice|feedback|thoughts|guidance|help|a view) (?:on|about|with|whether|for) .{4,100})$"
    r"|\b((?:for )?(?:an? )?(?:\d+[- ]?min\w*|short|quick|half an hour)(?: \w+)? (?:about|on) .{4,90})$",
    re.IGNORECASE,
)
ME = re.compile(
    r"^(?:I'?m|I am)(?: also| now| currently)?"
    r" (?:an?|the|in|doing|working|studying|on|at|(?:re)?training|\w+ing|\d+)\b.{3,110}$"
    r"|^I(?: also| now| currently)? (?:work|study|lead|run|build|teach|manage|head|research|design|write|coach|make"
    r"|shoot|paint|play|sell|own|volunteer|care|farm|cook|nurse|live|translate)\b.{3,100}$",
    re.IGNORECASE,
)
NOT_ME = re.compile(
    r"^(?:I'?m|I am)\b.{0,20}\b(?:writing|looking|hoping|trying|wondering|thinking|asking|nervous|afraid|not sure"
    r"|stuck|scared)\b",
    re.IGNORECASE,
)
TAIL = re.compile(r",? (?:and|but|so) (?:there|this|would|want|need)\b.*$|, who\b.*$|, (?:and|but)\b.*$", re.IGNORECASE)
OTHER = re.compile(r"\b(?:she|he|her|his|him|they|their|them|whose)\b", re.IGNORECASE)
DID = re.compile(
    r"\b(?:I|we)(?:'ve| have|'d| had)?(?: \w+ly| just| once| also)? (?:read|saw|heard|shadowed|listened|used"
    r"|volunteered|attended|met|watched|took|worked|visited|follow(?:ed)?|cited|built|tried|loved|liked|enjoyed"
    r"|remember|learned|learnt|spoke|talked|sat|started|came|found|asked|admire)\b"
    r"|\b(?:she|he|they)(?: also| once| just)? (?:gave|lent|wrote|said|told|showed|helped|taught|spoke|built|made|led"
    r"|explained|published|changed|won|runs?|started|founded|moved|went|did|left|got|spent|took|organi[sz]ed|shared"
    r"|answered|designed|directed|created)\b",
    re.IGNORECASE,
)
CHANGED = re.compile(
    r"\b(?:made|changed|saved|helped|taught|showed|inspired|convinced|got) (?:me|us|my|our)\b", re.IGNORECASE
)
BY = r"\b(?:an?|the|this|that) ((?:[\w-]+ ){0,3}?[\w-]+) (?:by|from|of) "
LONGEST = 150  # characters of a clause that is carried whole


def clauses(text: str) -> list[str]:
    """The clauses of a text that have a subject of their own, in order, without greetings."""
    plain = re.sub(r"\b(Dr|Prof|Mr|Mrs|Ms|Mx|St)\.", r"\1", text.replace("\u2019", "'"))
    return [HELLO.sub("", part).strip(" ,.") for part in SPLIT.split(plain) if part and part.strip(" ,.")]


def read(text: str) -> dict[str, str]:
    """The slots `about_me`, `reason` and `ask`, each a whole clause or what stands after its verb."""
    found: dict[str, str] = {}
    reasons: list[tuple[int, str]] = []
    for clause in clauses(text):
        if WISH.search(clause) and (asks := ASKS.search(clause)):
            asked = next(group for group in asks.groups() if group).strip(" ?.")
            if len(asked.split()) > 1:
                found["ask"] = asked
        elif REQUEST.search(clause) or clause.endswith("?"):
            continue
        elif ME.search(clause) and not NOT_ME.search(clause) and not OTHER.search(TAIL.sub("", clause)):
            found.setdefault("about_me", TAIL.sub("", clause))
        elif len(clause) <= LONGEST and not WISH.search(clause) and (weight := _weight(clause)):
            reasons.append((weight, clause))
    if reasons:
        found["reason"] = max(reasons, key=lambda pair: pair[0])[1]
    return found


def _weight(clause: str) -> int:
    """How much a clause says about why this person; 0 when it says nothing of them."""
    other = bool(OTHER.search(clause) or re.search(BY, clause))
    return (2 if CHANGED.search(clause) else 0) + (1 if DID.search(clause) else 0) if other else 0


def addressed(clause: str, name: str) -> str:
    """A clause in which the person called `name` is spoken to: "a post by NAME" is "your post"."""
    if not name or name.startswith("["):
        return clause
    called = "|".join(re.escape(n) for n in dict.fromkeys((name, *name.split()[-1:])) if len(n) > 2)
    clause = re.sub(rf"{BY}(?:{called})\b", r"your \1", clause)
    clause = re.sub(rf"\b(?:{called})'s\b", "your", clause)
    return re.sub(rf"\b(?:{called})\b", "you", clause)
