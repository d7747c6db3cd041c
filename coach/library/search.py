"""Find the passages that fit a message, or say that the library has nothing on it.

Each passage has its cosine to the message and to each sentence of it. Which document goes first is decided by several
views of a document together: its nearest prose, its words, and how likely it is the one that is meant, learned from
the ways people ask for each. Any one of these alone was clearly worse on the development queries (`make evals-fast`).
"""

from __future__ import annotations

import logging
import math
import re
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from coach.classify import Classifier
from coach.errors import WeightsMissing
from coach.library.articles import Document, load
from coach.library.index import Index, Near, Synced, entries
from coach.library.spelling import Spelling
from coach.library.words import HALF, HALF_DOCUMENT, Words
from coach.models.embeddings import MiniLM
from coach.types import Hit, Passage

THRESHOLD = 0.42  # cosine below which the library has nothing on a message; set on the development queries
CANDIDATES = 400  # entries looked at for each sentence of a message
OF_ONE_DOCUMENT = 4  # passages of a document that stand in a list before the next document's
MOST_SENTENCES = 12
PROSE, DOCUMENT_WORDS, MEANT, MEANT_IN_PART = 7.5, 8.4, 0.57, 0.74
"""Weights of the views, fitted by logistic regression on the development queries."""
LEAST_LIKELY = 1e-6  # added to a probability before its logarithm
log = logging.getLogger(__name__)
Cosines = dict[str, float]


class Library:
    """The documents of a folder and the ways to search them."""

    def __init__(self, folder: Path, cache: Path, embedder: MiniLM, extra: Path | None = None) -> None:
        self._folder = folder
        self._extra = extra
        self._embedder = embedder
        self._cache = cache
        self._index = Index(cache / "index", embedder)
        self._lock = threading.Lock()
        self._synced = False
        self.documents: dict[str, Document] = {}
        self.passages: dict[str, Passage] = {}
        self.reload()

    def reload(self) -> None:
        """Read the files again.

        Raises:
            LibraryError: a file is wrong.
        """
        documents = load(self._folder) + (load(self._extra, "extra/") if self._extra else [])
        self.documents = {d.path: d for d in documents}
        self._take({p.id: p for d in documents for p in d.passages})

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
        """Passages for a message, best document first, none below the threshold."""
        return [hit for hit in self.rank(text, count) if hit.score >= THRESHOLD]

    def rank(self, text: str, count: int = 8) -> list[Hit]:
        """Passages for a message, best document first, whatever their score."""
        queries = _queries(self._spelling.correct(text))
        rows = self._dense(queries) if self._synced else [self._lexical(query) for query in queries]
        scores: Cosines = {}
        for row in rows:
            for passage, score in row.all.items():
                if passage in self.passages:
                    scores[passage] = max(score, scores.get(passage, 0.0))
        standing = self._standing(queries, rows[0].prose, {self.passages[i].path for i in scores})
        best = sorted(scores, key=lambda i: -scores[i])
        shown: defaultdict[str, list[str]] = defaultdict(list)
        for i in best:
            if len(shown[self.passages[i].path]) < OF_ONE_DOCUMENT:
                shown[self.passages[i].path].append(i)
        order = sorted(shown, key=lambda path: -standing[path])
        return [Hit(self.passages[i], round(scores[i], 4)) for path in order for i in shown[path]][:count]

    def _take(self, passages: dict[str, Passage]) -> None:
        """Make passages the ones that are searched."""
        self.passages = passages
        rows = entries(passages.values())
        texts: defaultdict[str, list[str]] = defaultdict(list)
        for row in rows:
            texts[passages[row.passage].path].append(row.text)
        self._entry_words = Words([(row.passage, row.text) for row in rows])
        self._document_words = Words([(path, " ".join(found)) for path, found in texts.items()])
        self._spelling = Spelling(row.text for row in rows)
        asked = [row for row in rows if row.asked]
        examples = [(passages[row.passage].path, row.text) for row in asked]
        self.meant = Classifier(self._embedder, examples, self._cache, lambda: self._index.vectors(asked))

    def _standing(self, queries: Sequence[str], prose: Cosines, paths: Iterable[str]) -> dict[str, float]:
        """How well each document fits, by all views together."""
        nearest: dict[str, float] = {}
        for passage, cosine in prose.items():
            path = self.passages[passage].path if passage in self.passages else ""
            nearest[path] = max(cosine, nearest.get(path, 0.0))
        words = self._document_words.scores(queries[0])
        meant = self._meant(queries)
        standing: dict[str, float] = {}
        for path in paths:
            found = words.get(path, 0.0)
            likely = [math.log(row.get(path, 0.0) + LEAST_LIKELY) for row in meant] or [0.0]
            standing[path] = (
                PROSE * nearest.get(path, 0.0)
                + DOCUMENT_WORDS * found / (found + HALF_DOCUMENT)
                + MEANT * likely[0]
                + MEANT_IN_PART * max(likely[1:] or likely)
            )
        return standing

    def _meant(self, queries: Sequence[str]) -> list[dict[str, float]]:
        """For each query the probability of each document, by the ways people ask for it."""
        try:
            return self.meant.probabilities(queries) if self._synced else []
        except WeightsMissing:
            return []

    def _dense(self, queries: Sequence[str]) -> list[Near]:
        try:
            vectors = self._embedder.embed_documents(list(queries))
        except WeightsMissing:
            return [self._lexical(query) for query in queries]
        try:
            return self._index.nearest(vectors, CANDIDATES)
        except Exception:  # Chroma's own errors have no common kind
            log.info("the index is broken and is rebuilt", exc_info=True)
        with self._lock:
            self._index.reset()
        self.sync()
        return self._index.nearest(vectors, CANDIDATES)

    def _lexical(self, query: str) -> Near:
        return Near(words := self._by_words(query), words)

    def _by_words(self, query: str) -> Cosines:
        return {i: score / (score + HALF) for i, score in self._entry_words.scores(query).items()}


def _queries(text: str) -> list[str]:
    """The whole message and, when it is long, each of its sentences: one vector blurs several questions."""
    sentences = [s.strip() for s in re.split(r"(?<=[.?!])\s+|\n+", text) if len(s.split()) >= 4]
    return [text, *sentences[:MOST_SENTENCES]] if len(sentences) > 1 else [text]
