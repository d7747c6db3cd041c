"""Which label a text carries: logistic regression on the embedding and the words of written examples.

Nearest neighbours need an example for every wording; a linear boundary through a few hundred of them carries further,
and words (one and two at a time) tell apart what means nearly the same. What was learned is kept in the cache, by the
digest of everything that it was learned from.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import joblib
import sklearn
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from coach.errors import WeightsMissing
from coach.models.embeddings import MiniLM

STRENGTH, WORDS = 10.0, 1.5  # inverse regularisation and weight of words, by cross-validation on the routing examples
KEEP = 12  # models, so that checkouts with different libraries do not undo each other's work
log = logging.getLogger(__name__)


class Classifier:
    """Learns from (label, text) at its first use.

    Args:
        embedder: turns texts into vectors.
        examples: (label, text).
        cache: where what was learned is kept.
        vectors: the examples' vectors, one a row, when they are known already.
    """

    def __init__(
        self,
        embedder: MiniLM,
        examples: Sequence[tuple[str, str]],
        cache: Path,
        vectors: Callable[[], Any] | None = None,
    ) -> None:
        self._embedder = embedder
        self._examples = examples
        self._cache = cache
        self._vectors = vectors or (lambda: embedder.matrix([text for _, text in examples]))
        self.waiting = False  # someone else will have it learn; until then no turn waits for that
        self._lock = threading.Lock()
        self._learned: tuple[TfidfVectorizer, LogisticRegression] | None = None

    def probabilities(self, texts: Sequence[str]) -> list[dict[str, float]]:
        """For each text the probability of every label; none when there are fewer than two labels.

        Raises:
            WeightsMissing: the embedder is not on this machine.
        """
        if len({label for label, _ in self._examples}) < 2:
            return [{} for _ in texts]
        if self._learned is None and self.waiting:
            raise WeightsMissing("The examples are still being read; try again in a minute.")
        words, model = self.learn()
        rows = model.predict_proba(_joined(self._embedder.matrix(list(texts)), words.transform(texts)))
        return [dict(zip(map(str, model.classes_), map(float, row), strict=True)) for row in rows]

    def learn(self) -> tuple[TfidfVectorizer, LogisticRegression]:
        """Learn now, so that no turn has to wait for it.

        Raises:
            WeightsMissing: the embedder is not on this machine.
        """
        with self._lock:
            if self._learned is None:
                self._learned = self._kept() or self._learn()
            return self._learned

    def _learn(self) -> tuple[TfidfVectorizer, LogisticRegression]:
        words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, token_pattern=r"[a-z']+")
        counted = words.fit_transform([text for _, text in self._examples])
        model = LogisticRegression(C=STRENGTH, max_iter=3000, class_weight="balanced")
        model.fit(_joined(self._vectors(), counted), [label for label, _ in self._examples])
        try:
            self._keep(words, model)
        except OSError:  # a full or read-only disk: it is learned again next time
            log.warning("what was learned cannot be kept", exc_info=True)
        return words, model

    def _keep(self, words: TfidfVectorizer, model: LogisticRegression) -> None:
        path = self._path()
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(f".{os.getpid()}")
        joblib.dump((words, model), partial)
        partial.replace(path)
        for old in sorted(path.parent.glob("*.joblib"), key=lambda p: p.stat().st_mtime)[:-KEEP]:
            old.unlink(missing_ok=True)

    def _kept(self) -> tuple[TfidfVectorizer, LogisticRegression] | None:
        try:
            words, model = joblib.load(self._path())
        except FileNotFoundError:
            return None
        except Exception:  # whatever is wrong with a kept file, it is learned again
            log.info("what was learned cannot be read and is learned again", exc_info=True)
            return None
        return words, model

    def _path(self) -> Path:
        rows = [self._embedder.id, sklearn.__version__, *(f"{label}\t{text}" for label, text in self._examples)]
        return self._cache / "learned" / f"{hashlib.sha256(chr(10).join(rows).encode()).hexdigest()[:16]}.joblib"


def _joined(vectors: Any, words: Any) -> Any:
    return hstack([csr_matrix(vectors), WORDS * words]).tocsr()
