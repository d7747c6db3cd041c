"""Which sentence stands on which passage; quotes are verified, never trusted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import snowballstemmer

from coach.models.embeddings import MiniLM
from coach.types import Citation, Passage, Sentence

COSINE = 0.60  # of a sentence and the passage sentence it leans on
OVERLAP = 0.50  # share of the sentence's content words found in the passage
ENDS = re.compile(
    r"([.!?][\"')\]\u201d]*)(?<!\bDr\.)(?<!\bMr\.)(?<!\bMs\.)(?<!\bMrs\.)(?<!\bProf\.)(?<!\be\.g\.)(?<!\bi\.e\.)"
    r"\s+(?=[\"'(\[\u201c]?[A-Z0-9\[])"
)
WORD = re.compile(r"[a-z][a-z'-]+|\d[\d,.%]*")
FIRST_PERSON = frozenset({"I", "I'm", "I'd", "I've", "I'll"})
STOPWORDS = Path(__file__).parent / "data" / "stopwords.txt"
UNMARKED = frozenset(
    {"said_back", "note", "question", "safety", "partner", "next", "outcome", "moment", "behind", "last"}
)
"""Parts that give no advice: the user's own facts, what the coach does, what it asks, who can help, a rehearsal."""


@dataclass(frozen=True)
class Line:
    """A sentence on its way into a reply, with the passage it was taken from or is to be checked against."""

    text: str
    passage: Passage | None = None
    quote: str = ""
    part: str = ""


def sentences(text: str) -> list[str]:
    """Sentences of running text, in order."""
    return [s for s in ENDS.sub("\\1\n", " ".join(text.split())).split("\n") if s]


@lru_cache(maxsize=4096)
def content_words(text: str) -> frozenset[str]:
    """Stems of the words that carry meaning."""
    words = [w for w in WORD.findall(text.lower().replace("\u2019", "'")) if w not in stopwords()]
    return frozenset(snowballstemmer.stemmer("english").stemWords(words))


def names_and_numbers(text: str) -> set[str]:
    """Numbers, and capitalised words that do not start a sentence."""
    found = set(re.findall(r"\d[\d,.:%]*\d|\d", text))
    for sentence in sentences(text):
        found |= {w.strip("'") for w in re.findall(r"(?<=[\s(\"'])[A-Z][\w'-]+", sentence)} - FIRST_PERSON
    return found


def quoted(text: str, passage: Passage) -> bool:
    """Whether the words stand in the passage as they are."""
    return _flat(text) in _flat(passage.text)


def spoken(passage: Passage) -> list[str]:
    """The passage's sentences without list and quotation marks."""
    return sentences(re.sub(r"(?m)^[->] ?(You: |Them: )?", "", passage.text))


def supports(sentence: str, passage: Passage, embedder: MiniLM) -> str | None:
    """The passage's own words that support a sentence, or None.

    A sentence is supported when it stands there, or when one or two neighbouring sentences of the passage mean the
    same (cosine), share its content words, and hold every name and number in it.
    """
    if quoted(sentence, passage):
        return sentence
    words = content_words(sentence)
    if not words or len(words & content_words(passage.text)) / len(words) < OVERLAP:
        return None
    if not names_and_numbers(sentence) <= names_and_numbers(passage.text) | set(re.findall(r"[\w'-]+", passage.text)):
        return None
    own = spoken(passage)
    spans = own + [f"{a} {b}" for a, b in pairwise(own)]
    vectors = embedder.matrix([sentence, *spans])
    cosines = vectors[1:] @ vectors[0]
    best = int(cosines.argmax())
    return spans[best] if float(cosines[best]) >= COSINE else None


def number(lines: Sequence[Line]) -> tuple[tuple[Sentence, ...], tuple[Citation, ...]]:
    """Number the citations of lines in order of first use, one a passage. A quote not in its passage gets none."""
    ids: dict[str, int] = {}
    quotes: dict[str, list[str]] = {}
    out: list[Sentence] = []
    for line in lines:
        quote = line.quote or line.text
        if line.passage is None or not quoted(quote, line.passage):
            out.append(Sentence(line.text, (), False, line.part))
            continue
        place = ids.setdefault(line.passage.id, len(ids) + 1)
        quotes.setdefault(line.passage.id, []).append(quote)
        out.append(Sentence(line.text, (place,), True, line.part))
    passages = {line.passage.id: line.passage for line in lines if line.passage}
    citations = tuple(
        Citation(n, i, passages[i].title, passages[i].heading, _span(quotes[i], passages[i]), passages[i].path)
        for i, n in ids.items()
    )
    return tuple(out), citations


def render(lines: Iterable[Sentence], labels: dict[str, str]) -> str:
    """The reply as Markdown: parts as paragraphs, numbers after grounded sentences, a mark after suggestions.

    A run of sentences from one passage carries its number once, after the last.
    """
    rows = list(lines)
    blocks: list[str] = []
    part: str | None = None
    for place, s in enumerate(rows):
        following = rows[place + 1] if place + 1 < len(rows) else None
        last = following is None or following.part != s.part or following.citations != s.citations
        marks = "".join(f" [{n}]" for n in s.citations) if last else ""
        tail = "" if s.grounded or s.part.partition(" ")[0] in UNMARKED else " *(coach's suggestion)*"
        text = f"> {s.text}{marks}" if s.part == "words" else s.text + marks + tail
        if s.part == part and blocks:
            blocks[-1] += ("\n>\n" if s.part == "words" else " ") + text
        else:
            label = labels.get(s.part, "")
            joint = "\n\n" if s.part == "words" else " "
            blocks.append(f"**{label}**{joint}{text}" if label else text)
            part = s.part
    return "\n\n".join(blocks)


def _span(quotes: list[str], passage: Passage) -> str:
    """All that was quoted from a passage, in its own order; neighbouring sentences stand together."""
    flat = _flat(passage.text)
    ordered = sorted(dict.fromkeys(quotes), key=lambda quote: flat.find(_flat(quote)))
    joined = " ".join(ordered)
    return joined if quoted(joined, passage) else ordered[0]


@lru_cache(maxsize=1)
def stopwords() -> frozenset[str]:
    """English words that carry no meaning of their own."""
    return frozenset(STOPWORDS.read_text(encoding="utf-8").split())


def _flat(text: str) -> str:
    return " ".join(re.sub(r"(?m)^[->] ?", "", text).split()).lower().replace("\u2019", "'")
