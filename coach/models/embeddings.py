"""Sentence embeddings by all-MiniLM-L6-v2 on the embedded engine, behind LangChain's `Embeddings` interface."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import numpy as np
from langchain_core.embeddings import Embeddings

from coach.models import weights
from coach.models.gguf_bert import convert
from coach.models.local_server import start_embedder

DIMENSIONS = 384
MAX_CHARACTERS = 900  # about 250 tokens: the model was trained on 256 and reads 512 at most
BATCH = 32


class MiniLM(Embeddings):
    """all-MiniLM-L6-v2 in this process; vectors have 384 dimensions and length 1.

    Raises:
        WeightsMissing: at the first use, when the weights are not in the cache.
    """

    id = "all-minilm-l6-v2"

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        self._lock = threading.Lock()
        self._server: Any = None

    def ready(self) -> bool:
        """Whether the weights are on this machine."""
        return all(weights.find(w, self._cache) for w in (weights.VOCABULARY, weights.EMBEDDER))

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """One vector a text. Texts are cut to the model's window."""
        vectors: list[list[float]] = []
        for start in range(0, len(texts), BATCH):
            batch = [text[:MAX_CHARACTERS] or " " for text in texts[start : start + BATCH]]
            answer = self._handle().handle_embeddings({"input": batch, "model": self.id})
            data = json.loads(answer) if isinstance(answer, str) else answer
            vectors += [row["embedding"] for row in sorted(data["data"], key=lambda row: row["index"])]
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """The vector of one text."""
        return self.embed_documents([text])[0]

    def matrix(self, texts: list[str]) -> np.ndarray[Any, np.dtype[np.float32]]:
        """Vectors as an array (n, 384), length 1 each, so that a product of two is their cosine."""
        array = np.asarray(self.embed_documents(texts), dtype=np.float32).reshape(len(texts), DIMENSIONS)
        normalised: np.ndarray[Any, np.dtype[np.float32]] = array / np.maximum(
            np.linalg.norm(array, axis=1, keepdims=True), 1e-9
        )
        return normalised

    def _handle(self) -> Any:
        with self._lock:
            if self._server is None:
                published = weights.require(weights.EMBEDDER, self._cache)
                vocabulary = weights.require(weights.VOCABULARY, self._cache)
                model = published.with_name(f"all-MiniLM-L6-v2.{weights.EMBEDDER.sha256[:12]}.gguf")
                if not model.is_file():
                    convert(published, vocabulary, model)
                self._server = start_embedder(model, self.id)
            return self._server.handle
