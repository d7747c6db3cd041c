"""A pasted list inside a search plan: who of them fits the need, with the words of each row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from coach.errors import WeightsMissing
from coach.skills import ranking
from coach.skills.base import Turn
from coach.skills.people import People, read_people

TOP = 5
ABOUT_ALL = 6  # criteria at most: more would blur the order
LONGEST_QUOTE = 90


@dataclass(frozen=True)
class Shortlist:
    """The order as text, what the columns were taken for, and what was odd."""

    text: str
    columns: str
    notes: str
    best: str  # the name in the first place, when nobody shares it


def find(turn: Turn) -> People | None:
    """The newest list in what the user wrote."""
    texts = [turn.message, *(text for role, text in reversed(turn.history) if role == "user")]
    return next((people for text in texts if (people := read_people(text)).rows), None)


def criteria(given: Mapping[str, str]) -> list[ranking.Criterion]:
    """What the user said they look for, as things a row can meet."""
    found = [c for name in ("goal",) if name in given for c in ranking.criteria(given[name])]
    if "field" in given and not any(given["field"].lower() in c.text.lower() for c in found):
        found.append(ranking.Criterion(given["field"]))
    if "identity" in given:
        found += [ranking.Criterion(given["identity"], field="identity")]
    remote = "mode" in given and ranking.REMOTE.search(given["mode"]) is not None
    if remote:
        found.append(ranking.Criterion(given["mode"], field="remote"))
    for name in ("must", "must_2"):
        text = given.get(name, "")
        if text and given.get("place") and given["place"] in text:
            found.append(ranking.Criterion(given["place"], "must", "place"))
        elif text and not re.search(r"\b(no|not|n't|nobody|don'?t|can'?t|cannot)\b", text, re.I):
            found += [ranking.Criterion(c.text, "must") for c in ranking.criteria(text)]
    found += [ranking.Criterion(c.text, "nice") for n in ("nice", "nice_2") for c in ranking.criteria(given.get(n, ""))]
    if "place" in given and not remote and not any(c.field == "place" for c in found):
        found.append(ranking.Criterion(given["place"], "nice", "place"))
    return found[:ABOUT_ALL]


def order(turn: Turn, people: People, given: Mapping[str, str]) -> Shortlist:
    """The five that fit best, or that nothing can be said yet."""
    wanted = criteria(given)
    barred = {given["boss"]: "your own manager"} if "boss" in given else {}
    ranked = _rank(turn, people, wanted, barred)
    rows = []
    for r in [r for r in ranked if r.place is not None][:TOP]:
        why = "; ".join(_reason(reason) for reason in r.reasons[:2])
        tie = ", tied" if r.tied else ""
        gaps = f" Not known: {', '.join(r.unknown[:2])}." if r.unknown else ""
        met = f"meets {len(r.reasons)} of {len(wanted)}"
        rows.append(f"- **{r.place}{tie}. {plain(r.person.name)}** ({met}): {why}.{gaps}")
    aside = [r for r in ranked if r.place is None][:3]
    rows += [f"- Set aside: **{plain(r.person.name)}** ({plain(r.conflict, 120)})" for r in aside]
    if not rows:
        missing = "none of the rows holds what you look for" if wanted else "I need your goal to order it: [goal]"
        rows = [f"{len(people.rows)} people, but {missing}."]
    else:
        places = sum(r.place is not None for r in ranked)
        rows.append(f"- {len(people.rows)} in the list, {places} with a reason in their row.")
    filled = [(h, f) for h, f in people.columns.items() if f and any(p.cells[h] for p in people.rows)]
    taken = ", ".join(f"{plain(h, 40)} \u2192 {f}" for h, f in filled)
    unread = [plain(h, 40) for h, f in people.columns.items() if not f]
    columns = f"Read as: {taken}." + (f" Not understood: {', '.join(unread)}." if unread else "")
    best = [plain(r.person.name) for r in ranked if r.place == 1]
    return Shortlist("\n".join(rows), columns, "\n".join(people.problems), best[0] if len(best) == 1 else "")


def _reason(reason: ranking.Reason) -> str:
    close = " (in other words)" if reason.by_meaning else ""
    return f"{plain(reason.criterion)}: \u201c{plain(reason.quote)}\u201d{close}"


def plain(text: str, limit: int = LONGEST_QUOTE) -> str:
    """A cell as text: no links, markup or lines, and cut at a word when it is long."""
    text = " ".join(text.split())
    if len(text) > limit:
        text = text[:limit].rsplit(" ", 1)[0] + "\u2026"
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", text)


def _rank(
    turn: Turn, people: People, wanted: list[ranking.Criterion], barred: Mapping[str, str]
) -> list[ranking.Ranked]:
    try:
        return ranking.rank(people, wanted, turn.embedder if turn.library.dense else None, barred)
    except WeightsMissing:
        return ranking.rank(people, wanted, None, barred)
