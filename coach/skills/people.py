"""Lists of people: a CSV with any columns, or a pasted list. What stands in a cell is data, whatever it says."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

FIELDS = (
    ("manager", r"manager|boss|reports? to|supervisor"),
    ("avoid", r"avoid|\bnot\b|conflict|exclu"),
    ("choice", r"choice|preferred|preference"),
    ("email", r"e-?mail"),
    ("capacity", r"capacity|slots?\b|\bmax|how many|number of|availab|\bspots?\b|\bplaces\b|\bfree\b|mentees"),
    ("wants", r"goal|need|want|look\w* for|to learn|learn about|develop|objective"),
    ("place", r"place|location|city|country|region|office|based|\bsite\b|time ?zone|where"),
    ("organisation", r"company|organi[sz]ation|employer|department|\bteam|institution|university|affiliation|firm\b"),
    ("role", r"\brole|title|position|\bjob|profession|occupation|function|headline"),
    ("skills", r"skill|expert|speciali|strength|help with|offer|competenc|experience|topic|\barea|\bfield|interest"),
    ("identity", r"pronoun|gender|identity|language|background"),
    ("notes", r"note|comment|\bbio|about|remark|descri|summary|other"),
    ("name", r"name|^(the )?(mentors?|mentee|person|who|people|contact)$"),
)
"""What a column holds, by its heading; the first that fits wins."""
NAME = re.compile(r"^(?:(?:Dr|Prof|Mr|Mrs|Ms|Mx)\.? )?[^\W\d_][\w.'\u2019-]*(?: [^\W\d_][\w.'\u2019-]*){0,3}$")
TITLE = re.compile(r"\b(dr|prof|professor|mr|mrs|ms|mx)\b", re.I)
BULLET = re.compile(r"^\s*(?:[-*\u2022\u2013]|\d+[.)])\s+")
PART = re.compile(r"\s+[-\u2013\u2014|]\s+|\s*[;\t|]\s*|:\s+|\s*\((?=.*\))|\)\s*(?:[-\u2013\u2014:,]\s*)?")
ORDERS = re.compile(
    r"\b(ignore|disregard|forget)\b.{0,30}\b(instruction|rule|previous|above|criteri|other)|\bsystem prompt\b"
    r"|\b(rank|put|place|score|select|choose|match) (me|this (row|person|candidate|mentor))\b|\byou (are|must) now\b",
    re.I,
)
"""Text in a cell that talks to the coach; it is never used as a reason."""
COUNTS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
DELIMITERS = ",;\t|"
LONGEST_HEADING = 40


@dataclass(frozen=True)
class Person:
    """One row: its place in the list, counted from 1, and its cells by heading."""

    row: int
    name: str
    cells: dict[str, str]


@dataclass(frozen=True)
class People:
    """A list of people, what each column was taken for, and what was odd about it."""

    rows: tuple[Person, ...]
    columns: dict[str, str]  # heading → field; "" for a column that was not understood
    problems: tuple[str, ...] = ()
    outside: str = ""  # the text around a pasted list

    def values(self, person: Person, *fields: str) -> list[tuple[str, str]]:
        """(heading, cell) of the filled cells of these fields."""
        return [(h, c) for h, c in person.cells.items() if c and self.columns.get(h) in fields]

    def value(self, person: Person, name: str) -> str:
        """The first filled cell of a field, or an empty text."""
        return next((cell for _, cell in self.values(person, name)), "")


def read_people(source: str | bytes) -> People:
    """Read a CSV (any delimiter, headings or none), a Markdown table or a pasted list; no rows when there is none."""
    text = _decode(source) if isinstance(source, bytes) else source.removeprefix("\ufeff")
    return _table(text) or _pasted(text) or People((), {}, outside=text)


def capacity(text: str) -> int | None:
    """How many people a cell has room for; None when it does not say."""
    if re.search(r"\b(full|none|no|unavailable|not (currently |now )?(available|taking)|closed)\b", text, re.I):
        return 0
    if re.search(r"\b(hours?|hrs?|minutes?|mins?|h)\b|%", text, re.I):
        return None
    if number := re.search(r"\d+", text):
        return int(number.group())
    word = re.search(rf"\b({'|'.join(COUNTS)})\b", text, re.I)
    if word:
        return COUNTS[word.group(1).lower()]
    return 1 if re.search(r"\b(yes|available|open|free)\b", text, re.I) else None


def same_name(a: str, b: str) -> bool:
    """Whether two texts name one person: every word of the shorter stands in the longer, titles apart."""
    small, large = sorted((set(re.findall(r"[\w'-]+", TITLE.sub("", x).lower())) for x in (a, b)), key=len)
    return bool(small) and small <= large


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _table(text: str) -> People | None:
    """The part of a text that is a table with headings, or a whole text that is one without."""
    lines = [line for line in text.splitlines() if not re.fullmatch(r"[\s|:-]*-{2,}[\s|:-]*", line)]
    for start, line in enumerate(lines[:60]):
        for delimiter in sorted(DELIMITERS, key=line.count, reverse=True):
            heads = _cells(line, delimiter)
            fields = [heading_field(head) for head in heads]
            known = sum(bool(f) for f in fields)
            if len(heads) < 2 or known < max(2, len(heads) / 3) or max(map(len, heads)) > LONGEST_HEADING:
                continue
            rows, used = _rows(lines[start + 1 :], delimiter, len(heads))
            if rows:
                around = "\n".join([*lines[:start], *lines[start + 1 + used :]])
                return _people(heads, rows, around)
    return _headless(lines)


def _headless(lines: list[str]) -> People | None:
    """A CSV without headings: every line has the same three cells or more, and one column holds names."""
    filled = [line for line in lines if line.strip()]
    for delimiter in DELIMITERS:
        rows = list(csv.reader(filled, delimiter=delimiter, skipinitialspace=True))
        widths = {len(row) for row in rows}
        if len(rows) > 1 and len(widths) == 1 and widths.pop() >= 3 and not any(BULLET.match(line) for line in filled):
            heads = [f"column {n + 1}" for n in range(len(rows[0]))]
            made = _people(heads, rows, "")
            return made if "name" in made.columns.values() else None
    return None


def _cells(line: str, delimiter: str) -> list[str]:
    if delimiter == "|":
        line = line.strip().removeprefix("|").removesuffix("|")
    return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])]


def _rows(lines: list[str], delimiter: str, width: int) -> tuple[list[list[str]], int]:
    """Rows below a heading and how many lines they took; a blank line or one without the delimiter ends them."""
    if delimiter == "|":
        lines = [line.strip().removeprefix("|").removesuffix("|") for line in lines]
    reader = csv.reader(io.StringIO("\n".join(lines), newline=""), delimiter=delimiter, skipinitialspace=True)
    rows: list[list[str]] = []
    used = 0
    try:
        for row in reader:
            if len(row) < min(2, width) and rows:
                if any(cell.strip() for cell in row) or not _goes_on(lines[reader.line_num :], delimiter, width):
                    break
            elif any(cell.strip() for cell in row):
                rows.append([" ".join(cell.split()) for cell in row])
            used = reader.line_num
    except csv.Error:  # a cell longer than the reader's limit: what was read before it stands
        pass
    return rows, used


def _goes_on(lines: list[str], delimiter: str, width: int) -> bool:
    following = next((line for line in lines if line.strip()), "")
    return following.count(delimiter) >= max(1, width - 2)


def heading_field(heading: str) -> str:
    """What a column with this heading holds; empty when it does not say."""
    plain = re.sub(r"[_\s]+", " ", heading).strip(" ?:*").lower()
    if not plain or "@" in plain or len(plain) > LONGEST_HEADING:
        return ""
    return next((name for name, cue in FIELDS if re.search(cue, plain)), "")


def _people(heads: Sequence[str], rows: list[list[str]], outside: str) -> People:
    seen: Counter[str] = Counter()
    unique = []
    for n, head in enumerate(heads):
        label = head or f"column {n + 1}"
        seen[label] += 1
        unique.append(label if seen[label] == 1 else f"{label} {seen[label]}")
    heads = unique
    longer = [n for n, row in enumerate(rows, 1) if len(row) > len(heads)]
    tables = [dict(zip(heads, [*row, *[""] * len(heads)], strict=False)) for row in rows]
    columns = {head: heading_field(head) for head in heads}
    for head in heads:
        if not columns[head]:
            columns[head] = _by_content([t[head] for t in tables if t[head]], columns)
    named = [h for h, f in columns.items() if f == "name"]
    people = tuple(
        Person(n, " ".join(t[h] for h in named if t[h]) or f"row {n}", t) for n, t in enumerate(tables, 1)
    )
    problems = [f"Row {n} has more cells than there are headings." for n in longer[:3]]
    return People(people, columns, (*problems, *_problems(people)), outside)


def _problems(people: tuple[Person, ...]) -> list[str]:
    found = []
    if nameless := [p.row for p in people if p.name == f"row {p.row}"]:
        found.append(f"{len(nameless)} rows have no name, the first is row {nameless[0]}.")
    if double := [name for name, n in Counter(p.name for p in people).items() if n > 1]:
        found.append(f"{len(double)} names stand in more than one row, such as {double[0]}.")
    if orders := [p.row for p in people if any(ORDERS.search(c) for c in p.cells.values())]:
        found.append(f"Row {orders[0]} holds text that gives orders; it was read as data and counts for nothing.")
    return found


def _by_content(cells: list[str], columns: dict[str, str]) -> str:
    """What a column holds when its heading does not say: mail addresses, names, small numbers, lists, long text."""
    if not cells:
        return ""

    def share(test: Callable[[str], object]) -> float:
        return sum(bool(test(c)) for c in cells) / len(cells)

    if share(lambda c: re.fullmatch(r"\S+@\S+\.\S+", c)) > 0.6:
        return "email"
    proper = share(lambda c: NAME.match(c) and c[:1].isupper() and 2 <= len(c.split()) <= 4 and c == c.title())
    if "name" not in columns.values() and proper > 0.6 and len(set(cells)) / len(cells) > 0.8:
        return "name"
    if share(lambda c: re.fullmatch(r"\d{1,2}", c)) > 0.8:
        return "capacity" if "capacity" not in columns.values() else ""
    if share(lambda c: len(re.split(r"[;,/]", c)) > 1 and len(c.split()) < 20) > 0.4:
        return "skills"
    return "notes" if share(lambda c: len(c.split()) > 1) > 0.5 else ""


def _pasted(text: str) -> People | None:
    """Lines of the form `Name - role, company - skills`; two or more of them are a list."""
    lines = text.splitlines()
    found = {n: parts for n, line in enumerate(lines) if (parts := _parts(line))}
    if len(found) < 2:
        return None
    heads = ["name", "role", "organisation", "skills", "notes"]
    rows = []
    for name, *rest in found.values():
        role, company = [*re.split(r"\s*,\s*|\s+(?:at|@)\s+", rest[0], maxsplit=1), ""][:2]
        if len(rest[0].split()) > 8:  # a sentence, not a role and a company
            rows.append([name, "", "", "", " ".join(rest)])
        else:
            rows.append([name, role, company, rest[1] if len(rest) > 1 else "", " ".join(rest[2:])])
    return _people(heads, rows, "\n".join(line for n, line in enumerate(lines) if n not in found))


def _parts(line: str) -> list[str]:
    bullet = BULLET.match(line)
    plain = BULLET.sub("", line).replace("**", "").strip()
    parts = [p.strip(" ,-") for p in PART.split(plain) if p and p.strip(" ,-")]
    if len(parts) == 1 and plain.count(",") and bullet:
        parts = [p.strip() for p in plain.split(",", 1)]
    if len(parts) < 2 or not NAME.match(parts[0]):
        return []
    capital = all(w[:1].isupper() for w in parts[0].split() if len(w) > 3)
    return parts if bullet or (capital and len(parts[0]) > 2 and not plain.endswith("?")) else []
