"""What a mentor saw: the clauses of a message that say what was done, where, and what it led to."""

from __future__ import annotations

import re

THIRD = r"(?:two|three|four|five|some|several|many|nobody|no one|everyone|people|the|our|clients?|others|patients?)"
SPLIT = re.compile(
    rf"(?<=[.!?])\s+|\n+|;\s*|,?\s+(?:and|so|but)\s+(?=(?:that |then )?(?:I|we|it|this|{THIRD})\b)"
    rf"|,\s+(?=(?:we|{THIRD})\b)",
    re.IGNORECASE,
)
WHO = (
    r"(?:(?i:she|he|they|(?:my|our|the) (?:\w+ ){0,2}"
    r"(?:mentee|student|intern|junior|trainee|apprentice|resident|fellow))"
    r"(?:,? [A-Z]\w+,?)?|(?!(?:We|It|This|That|The|Two|Some|People|Nobody|Everyone|How|What)\b)[A-Z][a-z]+)"
)
OFTEN = r"(?:(?:always|often|keeps?|kept|just|also|again|then|never) )*"
ACT = (
    rf"{OFTEN}(?:(?:was|were|is) (?:late|absent|on (?:her|his|their) phone|\w+ing)"
    r"|(?:did(?:n't| not)|does(?:n't| not)) \w+"
    r"|(?!(?:was|is|has|seems?|needs?|wants?|should|will)\b)[a-z]+(?:s|ed|ing|t|ke|ve|me|ad|ut|rew|old|aid))\b"
)
BEHAVIOUR = re.compile(rf"^{WHO} (?P<what>{ACT}.*)$")
WHERE = re.compile(
    r"^(?P<where>(?i:in|at|during|on|before|after) [^,.]{3,50}?|(?i:yesterday|today|this morning|last \w+)),?"
    rf" +(?={WHO} )"
)
IT_WAS = re.compile(
    r"^it (?:was|happened) (?P<where>(?:at |in |during |on )?(?:the|a|our|my|mon|tues|wednes|thurs|fri).{3,50})$", re.I
)
INSIDE = re.compile(
    r"\b(?:on \w+day|yesterday|today|this morning|last \w+|(?:in|at|during|to) (?:the|our|a) [\w-]+)\b", re.I
)
LED = re.compile(
    r"^(?:that |then |so )?(?:we|I (?:had|was|could|lost|missed|felt)|it (?:cost|made|meant|took|left)|this|that"
    rf"|{THIRD})\b.{{6,}}$",
    re.I,
)
TALK = re.compile(
    r"\b(?:give|giving|need to|have to|want to|going to|how (?:do|can|should)|help me|tell|feedback)\b", re.I
)


def read(text: str) -> dict[str, str]:
    """The slots `behaviour`, `situation` and `impact`, as far as the clauses of a text say them."""
    found: dict[str, str] = {}
    for part in SPLIT.split(text.replace("\u2019", "'")):
        clause = (part or "").strip(" ,.")
        if not clause or clause.endswith("?"):
            continue
        if was := IT_WAS.match(clause):
            found.setdefault("situation", was["where"])
            continue
        where = WHERE.match(clause)
        rest = clause[where.end() :] if where else clause
        done = BEHAVIOUR.match(rest)
        if done and "behaviour" not in found and not TALK.search(rest.split(" and ")[0]):
            found["behaviour"] = done["what"]
            if where:
                found["situation"] = where["where"]
            elif inside := INSIDE.search(rest):
                found["situation"] = inside.group(0)
        elif ("behaviour" in found or "situation" in found) and LED.match(clause) and not TALK.search(clause):
            found.setdefault("impact", re.sub(r"^(?:that|then|so) (?=we|the|two|people)", "", clause))
    return found
