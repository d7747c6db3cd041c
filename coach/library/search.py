"""Find the passages that fit a message, or say that the library has nothing on it."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Callable
from pathlib import Path

import bm25s

from coach.library.articles import Document, load
from coach.library.index import Index, Synced, entries
from coach.models.embeddings import MiniLM
from coach.types import Hit, Passage

THRESHOLD = 0.42  # cosine below which the library has nothing on a message; set on the development queries
LEXICAL_HALF = 8.0  # BM25 score that counts like a cosine of one half
CANDIDATES = 60
log = logging.getLogger(__name__)


class Library:
    """The documents of a folder and the ways to search them."""

    def __init__(self, folder: Path, cache: Path, embedder: MiniLM, extra: Path | None = None) -> None:
        self._folder = folder
        self._extra = extra
        self._embedder = embedder
        self._index = Index(cache / "index", embedder)
        self._lock = threading.Lock()
        self._synced = False
        self.documents: dict[str, Document] = {}
        self.passages: dict[str, Passage] = {}
        self._words: bm25s.BM25 | None = None
        self._word_ids: list[str] = []
        self.reload()

    def reload(self) -> None:
        """Read the files again.

        Raises:
            LibraryError: a file is wrong.
        """
        documents = load(self._folder) + (load(self._extra, "extra/") if self._extra else [])
        self.documents = {d.path: d for d in documents}
        self.passages = {p.id: p for d in documents for p in d.passages}
        rows = entries(self.passages.values())
        self._word_ids = [row.passage for row in rows]
        self._words = bm25s.BM25() if rows else None
        if self._words is not None:
            self._words.index(
                bm25s.tokenize([row.text for row in rows], stopwords="en", show_progress=False), show_progress=False
            )

    def sync(self, progress: Callable[[int, int], None] | None = None) -> Synced:
        """Bring the index in step with the files.

        Raises:
            WeightsMissing: the embedder is not on this machine.
            LibraryError: the index cannot be written.
        """
        with self._lock:
            synced = self._index.sync(self.passages.values(), progress)
            self._synced = True
            return synced

    @property
    def dense(self) -> bool:
        """Whether search uses embeddings; before the weights are here it goes by words."""
        return self._synced

    def search(self, text: str, count: int = 8) -> list[Hit]:
        """Passages for a message, best first, none below the threshold."""
        return [hit for hit in self.rank(text, count) if hit.score >= THRESHOLD]

    def rank(self, text: str, count: int = 8) -> list[Hit]:
        """Passages for a message, best first, whatever their score."""
        scores: dict[str, float] = {}
        for query in _queries(text):
            for passage, score in self._dense(query) if self._synced else self._lexical(query):
                if passage in self.passages:
                    scores[passage] = max(score, scores.get(passage, 0.0))
        best = sorted(scores.items(), key=lambda item: -item[1])[:count]
        return [Hit(self.passages[i], round(score, 4)) for i, score in best]

    def _dense(self, query: str) -> list[tuple[str, float]]:
        vector = self._embedder.embed_query(query)
        try:
            return self._index.nearest(vector, CANDIDATES)
        except Exception:  # Chroma's own errors have no common kind
            log.info("the index is broken and is rebuilt", exc_info=True)
        with self._lock:
            self._index.reset()
        self.sync()
        return self._index.nearest(vector, CANDIDATES)

    def _lexical(self, query: str) -> list[tuple[str, float]]:
        if self._words is None:
            return []
        tokens = bm25s.tokenize([query], stopwords="en", show_progress=False)
        if not tokens.vocab:
            return []
        places, scores = self._words.retrieve(tokens, k=min(CANDIDATES, len(self._word_ids)), show_progress=False)
        rows = zip(places[0], scores[0], strict=True)
        return [(self._word_ids[int(p)], float(s) / (float(s) + LEXICAL_HALF)) for p, s in rows if s > 0]


def _queries(text: str) -> list[str]:
    """The whole message and, when it is long, each of its sentences: one vector blurs several questions."""
    sentences = [s.strip() for s in re.split(r"(?<=[.?!])\s+|\n+", text) if len(s.split()) >= 4]
    return [text, *sentences[:12]] if len(sentences) > 1 else [text]
