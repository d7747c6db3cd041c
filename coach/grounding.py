"""Which sentence stands on which passage; quotes are verified, never trusted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from coach.models.embeddings import MiniLM
from coach.types import Citation, Passage, Sentence

COSINE = 0.60  # of a sentence and the passage sentence it leans on
OVERLAP = 0.50  # share of the sentence's content words found in the passage
ENDS = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]?[A-Z0-9])")
WORD = re.compile(r"[a-z][a-z'-]+|\d[\d,.%]*")
STOP = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "could",
        "did",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "he",
        "her",
        "him",
        "his",
        "how",
        "i",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "just",
        "may",
        "me",
        "might",
        "more",
        "most",
        "my",
        "no",
        "not",
        "of",
        "on",
        "one",
        "or",
        "our",
        "out",
        "she",
        "should",
        "so",
        "some",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "to",
        "up",
        "was",
        "we",
        "were",
        "what",
        "when",
        "which",
        "who",
        "will",
        "with",
        "would",
        "you",
        "your",
        "about",
        "also",
        "any",
        "because",
        "before",
        "after",
        "each",
        "very",
        "only",
        "other",
        "such",
        "get",
        "make",
        "say",
        "it's",
        "don't",
        "you're",
    ]
)


@dataclass(frozen=True)
class Line:
    """A sentence on its way into a reply, with the passage it was taken from or is to be checked against."""

    text: str
    passage: Passage | None = None
    quote: str = ""
    part: str = ""


def sentences(text: str) -> list[str]:
    """Sentences of running text, in order."""
    flat = " ".join(text.split())
    return [s.strip() for s in ENDS.split(flat) if s.strip()]


def content_words(text: str) -> set[str]:
    """Words that carry meaning, lower case, roughly stemmed."""
    return {_stem(w) for w in WORD.findall(text.lower().replace("\u2019", "'")) if w not in STOP}


def names_and_numbers(text: str) -> set[str]:
    """Numbers, and capitalised words that do not start a sentence."""
    found = set(re.findall(r"\d[\d,.:%]*\d|\d", text))
    for sentence in sentences(text):
        found |= {
            w.strip("'")
            for w in re.findall(r"(?<=[\s(\"'])[A-Z][\w'-]+", sentence)
            if w not in {"I", "I'm", "I'd", "I've", "I'll"}
        }
    return found


def quoted(text: str, passage: Passage) -> bool:
    """Whether the words stand in the passage as they are."""
    return _flat(text) in _flat(passage.text)


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
    if not names_and_numbers(sentence) <= names_and_numbers(passage.text) | set(passage.text.split()):
        return None
    own = sentences(re.sub(r"(?m)^[->] (You: |Them: )?", "", passage.text))
    spans = own + [f"{a} {b}" for a, b in zip(own, own[1:], strict=False)]
    vectors = embedder.matrix([sentence, *spans])
    cosines = vectors[1:] @ vectors[0]
    best = int(cosines.argmax())
    return spans[best] if float(cosines[best]) >= COSINE else None


def number(lines: Sequence[Line]) -> tuple[tuple[Sentence, ...], tuple[Citation, ...]]:
    """Number the citations of lines in order of first use. A line whose quote is not in its passage gets none."""
    citations: dict[tuple[str, str], Citation] = {}
    out: list[Sentence] = []
    for line in lines:
        if line.passage is None or not quoted(line.quote or line.text, line.passage):
            out.append(Sentence(line.text, (), False, line.part))
            continue
        key = (line.passage.id, "")
        if key not in citations:
            p = line.passage
            citations[key] = Citation(len(citations) + 1, p.id, p.title, p.heading, line.quote or line.text, p.path)
        out.append(Sentence(line.text, (citations[key].id,), True, line.part))
    return tuple(out), tuple(citations.values())


def render(lines: Iterable[Sentence], labels: dict[str, str]) -> str:
    """The reply as Markdown: parts as paragraphs, numbers after grounded sentences, a mark after suggestions."""
    blocks: list[str] = []
    part: str | None = None
    for s in lines:
        marks = "".join(f" [{n}]" for n in s.citations)
        tail = "" if s.grounded or s.part in UNMARKED else " *(coach's suggestion)*"
        text = f"> {s.text}{marks}" if s.part == "words" else s.text + marks + tail
        if s.part == part and blocks:
            blocks[-1] += ("\n>\n" if s.part == "words" else " ") + text
        else:
            label = labels.get(s.part, "")
            joint = "\n\n" if s.part == "words" else " "
            blocks.append(f"**{label}**{joint}{text}" if label else text)
            part = s.part
    return "\n\n".join(blocks)


UNMARKED = frozenset({"said_back", "note", "question", "safety"})
"""Parts that give no advice: the user's own facts, what the coach does, and what it asks."""


def _stem(word: str) -> str:
    for ending in ("ing", "ed", "es", "s", "ly"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word.removesuffix(ending).rstrip("e")
    return word.rstrip("e") if len(word) > 4 else word


def _flat(text: str) -> str:
    return " ".join(re.sub(r"(?m)^[->] ?", "", text).split()).lower().replace("\u2019", "'")
