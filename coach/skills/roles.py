"""The five people around a career: which of them someone has, which are missing, and which they did not mention."""

from __future__ import annotations

import re
from collections.abc import Mapping

ROLES = {
    "skill": "knows the step I face",
    "sponsor": "has a say and speaks up for me",
    "peer": "is at my own stage",
    "identity": "shares my experience",
    "outside view": "is outside my organisation",
}
NOT = re.compile(
    r"\b(no|not|nobody|no one|no-one|never|none|without|lost|left|leaving|retir\w+|lack\w*|miss(?:ing)?|alone"
    r"|n[o']t any|\w+n['\u2019]?t|theres nobody|only)\b",
    re.I,
)
WISH = re.compile(
    r"\b(want|need|looking for|look for|find|seek\w*|love|would like|'d like|hoping|wish|search\w*)\b", re.I
)
CUES = {
    "skill": r"\bmentors?\b|\b(my|an?|phd) (\w+ ){0,2}(supervisor|advis[eo]r|tutor|coach|preceptor|tech lead)\b"
    r"|\b(nobody|no one|no-one) (\w+ ){0,5}(does it|does this|knows|understands|to (ask|learn from)|in my field)\b"
    r"|\bno (contacts|network)\b|\bknow(s)? (no one|nobody)\b",
    "sponsor": r"\bsponsors?\b|\b(speaks?|spoke|vouch\w*|stands?) up for me\b|\bput(s|ting)? my name forward\b"
    r"|\bvouch\w* for me\b"
    r"|\bmentions? my name\b|\badvocat\w+\b|\bno promotion\b|\bwhen i'?m not in the room\b",
    "peer": r"\b(peers?|classmates?|course ?mates?|lab ?mates?|co-?founders?|study group|cohort|friends? (from|in"
    r"|at|who)"
    r"|colleagues? (who|my age|at my)|mastermind)\b",
    "identity": r"\b(only (\w+ ){0,2}(woman|man|person|black|asian|latin\w+|muslim|disabled|gay|queer|trans|deaf)\b)"
    r"|\bfirst (in|of) my family\b|\bfirst[- ]gen\w*|\b(looks?|people|someone|anyone) like me\b|\bshares? my"
    r" (background|experience|faith)\b"
    r"|\b(who is|who's|who\u2019s) (also )?(an? )?(woman|mum|mom|mother|parent|black|gay|queer|trans|disabled"
    r"|autistic|immigrant)\b",
    "outside view": r"\boutside (of )?(my|the|our) (\w+ )?(company|organi[sz]ation|firm|team|lab|department|group"
    r"|hospital|school"
    r"|industry|university)\b|\b(my )?(old|former|ex-?|previous) ?(boss|manager|colleague|teacher|professor"
    r"|supervisor|mentor)s?\b",
}
ALWAYS_MISSING = re.compile(
    r"\bonly (\w+ ){0,2}(woman|man|person|black|asian)\b|\bfirst (in|of) my family\b|\bfirst[- ]gen|\bno promotion\b",
    re.I,
)
CLAUSE = re.compile(
    r"[.!?;\n]+|,? (?:but|although|though|while|and (?=i\b|no\b|nobody|my\b|want|need|there|a few|ideally))|, (?!who)",
    re.I,
)
STATES = ("have", "lack")


def read(said: str) -> dict[str, str]:
    """`have <role>` or `lack <role>` → the words that say so; the newest mention of a role counts."""
    found: dict[str, str] = {}
    for clause in CLAUSE.split(re.sub(r"\b(Dr|Prof|Mr|Mrs|Ms|Mx)\.", r"\1", said)):
        text = " ".join((clause or "").split()).strip(" ,-")
        text = text if text.count("(") == text.count(")") else text.strip("()").split("(")[0].strip()
        for role, cue in CUES.items():
            hit = re.search(cue, text, re.I)
            if not hit or text.endswith("?"):
                continue
            wished = WISH.search(text) is not None
            if role == "skill" and (wished or re.match(r"(?i)(how|who|which|what|where|find|help)\b", text)):
                continue  # that is the request itself
            lacking = wished or ALWAYS_MISSING.search(text) or NOT.search(text)
            found.pop(f"{STATES[bool(not lacking)]} {role}", None)
            found[f"{STATES[bool(lacking)]} {role}"] = text
    return found


def settle(kept: Mapping[str, str], found: Mapping[str, str]) -> dict[str, str]:
    """Earlier slots with the new ones over them; a role that is found is no longer missing, and the other way round."""
    out = dict(kept)
    for name in found:
        state, _, role = name.partition(" ")
        if state in STATES and role:
            out.pop(f"{STATES[state == 'have']} {role}", None)
    return out | dict(found)


def show(given: Mapping[str, str]) -> str:
    """The map as a list; roles that were not mentioned share a line."""
    rows, open_ = [], []
    for role, meaning in ROLES.items():
        if words := given.get(f"have {role}"):
            rows.append(f"- **{role.capitalize()}:** filled (\u201c{words}\u201d)")
        elif words := given.get(f"lack {role}"):
            rows.append(f"- **{role.capitalize()}:** missing (\u201c{words}\u201d)")
        elif role == "skill" and "goal" in given:
            rows.append(f"- **Skill:** missing ({meaning}; you asked for this)")
        else:
            open_.append(f"{role} ({meaning})")
    return "\n".join([*rows, f"- **Not said:** {'; '.join(open_)}"] if open_ else rows)


def unknown(given: Mapping[str, str]) -> list[str]:
    """Roles that were not mentioned, as they are named on the map."""
    asked = {"skill"} if "goal" in given else set()
    return [r for r in ROLES if r not in asked and not any(f"{s} {r}" in given for s in STATES)]


def first_missing(given: Mapping[str, str]) -> str:
    """The role to look for first: one that the user says is missing, else the skill."""
    return next((r for r in ROLES if f"lack {r}" in given), "skill" if "have skill" not in given else "sponsor")
