"""Which label a text carries: logistic regression on the embedding and the words of written examples.

Nearest neighbours need an example for every wording; a linear boundary through a few hundred of them carries further,
and words (one and two at a time) tell apart what means nearly the same. Training takes a fraction of a second; the
examples' vectors are kept in the cache, by their digest.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from coach.errors import WeightsMissing
from coach.models.embeddings import MiniLM

STRENGTH, WORDS = 10.0, 1.5  # inverse regularisation and weight of words, by cross-validation on the routing examples


class Classifier:
    """Learns from (label, text) at its first use."""

    def __init__(self, embedder: MiniLM, examples: Sequence[tuple[str, str]], cache: Path) -> None:
        self._embedder = embedder
        self._examples = examples
        self._cache = cache
        self.waiting = False  # someone else will have it learn; until then no turn waits for that
        self._lock = threading.Lock()
        self._model: LogisticRegression | None = None
        self._words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"[a-z']+")

    def probabilities(self, texts: Sequence[str]) -> list[dict[str, float]]:
        """For each text the probability of every label.

        Raises:
            WeightsMissing: the embedder is not on this machine.
        """
        if self._model is None and self.waiting:
            raise WeightsMissing("The examples are still being read; try again in a minute.")
        self.learn()
        assert self._model is not None
        rows = self._model.predict_proba(_joined(self._embedder.matrix(list(texts)), self._words.transform(texts)))
        return [dict(zip(map(str, self._model.classes_), map(float, row), strict=True)) for row in rows]

    def learn(self) -> None:
        """Learn now, so that no turn has to wait for it.

        Raises:
            WeightsMissing: the embedder is not on this machine.
        """
        with self._lock:
            if self._model is None:
                words = self._words.fit_transform([text for _, text in self._examples])
                model = LogisticRegression(C=STRENGTH, max_iter=3000, class_weight="balanced")
                self._model = model.fit(_joined(self._vectors(), words), [label for label, _ in self._examples])

    def _vectors(self) -> Any:
        texts = [text for _, text in self._examples]
        digest = hashlib.sha256("\n".join([self._embedder.id, *texts]).encode()).hexdigest()[:16]
        path = self._cache / "examples" / f"{digest}.npy"
        if path.is_file():
            return np.load(path)
        vectors = self._embedder.matrix(texts)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".partial.npy")
        np.save(partial, vectors)
        partial.replace(path)
        return vectors


def _joined(vectors: Any, words: Any) -> Any:
    return hstack([csr_matrix(vectors), WORDS * words]).tocsr()
