"""How long a meeting is in the user's words, when it is, and how its minutes are split."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

DEFAULT_MINUTES, LEAST, MOST = 30, 5, 480
BUFFER = 0.10  # of a meeting, kept free, because one point will run over
GRID = 5  # minutes; from 40 minutes on, times are multiples of it, because nobody watches a clock to the minute

NUMBERS = {
    "five": 5, "ten": 10, "fifteen": 15, "twenty": 20, "twenty five": 25, "thirty": 30, "thirty five": 35, "forty": 40,
    "forty five": 45, "fifty": 50, "sixty": 60, "seventy five": 75, "ninety": 90, "a hundred": 100,
}  # fmt: skip
HOURS = {"an": 1.0, "a": 1.0, "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0}
_WORD = "|".join(sorted((name.replace(" ", "[- ]") for name in NUMBERS), key=len, reverse=True))
_OF_PART = r"(?!\s*(?:late|ago|early|earlier|each|per|away|drive|walk|apart|before|after the|of (?:background|small)))"
_NOT_WHOLE = r"(?<!first )(?<!last )(?<!final )(?<!every )(?<!at )"
DURATION = re.compile(
    rf"{_NOT_WHOLE}\b(?:(?P<halves>(?:an |one )?hour and a half|(?:one and a half|1 1/2|1\u00bd) hours)"
    r"|(?P<threequarters>three[- ]quarters of an hour)"
    r"|(?P<quarter>(?:a )?quarter of an hour)|(?P<half>half (?:an |a )?hour|half-hour)"
    r"|(?P<h>\d)\s?h(?:ours?|rs?)?\s?(?:and )?(?P<hm>[0-5]\d)(?:\s?m(?:in\w*)?)?"
    r"|(?P<hours>\d{1,2}(?:[.,]\d+)?|an|one|two|three|four)(?:-|\s)?(?:hours?|hrs?|h)(?:\s+and a half(?P<plus>))?"
    rf"|(?P<minutes>\d{{1,3}}|{_WORD})(?:-|\s)?(?:good\s)?(?:min(?:ute)?s?\b|mins\b|')"
    rf"|(?P<halfday>half (?:a )?day)|(?P<day>(?:full|whole|entire) day))(?![\w]){_OF_PART}",
    re.I,
)

_DAY = r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:tues?|wed|thurs?|fri|(?<=on )(?:mon|sat|sun))(?!\w))"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*"
_NTH = r"\d{1,2}(?:st|nd|rd|th)?"
DATE = re.compile(
    r"(?<!last )(?<!since )(?<!by )(?<!until )(?<!till )(?<!before )(?<!after )(?<!past )\b("
    rf"(?:(?:next|this|coming) )?{_DAY}\b(?:,? (?:the {_NTH}|{_NTH}(?= (?:of )?{_MONTH}))(?: (?:of )?{_MONTH})?)?"
    rf"|\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH}\b(?:,? \d{{4}})?|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?\b(?:,? \d{{4}})?"
    r"|\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{2,4}|(?:the )?day after tomorrow|tomm?orr?ow|today|next week)",
    re.I,
)
_ZONE = r"(?: (?:UTC|GMT|BST|C?EST|CET|EDT|PST|PDT|IST|[A-Z][a-z]+ time)\b)?"
TIME = re.compile(
    rf"\b((?:[01]?\d|2[0-3])[:.][0-5]\d(?: ?[ap]\.?m\b)?{_ZONE}|(?:1[0-2]|[1-9]) ?[ap]\.?m\b{_ZONE}"
    rf"|(?:1[0-2]|[1-9]) o'?clock{_ZONE}|(?<=\bat )(?:2[0-3]|1\d|\d)(?!\s*(?:min|h\b|hour|%|years|[-\d]|\.\d)){_ZONE}"
    r"|(?<=\bat )(?:noon|midday|(?:half past|quarter (?:past|to)) \w+))",
    re.I,
)
RHYTHM = re.compile(
    r"\b(every (?:(?:two|three|four|six|second|other|\d) )?(?:weeks?|months?)|(?:bi-?)?weekly|fortnightly|monthly"
    r"|quarterly|(?:once|twice) a (?:week|month))\b",
    re.I,
)


@dataclass(frozen=True)
class Item:
    """One point of a meeting. `origin`: topic, commitments, library or close; `fixed`: the user set its minutes."""

    title: str
    outcome: str
    weight: float = 3.0
    origin: str = "library"
    core: bool = True  # stays when the user has topics of their own
    minutes: int = 0
    fixed: bool = False


def duration(text: str) -> tuple[int, str] | None:
    """The minutes a text gives to the meeting and the words that say so; the last statement wins."""
    found = [(m, f.group()) for f in DURATION.finditer(text) if LEAST <= (m := _minutes(f)) <= MOST]
    return found[-1] if found else None


def _minutes(found: re.Match[str]) -> int:
    part = {name: value for name, value in found.groupdict().items() if value is not None}
    simple = {"halves": 90, "threequarters": 45, "quarter": 15, "half": 30, "halfday": 180, "day": 360}
    for name, minutes in simple.items():
        if name in part:
            return minutes
    if "h" in part:
        return int(part["h"]) * 60 + int(part["hm"])
    if "hours" in part:
        word = part["hours"].lower()
        return round((HOURS.get(word) or float(word.replace(",", "."))) * 60) + (30 if "plus" in part else 0)
    word = part["minutes"].lower().replace("-", " ")
    return NUMBERS.get(word) or int(word)


def capacity(minutes: int) -> int:
    """How many items a meeting can hold."""
    return 2 if minutes < 12 else 3 if minutes < 20 else 4 if minutes < 30 else 5


def boxed(items: Sequence[Item], minutes: int) -> tuple[list[Item], int]:
    """The items with whole minutes, and the buffer; together they are exactly the length of the meeting.

    Minutes that the user fixed are kept as long as every other item still gets its share; else they are dropped.
    """
    grid = GRID if minutes >= 40 and minutes % GRID == 0 and GRID * (len(items) + 1) <= minutes else 1
    buffer = max(grid, round(minutes * BUFFER / grid) * grid)
    left = minutes - buffer - sum(i.minutes for i in items if i.fixed)
    free = [i for i in items if not i.fixed]
    if left < len(free) or (left > 0 and not free):
        return boxed([replace(i, fixed=False) for i in items], minutes)
    if left % grid:
        grid = 1
    shares = iter(_split(left // grid, [i.weight for i in free]))
    return [i if i.fixed else replace(i, minutes=next(shares) * grid) for i in items], buffer


def _split(units: int, weights: Sequence[float]) -> list[int]:
    """Whole units by weight, at least one each, by largest remainder."""
    spare = units - len(weights)
    exact = [max(0.0, units * w / sum(weights) - 1) for w in weights]
    scale = spare / sum(exact) if sum(exact) else 0.0
    shares = [1 + int(x * scale) for x in exact]
    order = sorted(range(len(weights)), key=lambda n: (-(exact[n] * scale % 1), -weights[n]))
    for n in order[: units - sum(shares)]:
        shares[n] += 1
    return shares
