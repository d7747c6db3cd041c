"""Match mentees and mentors of a programme: an assignment with capacities, exclusions, and a word on fairness."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped,unused-ignore]

from coach.skills.people import People, Person, capacity, same_name
from coach.skills.ranking import Criterion, Embedder, Reason, Table, criteria

Floats = NDArray[np.float64]
CHOICE = 2.0  # weight of a mentor whom the mentee named, as against 1 for each other criterion
LATER_CHOICE = 0.75  # what a second choice is worth of the first, a third of the second
DEFAULT_CAPACITY = 1


@dataclass(frozen=True)
class Pair:
    """A mentee and the mentor found, with the words that join them."""

    mentee: Person
    mentor: Person
    score: float  # 0 to 1
    share: float  # of the best score this mentee could have had with any mentor who is not excluded
    reasons: tuple[Reason, ...]

    @property
    def first_choice(self) -> bool:
        """Whether no other mentor would have fitted this mentee better."""
        return self.share > 0.999


@dataclass(frozen=True)
class Fairness:
    """How the gains are spread."""

    mentees: int
    matched: int
    first_choices: int
    mean_share: float
    worst_share: float
    worst_off: tuple[str, ...]


@dataclass(frozen=True)
class Matching:
    """All pairs, who is left, and why."""

    pairs: tuple[Pair, ...]
    unmatched: tuple[tuple[Person, str], ...]
    free: tuple[tuple[Person, int], ...]  # mentors with room left
    fairness: Fairness
    notes: tuple[str, ...]
    mapping: dict[str, dict[str, str]]  # list → heading → field


def match(
    mentees: People,
    mentors: People,
    *,
    excluded: Iterable[tuple[str, str]] = (),
    embedder: Embedder | None = None,
    default_capacity: int = DEFAULT_CAPACITY,
) -> Matching:
    """Match as many mentees as possible to someone who fits, then share the fit out evenly.

    A pair needs a reason quoted from the mentor's row; nobody is paired with the own manager, with themselves, or with
    a person either list or `excluded` rules out. Solved by `scipy.optimize.linear_sum_assignment` (Crouse 2016).

    Args:
        mentees: with what they look for; columns for their manager, for people to avoid and for choices are used.
        mentors: with skills, role and capacity.
        excluded: (mentee, mentor) names that must not be paired.
        embedder: finds the same thing said in other words.
        default_capacity: room of a mentor whose row does not say.
    """
    pairs = list(excluded)
    table = Table(mentors, embedder)
    scores = np.zeros((len(mentees.rows), len(mentors.rows)))
    found: dict[tuple[int, int], tuple[Reason, ...]] = {}
    barred: dict[int, list[str]] = {}
    silent: set[int] = set()
    for i, mentee in enumerate(mentees.rows):
        wishes = _wishes(mentees, mentee)
        if not wishes and not mentees.values(mentee, "choice"):
            silent.add(i)
        by_row = [table.reasons(c) for c in wishes]
        named = mentees.values(mentee, "choice")
        total = len(wishes) + (CHOICE if named else 0.0)
        for j, mentor in enumerate(mentors.rows):
            if why := _barred(mentees, mentee, mentors, mentor, pairs):
                barred.setdefault(i, []).append(f"{mentor.name}: {why}")
                continue
            reasons = tuple(r for rows in by_row if (r := rows.get(mentor.row)))
            chosen = [
                Reason(f"{h} of {mentee.name}", h, c, LATER_CHOICE**n)
                for n, (h, c) in enumerate(named)
                if same_name(c, mentor.name)
            ]
            points = sum(r.strength for r in reasons) + (CHOICE * chosen[0].strength if chosen else 0.0)
            if points:
                scores[i, j] = points / total
                found[i, j] = (*chosen[:1], *reasons)
    rooms = [_room(mentors, m, default_capacity) for m in mentors.rows]
    best = scores.max(axis=1) if scores.size else np.zeros(len(mentees.rows))
    chosen_pairs = _assign(scores, best, rooms)
    made = tuple(
        Pair(
            mentees.rows[i],
            mentors.rows[j],
            round(float(scores[i, j]), 3),
            round(float(scores[i, j] / best[i]), 3),
            found[i, j],
        )
        for i, j in sorted(chosen_pairs.items())
    )
    left = tuple(
        (mentee, _why(i, scores, rooms, silent, barred))
        for i, mentee in enumerate(mentees.rows)
        if i not in chosen_pairs
    )
    used = [list(chosen_pairs.values()).count(j) for j in range(len(rooms))]
    free = tuple((m, rooms[j] - used[j]) for j, m in enumerate(mentors.rows) if rooms[j] > used[j])
    return Matching(
        made,
        left,
        free,
        _fairness(made, len(mentees.rows)),
        _notes(mentees, mentors, barred, default_capacity),
        {"mentees": mentees.columns, "mentors": mentors.columns},
    )


def _wishes(people: People, mentee: Person) -> list[Criterion]:
    """What a mentee looks for; their own skills are a guide only when no wish is given."""
    texts = people.values(mentee, "wants") or people.values(mentee, "skills") or people.values(mentee, "notes")
    wishes = [c for _, text in texts for c in criteria(text)]
    return list(dict.fromkeys(wishes))


def _barred(
    mentees: People, mentee: Person, mentors: People, mentor: Person, excluded: Iterable[tuple[str, str]]
) -> str:
    """Why two people must not be paired, or an empty text."""
    mail = mentees.value(mentee, "email")
    if mentee.name.lower() == mentor.name.lower() or (mail and mail.lower() == mentors.value(mentor, "email").lower()):
        return "the same person"
    boss = mentees.value(mentee, "manager")
    if boss and same_name(boss, mentor.name):
        return "own manager"
    avoid = [*mentees.values(mentee, "avoid"), *mentors.values(mentor, "avoid")]
    other = (mentor.name, mentee.name)
    if any(same_name(part, name) for _, cell in avoid for part in cell.split(";") for name in other):
        return "to be avoided, says the list"
    named = (same_name(a, mentee.name) and same_name(b, mentor.name) for a, b in excluded)
    return "excluded by you" if any(named) else ""


def _room(mentors: People, mentor: Person, default: int) -> int:
    given = [capacity(cell) for _, cell in mentors.values(mentor, "capacity")]
    known = [n for n in given if n is not None]
    return 0 if 0 in known else max(known, default=default)


def _assign(scores: Floats, best: Floats, rooms: list[int]) -> dict[int, int]:
    """Mentee → mentor. Each place of a mentor is a column; a loss grows with its square, so that it is spread."""
    places = [j for j, room in enumerate(rooms) for _ in range(min(room, len(best)))]
    if not places or not len(best):
        return {}
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.where(best[:, None] > 0, scores / best[:, None], 0.0)[:, places]
    gain = np.where(share > 0, len(best) + 1 - (1 - share) ** 2, 0.0)  # one more match outweighs any better fit
    rows, columns = linear_sum_assignment(gain, maximize=True)
    return {int(i): places[int(k)] for i, k in zip(rows, columns, strict=True) if gain[i, k] > 0}


def _why(i: int, scores: Floats, rooms: list[int], silent: set[int], barred: Mapping[int, list[str]]) -> str:
    if i in silent:
        return "the row does not say what is looked for"
    fitting = [j for j in range(len(rooms)) if scores[i, j] > 0]
    if fitting and not any(rooms[j] for j in fitting):
        return "the mentors who fit have no room"
    if fitting:
        return "the places of the mentors who fit went to others"
    if i in barred:
        return f"nobody else fits; ruled out: {'; '.join(barred[i][:3])}"
    return "no mentor's row holds anything that was looked for"


def _fairness(pairs: tuple[Pair, ...], mentees: int) -> Fairness:
    shares = [p.share for p in pairs]
    worst = min(shares, default=0.0)
    return Fairness(
        mentees,
        len(pairs),
        sum(p.first_choice for p in pairs),
        round(float(np.mean(shares)), 3) if shares else 0.0,
        worst,
        tuple(p.mentee.name for p in pairs if p.share == worst and worst < 1)[:5],
    )


def _notes(mentees: People, mentors: People, barred: Mapping[int, list[str]], default: int) -> tuple[str, ...]:
    notes = [f"Mentees: {p}" for p in mentees.problems] + [f"Mentors: {p}" for p in mentors.problems]
    if "capacity" not in mentors.columns.values():
        notes.append(f"The mentors' list gives no capacity; {default} each was taken.")
    if "manager" not in mentees.columns.values():
        notes.append("The mentees' list names no managers, so pairs with the own manager could not be seen.")
    if "wants" not in mentees.columns.values():
        notes.append("The mentees' list has no column for what is looked for; skills or notes were read instead.")
    count = sum(len(rows) for rows in barred.values())
    return (*notes, f"{count} pairs were ruled out.") if count else tuple(notes)
