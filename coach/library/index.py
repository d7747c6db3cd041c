"""The Chroma index, in step with the files.

An index is a snapshot: its collection is named by the embedder and a digest of everything in it. A changed file makes
a new snapshot, which takes over the vectors that did not change; the finished one gets its name last, so a
half-built index is never searched. It is a cache: whatever is wrong with it, it is rebuilt from the files.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import chromadb
from chromadb.config import Settings as ChromaSettings

from coach.errors import LibraryError
from coach.models.embeddings import MiniLM
from coach.types import Passage

KEEP = 3  # snapshots, so that checkouts with different libraries do not undo each other's work
BATCH = 64
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entry:
    """One text that is embedded and leads to a passage."""

    id: str
    text: str
    passage: str


@dataclass(frozen=True)
class Synced:
    """What a sync changed, in entries."""

    added: int
    removed: int
    total: int


def entries(passages: Iterable[Passage]) -> list[Entry]:
    """What is embedded: each passage under its title, and each line of a playbook's `Fits when` on its own."""
    out: list[Entry] = []
    for passage in passages:
        if passage.heading == "Fits when":
            texts = [line.lstrip("- ").strip() for line in passage.text.splitlines() if line.strip()]
            texts.append(passage.title)
        else:
            texts = [f"{passage.title}. {passage.heading}. {passage.text}"]
        for text in texts:
            digest = hashlib.sha256(f"{passage.id}\n{text}".encode()).hexdigest()[:16]
            out.append(Entry(digest, text, passage.id))
    return list({entry.id: entry for entry in out}.values())


class Index:
    """Vectors of one set of passages.

    Raises:
        LibraryError: the index folder cannot be written.
    """

    def __init__(self, folder: Path, embedder: MiniLM) -> None:
        self._folder = folder
        self._embedder = embedder
        self._client: Any = None
        self._collection: Any = None

    def sync(self, passages: Iterable[Passage], progress: Callable[[int, int], None] | None = None) -> Synced:
        """Bring the index in step with the passages; only what is new is embedded."""
        wanted = entries(passages)
        try:
            return self._sync(wanted, progress)
        except LibraryError:
            raise
        except Exception:
            log.warning("the index could not be used and is rebuilt", exc_info=True)
        self._reset()
        try:
            return self._sync(wanted, progress)
        except Exception as error:
            raise LibraryError(
                f"The index cannot be written to {self._folder}; set COACH_CACHE_DIR to a folder that can be written."
            ) from error

    def nearest(self, vector: list[float], count: int) -> list[tuple[str, float]]:
        """(passage id, cosine) of the nearest entries, best first."""
        if self._collection is None:
            return []
        found = self._collection.query(query_embeddings=[vector], n_results=count, include=["metadatas", "distances"])
        rows = zip(found["metadatas"][0], found["distances"][0], strict=True)
        return [(str(meta["passage"]), 1.0 - float(distance)) for meta, distance in rows]

    def _sync(self, wanted: list[Entry], progress: Callable[[int, int], None] | None) -> Synced:
        digest = hashlib.sha256("".join(sorted(e.id for e in wanted)).encode()).hexdigest()[:12]
        prefix = f"library-{self._embedder.id}-"
        client = self._open()
        names = [c.name for c in client.list_collections() if c.name.startswith(prefix)]
        if prefix + digest in names:
            collection = client.get_collection(prefix + digest)
            if collection.count() == len(wanted):
                self._collection = collection
                return Synced(0, 0, len(wanted))
            client.delete_collection(prefix + digest)
            names.remove(prefix + digest)
        known = self._known(names, {e.id for e in wanted})
        building = f"building-{digest}"
        if building in [c.name for c in client.list_collections()]:
            client.delete_collection(building)
        collection = client.create_collection(building, configuration={"hnsw": {"space": "cosine"}})
        for start in range(0, len(wanted), BATCH):
            batch = wanted[start : start + BATCH]
            new = [e for e in batch if e.id not in known]
            fresh = dict(zip((e.id for e in new), self._embedder.embed_documents([e.text for e in new]), strict=True))
            collection.add(
                ids=[e.id for e in batch],
                embeddings=[fresh.get(e.id, known.get(e.id)) for e in batch],
                metadatas=[{"passage": e.passage} for e in batch],
            )
            if progress:
                progress(min(start + BATCH, len(wanted)), len(wanted))
        collection.modify(name=prefix + digest)
        self._collection = collection
        removed = self._last_count - sum(1 for e in wanted if e.id in self._last_ids)
        for old in names[: max(0, len(names) - KEEP + 1)]:
            client.delete_collection(old)
        added = sum(1 for e in wanted if e.id not in known)
        return Synced(added, removed, len(wanted))

    def _known(self, names: list[str], wanted: set[str]) -> dict[str, Any]:
        known: dict[str, Any] = {}
        self._last_ids: set[str] = set()
        for name in names:
            rows = self._client.get_collection(name).get(include=["embeddings"])
            self._last_ids = set(rows["ids"])
            known |= {i: v for i, v in zip(rows["ids"], rows["embeddings"], strict=True) if i in wanted}
        self._last_count = len(self._last_ids)
        return known

    def _open(self) -> Any:
        if self._client is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._client = chromadb.PersistentClient(
                str(self._folder), settings=ChromaSettings(anonymized_telemetry=False, allow_reset=True)
            )
        return self._client

    def _reset(self) -> None:
        self._client = self._collection = None
        chromadb.api.client.SharedSystemClient.clear_system_cache()
        shutil.rmtree(self._folder, ignore_errors=True)
