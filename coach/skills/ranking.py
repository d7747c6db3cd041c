"""Order people by a need: a point for each criterion that their row meets, with the row's own words as the reason."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from coach.grounding import content_words
from coach.skills.people import ORDERS, People, Person, capacity, same_name

Kind = Literal["must", "wanted", "nice"]
WEIGHTS: Mapping[Kind, float] = {"must": 2.0, "wanted": 1.0, "nice": 0.5}
MET = 0.5  # share of a criterion's words, weighted by how rare they are, that a row must hold
CLOSE = 0.55  # cosine from which a cell says the same in other words; it counts like so large a share
MEANING_LIMIT = 60  # different pieces of text; embedding one takes about 0.1 s, so longer lists go by words
READ = ("role", "skills", "organisation", "wants", "notes", "identity", "place")
EMPTY_WORDS = content_words(
    "mentor mentors mentoring mentee help need want look find someone person people work role job career learn get"
    " become improve grow advice support guidance experience know like would good better great move into start field"
    " area skill skills able understand year years level who has done my their how ideally prefer must should team"
    " company currently more about really talk person meet industry background"
)
SHORT = {"ml": "machine learning", "ux": "user experience", "pm": "product manager", "k8s": "kubernetes"}
SYMBOLS = re.compile(r"(?<![\w+#])(c\+\+|c#|f#|r|c|go|\.net)(?![\w+#])", re.I)
REMOTE = re.compile(r"\b(remote(ly)?|online|virtual(ly)?|video|zoom|teams|anywhere)\b", re.I)
SPLIT = re.compile(r"\s*[;|\u2022]\s*|\s*/\s+|,\s+|(?<=[.!?])\s+")
OWN = re.compile(r"\b(my|own|current) (\w+ )?(boss|manager|line manager|supervisor)\b", re.I)


class Embedder(Protocol):
    """What gives texts vectors of length 1."""

    def matrix(self, texts: list[str]) -> NDArray[np.float32]:
        """One row a text."""
        ...


@dataclass(frozen=True)
class Criterion:
    """One thing that is looked for."""

    text: str
    kind: Kind = "wanted"
    field: str = ""  # a field of the list it is about; any when empty


@dataclass(frozen=True)
class Reason:
    """Why a criterion counts as met: words that stand in the row as they are."""

    criterion: str
    heading: str
    quote: str  # pieces that do not stand side by side are joined by an ellipsis
    strength: float  # 0 to 1
    by_meaning: bool = False


@dataclass(frozen=True)
class Ranked:
    """A person, the place in the order, and why."""

    person: Person
    place: int | None  # equal scores share a place; None when set aside
    score: float  # share of the weight of all criteria, 0 to 1
    reasons: tuple[Reason, ...]
    unmet: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    tied: bool = False
    conflict: str = ""  # why the person is set aside


@dataclass(frozen=True)
class _Piece:
    row: int
    heading: str
    field: str
    text: str
    words: frozenset[str]


def criteria(need: str) -> list[Criterion]:
    """A need in plain words, cut into the things it names."""
    found: list[Criterion] = []
    for part in re.split(r"[,;.\n]+|\b(?:and|but|also|plus|with|who is|ideally)\b", need):
        text = " ".join(part.split())
        if REMOTE.search(text) and len(_words(text)) <= 1:
            found.append(Criterion(text, field="remote"))
        elif _words(text):
            found.append(Criterion(text))
    return found


class Table:
    """A list of people made ready for many criteria."""

    def __init__(self, people: People, embedder: Embedder | None = None) -> None:
        self.people = people
        self._pieces = [piece for person in people.rows for piece in _pieces(people, person)]
        self._at: dict[str, list[int]] = defaultdict(list)
        rows: dict[str, set[int]] = defaultdict(set)
        for n, piece in enumerate(self._pieces):
            for word in piece.words:
                self._at[word].append(n)
                rows[word].add(piece.row)
        self._spread = {word: len(found) for word, found in rows.items()}
        self._cache: dict[Criterion, dict[int, Reason]] = {}
        texts = list(dict.fromkeys(p.text for p in self._pieces if p.field != "place"))
        self._embedder = embedder if embedder and 0 < len(texts) <= MEANING_LIMIT else None
        self._texts = {text: n for n, text in enumerate(texts)}
        self._vectors = self._embedder.matrix(texts) if self._embedder else None

    def reasons(self, criterion: Criterion) -> dict[int, Reason]:
        """Row → reason, for each row that meets the criterion."""
        if criterion not in self._cache:
            found = self._by_meaning(criterion)
            for row, reason in self._by_words(criterion).items():
                if row not in found or reason.strength >= found[row].strength:
                    found[row] = reason
            self._cache[criterion] = found
        return self._cache[criterion]

    def says_nothing(self, person: Person, criterion: Criterion) -> bool:
        """Whether the row leaves the cells empty in which the criterion could be met."""
        if criterion.field in ("place", "identity", "remote"):
            return not self.people.values(person, "place" if criterion.field == "remote" else criterion.field)
        return not self.people.values(person, "role", "skills", "notes", "wants")

    def _by_words(self, criterion: Criterion) -> dict[int, Reason]:
        if criterion.field == "remote":
            hits = ((p, REMOTE.search(p.text)) for p in self._pieces)
            return {p.row: Reason(criterion.text, p.heading, p.text, 1.0) for p, hit in hits if hit}
        words = _words(criterion.text)
        weight = {w: math.log(2 + len(self.people.rows) / (1 + self._spread.get(w, 0))) for w in words}
        total = sum(weight.values())
        cells: dict[tuple[int, str], list[_Piece]] = defaultdict(list)
        for n in sorted({n for w in words for n in self._at.get(w, ())}):
            piece = self._pieces[n]
            if not criterion.field or piece.field in (criterion.field, "notes"):
                cells[piece.row, piece.heading].append(piece)
        found: dict[int, Reason] = {}
        for (row, heading), pieces in cells.items():
            held = words & _union(pieces)
            share = round(sum(weight[w] for w in held) / total, 3)
            if share < MET or (row in found and share <= found[row].strength):
                continue
            needed = [p for n, p in enumerate(pieces) if not (p.words & words) <= _union(pieces[:n])]
            quote = " \u2026 ".join(p.text for p in needed)
            found[row] = Reason(criterion.text, heading, quote, share)
        return found

    def _by_meaning(self, criterion: Criterion) -> dict[int, Reason]:
        if self._embedder is None or self._vectors is None or criterion.field:
            return {}
        cosines = self._vectors @ self._embedder.matrix([criterion.text])[0]
        found: dict[int, Reason] = {}
        for piece in self._pieces:
            cosine = float(cosines[self._texts[piece.text]]) if piece.text in self._texts else 0.0
            if cosine >= CLOSE and (piece.row not in found or cosine > found[piece.row].strength):
                found[piece.row] = Reason(criterion.text, piece.heading, piece.text, round(cosine, 3), by_meaning=True)
        return found


def rank(
    people: People,
    need: str | Sequence[Criterion],
    embedder: Embedder | None = None,
    exclude: Mapping[str, str] | Iterable[str] = (),
) -> list[Ranked]:
    """People with at least one reason, best first; after them those who are set aside, with the conflict.

    Args:
        people: the list.
        need: what is looked for, in plain words or as criteria.
        embedder: finds the same thing said in other words; without it the words decide.
        exclude: names, or name → why, such as the user's own manager.
    """
    wanted = criteria(need) if isinstance(need, str) else list(need)
    barred = dict(exclude) if isinstance(exclude, Mapping) else dict.fromkeys(exclude, "named as excluded")
    table = Table(people, embedder)
    total = sum(WEIGHTS[c.kind] for c in wanted) or 1.0
    rated = [r for p in people.rows if (r := _rate(table, p, wanted, total, barred)).reasons or r.conflict]
    good = sorted((r for r in rated if not r.conflict), key=lambda r: -r.score)
    aside = [r for r in rated if r.conflict and (r.reasons or any(same_name(r.person.name, n) for n in barred))]
    out: list[Ranked] = []
    alike = Counter(r.score for r in good)
    place = 0
    for n, r in enumerate(good, 1):
        place = place if n > 1 and r.score == good[n - 2].score else n
        tied = alike[r.score] > 1
        out.append(Ranked(r.person, place, r.score, r.reasons, r.unmet, r.unknown, tied))
    return out + sorted(aside, key=lambda r: -r.score)


def _rate(
    table: Table, person: Person, wanted: Sequence[Criterion], total: float, barred: Mapping[str, str]
) -> Ranked:
    reasons: list[Reason] = []
    unmet: list[str] = []
    unknown: list[str] = []
    points = 0.0
    conflict = next((why for name, why in barred.items() if same_name(person.name, name)), "")
    for criterion in wanted:
        reason = table.reasons(criterion).get(person.row)
        if reason:
            reasons.append(reason)
            points += WEIGHTS[criterion.kind] * reason.strength
        elif table.says_nothing(person, criterion):
            unknown.append(criterion.text)
        else:
            unmet.append(criterion.text)
            if criterion.kind == "must" and criterion.field == "place" and not conflict:
                cell = table.people.value(person, "place")
                conflict = f"deal-breaker \u201c{criterion.text}\u201d: the list says \u201c{cell}\u201d"
    room = table.people.values(person, "capacity")
    if room and capacity(room[0][1]) == 0 and not conflict:
        conflict = f"no free place: {room[0][0]} \u201c{room[0][1]}\u201d"
    elif not room and "capacity" in table.people.columns.values():
        unknown.append("whether there is room")
    own = next((c for _, c in table.people.values(person, "notes", "role") if OWN.search(c)), "")
    if own and not conflict:
        conflict = f"your own manager: \u201c{own}\u201d"
    return Ranked(
        person, None, round(points / total, 3), tuple(reasons), tuple(unmet), tuple(unknown), False, conflict
    )


def _pieces(people: People, person: Person) -> list[_Piece]:
    out = []
    for heading, cell in person.cells.items():
        kind = people.columns.get(heading, "")
        if kind not in READ and kind != "":
            continue
        texts = SPLIT.split(cell) if kind in ("skills", "wants", "notes", "") else [cell]
        if ORDERS.search(cell):
            texts = [text for text in texts if not ORDERS.search(text)]
        out += [_Piece(person.row, heading, kind, text, _words(text)) for text in texts if text]
    return out


def _union(pieces: Iterable[_Piece]) -> frozenset[str]:
    return frozenset().union(*(p.words for p in pieces))


def _words(text: str) -> frozenset[str]:
    spelled = re.sub(r"\w+", lambda m: f"{m[0]} {SHORT[m[0].lower()]}" if m[0].lower() in SHORT else m[0], text)
    symbols = {s.lower() for s in SYMBOLS.findall(text)}
    return (content_words(spelled) - EMPTY_WORDS) | symbols - {"go", "c", "r"} | (symbols & _alone(text))


def _alone(text: str) -> set[str]:
    """Names of one or two letters count only as capitals (R, C, Go): in lower case they are words."""
    return {m.lower() for m in re.findall(r"\b(R|C|Go)\b(?![+#'])", text)}
