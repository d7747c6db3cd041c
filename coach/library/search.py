"""Find the passages that fit a message, or say that the library has nothing on it.

Each passage has its cosine to the message and to each sentence of it. Which document goes first is decided by several
views of a document together: its nearest entry, its nearest prose, its prose against the message sentence by sentence,
and its words. Any one of these alone was clearly worse on the development queries (`make evals-fast`).
"""

from __future__ import annotations

import logging
import re
import threading
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from coach.errors import WeightsMissing
from coach.library.articles import Document, load
from coach.library.index import Index, Synced, entries
from coach.library.words import HALF, HALF_DOCUMENT, Words
from coach.models.embeddings import MiniLM
from coach.types import Hit, Passage

THRESHOLD = 0.42  # cosine below which the library has nothing on a message; set on the development queries
CANDIDATES = 400  # entries looked at for each sentence of a message
OF_ONE_DOCUMENT = 4  # passages of a document that stand in a list before the next document's
MOST_SENTENCES = 12
NEAREST, PROSE, BY_SENTENCE, ENTRY_WORDS, DOCUMENT_WORDS = 8.4, 6.9, 4.4, 2.4, 5.7
"""Weights of the views, fitted by logistic regression on the development queries."""
log = logging.getLogger(__name__)
Cosines = dict[str, float]


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
        queries = _queries(text)
        rows = self._dense(queries) if self._synced else [self._lexical(query) for query in queries]
        rows = [{i: score for i, score in row.items() if i in self.passages} for row in rows]
        scores: Cosines = {}
        for row in rows:
            for passage, score in row.items():
                scores[passage] = max(score, scores.get(passage, 0.0))
        standing = self._standing(text, rows)
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
        self._entry_words = Words([(row.passage, row.text) for row in rows])
        texts: defaultdict[str, list[str]] = defaultdict(list)
        for row in rows:
            texts[passages[row.passage].path].append(row.text)
        self._document_words = Words([(path, " ".join(found)) for path, found in texts.items()])

    def _standing(self, text: str, rows: Sequence[Cosines]) -> dict[str, float]:
        """How well each document fits, by all views together."""
        whole, sentences = rows[0], rows[1:] or rows[:1]
        nearest = self._by_document(whole)
        prose = self._by_document(whole, prose=True)
        each = [self._by_document(row, prose=True) for row in sentences]
        entry_words = self._by_document(dict(self._entry_words.scores(text)))
        most = max(entry_words.values(), default=1.0)
        document_words = self._document_words.scores(text)
        standing: dict[str, float] = {}
        for path in {self.passages[i].path for row in rows for i in row}:
            words = document_words.get(path, 0.0)
            standing[path] = (
                NEAREST * nearest.get(path, 0.0)
                + PROSE * prose.get(path, 0.0)
                + BY_SENTENCE * sum(row.get(path, 0.0) for row in each) / len(each)
                + ENTRY_WORDS * entry_words.get(path, 0.0) / most
                + DOCUMENT_WORDS * words / (words + HALF_DOCUMENT)
            )
        return standing

    def _by_document(self, row: Cosines, *, prose: bool = False) -> dict[str, float]:
        best: dict[str, float] = {}
        for i, score in row.items():
            passage = self.passages[i]
            if not prose or passage.heading != "Fits when":
                best[passage.path] = max(score, best.get(passage.path, 0.0))
        return best

    def _dense(self, queries: Sequence[str]) -> list[Cosines]:
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

    def _lexical(self, query: str) -> Cosines:
        return {i: score / (score + HALF) for i, score in self._entry_words.scores(query).items()}


def _queries(text: str) -> list[str]:
    """The whole message and, when it is long, each of its sentences: one vector blurs several questions."""
    sentences = [s.strip() for s in re.split(r"(?<=[.?!])\s+|\n+", text) if len(s.split()) >= 4]
    return [text, *sentences[:MOST_SENTENCES]] if len(sentences) > 1 else [text]
