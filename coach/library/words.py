"""Search by words: BM25 over stems, of entries and of whole documents."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import bm25s
import snowballstemmer

from coach.grounding import stopwords

EVERYWHERE = frozenset(["mentor", "mentors", "mentee", "mentees", "mentoring", "mentorship"])  # they tell nothing apart
HALF = 4.0  # BM25 score of an entry that counts like a cosine of one half
HALF_DOCUMENT = 15.0  # the same of a whole document


class Words:
    """An inverted index of one set of texts, each under a key.

    Args:
        rows: (key, text); several rows may share a key.
    """

    def __init__(self, rows: Sequence[tuple[str, str]]) -> None:
        self._keys = [key for key, _ in rows]
        self._index: bm25s.BM25 | None = None
        tokens = [stems(text) or ["-"] for _, text in rows]
        if tokens:
            self._index = bm25s.BM25()
            self._index.index(tokens, show_progress=False)

    def scores(self, query: str) -> Mapping[str, float]:
        """The best BM25 score of each key that shares a word with the query."""
        asked = stems(query)
        if self._index is None or not asked:
            return {}
        best: dict[str, float] = {}
        for key, score in zip(self._keys, self._index.get_scores(asked), strict=True):
            if score > best.get(key, 0.0):
                best[key] = float(score)
        return best


def stems(text: str) -> list[str]:
    """The stems of the words that carry meaning, in order, repeated as they are."""
    found = re.findall(r"[a-z][a-z'-]*|\d+", text.lower().replace("\u2019", "'"))
    kept = [w for w in found if w not in stopwords() and w not in EVERYWHERE]
    return list(snowballstemmer.stemmer("english").stemWords(kept))
