"""The gate before any model: danger, self-harm and misconduct are decided by code, and people are named.

Crisis ends the turn with a fixed text. Misconduct is answered from the safety playbooks, never as friction.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from coach.errors import LibraryError

Kind = Literal["crisis", "danger", "misconduct"]

CRISIS = re.compile(
    r"\b(kill(ing)? myself|suicid\w*|end(ing)? (my life|it all)|take my (own )?life|(want|wish|going|ready|rather|like) (to )?(die\b|be dead)"
    r"|wish i (was|were) dead|better off dead|better off without me|don'?t want to (live|be alive|be here any ?more|exist|wake up)"
    r"|no (reason|point) (to|in) (live|living|go on|going on)|can'?t go on( any ?more| like this)?\b(?= living|[.!?,]|$)"
    r"|(hurt|harm|cut)(ing|ting)? myself|self[- ]?harm\w*|overdos\w+|not (want|wanting) to wake up|disappear forever|give up on (life|living))",
    re.IGNORECASE,
)
DANGER = re.compile(
    r"\b((he|she|they|mentor|boss|supervisor|adviser|advisor|mentee)\W+(\w+\W+){0,4}?(threaten(s|ed)? to (kill|hurt|hit|beat|harm)|hit me|punched me|beat me|attacked me|choked me|is stalking me|stalks me|followed me home)"
    r"|(afraid|scared|fear) for my (life|safety)|i('m| am) (not safe|in danger|unsafe)|(raped|sexually assaulted|assaulted) me|i was (raped|sexually assaulted|assaulted)"
    r"|(going|want) to (kill|hurt|stab|shoot|beat up) (him|her|them|my (mentor|mentee|boss|supervisor)))\b",
    re.IGNORECASE,
)
MISCONDUCT = re.compile(
    r"\b(sexual\w*|harass\w*|grop(ed|es|ing)|touch(ed|es|ing) (me|my (leg|thigh|back|knee|waist|hair|shoulder|breast|chest|butt))|kiss(ed|es|ing)? me|tried to kiss|hit(s|ting)? on me|flirt(s|ed|ing)? with me"
    r"|sleep with (him|her|me|them)|nudes?|naked (photo|picture)s?|date me|asked me (out|on a date)|come to (his|her|their) (hotel|room)|hotel room|my body|comments? (on|about) my (body|looks|legs|breasts|clothes)"
    r"|discriminat\w+|racis[tm]\w*|sexis[tm]|homophob\w+|transphob\w+|slurs?|n-word|because (i'?m|i am) (black|asian|brown|muslim|jewish|gay|trans|pregnant|disabled|a woman|old|an immigrant|latina|latino|hispanic|indian|african)"
    r"|retaliat\w+|blackmail\w*|threaten(s|ed|ing)? (me|to (fire|ruin|report|deport|fail|end|destroy|withdraw|cancel my))|ruin my career|bull(y|ies|ied|ying)\b|humiliat\w+ me|screams? at me|abus(e|es|ed|ive)\b"
    r"|falsif\w+|fabricat\w+ (data|results|numbers)|fake (the )?(data|results|numbers)|(asked|told|wants) me to (lie|forge|cover up|sign something))",
    re.IGNORECASE,
)
NEGATED = re.compile(
    r"\b(not|never|isn'?t|wasn'?t|no) (\w+ ){0,2}(harass\w*|sexual\w*|discriminat\w*|abus\w+|suicid\w*)", re.IGNORECASE
)


@dataclass(frozen=True)
class Concern:
    """What the gate saw."""

    kind: Kind
    text: str
    cue: str


@dataclass(frozen=True)
class Helplines:
    """Reviewed ways to human help, from `helplines.yaml` in the library."""

    reviewed: str
    regions: tuple[dict[str, Any], ...]
    misconduct: tuple[dict[str, Any], ...]

    @classmethod
    def load(cls, folder: Path) -> Helplines:
        """Read the file.

        Raises:
            LibraryError: it is missing or wrong.
        """
        path = folder / "helplines.yaml"
        try:
            raw = yaml.safe_load(path.read_text(encoding="utf-8"))
            return cls(str(raw["reviewed"]), tuple(raw["regions"]), tuple(raw["misconduct"]))
        except (OSError, KeyError, TypeError, yaml.YAMLError) as error:
            raise LibraryError(f"The help lines in {path} cannot be read; restore the file.") from error


def look(text: str) -> Concern | None:
    """What in a message needs human help before anything else, or None."""
    plain = text.replace("\u2019", "'")
    for kind, pattern in (("crisis", CRISIS), ("danger", DANGER), ("misconduct", MISCONDUCT)):
        found = pattern.search(plain)
        if found and not (kind == "misconduct" and NEGATED.search(plain)):
            return Concern(kind, text, found.group(0))  # type: ignore[arg-type]
    return None


def crisis_text(concern: Concern, lines: Helplines, region: str) -> str:
    """The fixed reply to a crisis or danger; human help first and nothing after it."""
    if concern.kind == "danger":
        opening = (
            "Your safety comes first, before anything about mentoring. "
            "If you or someone else is in danger now, call your local emergency number and get to a place with other people."
        )
    else:
        opening = (
            "I am sorry that it is this hard. This is more than a coaching program should answer, "
            "and talking to a person now can help. If you might act on it, call your local emergency number now, "
            "or go to someone you trust and tell them plainly."
        )
    wanted = [r for r in lines.regions if region and str(r["region"]).upper().startswith(region.upper())]
    listed = "\n".join(f"- **{r['region']}**: {r['name']}, {r['how']} ({r['link']})" for r in wanted or lines.regions)
    return f"{opening}\n\n{listed}\n\nThis program is an AI and cannot call for help or keep you company. A person can."
