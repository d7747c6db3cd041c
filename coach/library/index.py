"""The Chroma index, in step with the files.

An index is a snapshot: its collection is named by the embedder and a digest of everything in it. A changed file makes
a new snapshot, which takes over the vectors that did not change; the finished one gets its name last, so a
half-built index is never searched. It is a cache: whatever is wrong with it, it is rebuilt from the files.
"""

from __future__ import annotations

import hashlib
import logging
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import chromadb
import numpy as np
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.config import Settings as ChromaSettings
from filelock import FileLock

from coach.errors import CoachError, LibraryError
from coach.models.embeddings import MiniLM
from coach.types import Passage

KEEP = 3  # snapshots, so that checkouts with different libraries do not undo each other's work
BATCH = 64
log = logging.getLogger(__name__)
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Entry:
    """One text that is embedded and leads to a passage."""

    id: str
    text: str
    passage: str
    asked: bool = False  # a way of asking for the document, not its prose


@dataclass(frozen=True)
class Near:
    """The passages nearest to a vector: passage id → cosine of its nearest entry, and of its nearest prose."""

    all: dict[str, float]
    prose: dict[str, float]


@dataclass(frozen=True)
class Synced:
    """What a sync changed against the newest snapshot, in entries."""

    added: int
    removed: int
    total: int


def entries(passages: Iterable[Passage]) -> list[Entry]:
    """What is embedded: each passage under its title, and each way of asking for it on its own."""
    out: list[Entry] = []
    for passage in passages:
        asked = list(passage.asked)
        if passage.heading == "Fits when":
            asked += [line.lstrip("- ").strip() for line in passage.text.splitlines() if line.strip()]
            asked.append(passage.title)
        else:
            out.append(_entry(passage, f"{passage.title}. {passage.heading}. {passage.text}"))
        out += [_entry(passage, text, asked=True) for text in asked]
    return list({entry.id: entry for entry in out}.values())


def _entry(passage: Passage, text: str, *, asked: bool = False) -> Entry:
    return Entry(hashlib.sha256(f"{passage.id}\n{text}".encode()).hexdigest()[:16], text, passage.id, asked)


class Index:
    """Vectors of one set of passages."""

    def __init__(self, folder: Path, embedder: MiniLM) -> None:
        self._folder = folder
        self._embedder = embedder
        self._prefix = f"library-{embedder.id}-"
        self._client: Any = None
        self._collection: Any = None

    def sync(self, passages: Iterable[Passage], progress: Progress | None = None) -> Synced:
        """Bring the index in step with the passages; only what is new is embedded.

        Raises:
            LibraryError: the index folder cannot be written.
        """
        wanted = entries(passages)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self._folder.with_suffix(".lock")):
                try:
                    return self._sync(wanted, progress)
                except CoachError:
                    raise
                except Exception:
                    log.info("the index cannot be used and is rebuilt", exc_info=True)
                self.reset()
                return self._sync(wanted, progress)
        except CoachError:
            raise
        except Exception as error:
            raise LibraryError(
                f"The index cannot be written to {self._folder}; set COACH_CACHE_DIR to a folder that can be written."
            ) from error

    def nearest(self, vectors: list[list[float]], count: int) -> list[Near]:
        """What is nearest to each vector; raises whatever Chroma does when it is broken."""
        found = self._collection.query(query_embeddings=vectors, n_results=count, include=["metadatas", "distances"])
        out: list[Near] = []
        for metas, distances in zip(found["metadatas"], found["distances"], strict=True):
            near = Near({}, {})
            for meta, distance in zip(metas, distances, strict=True):
                cosine = 1.0 - float(distance)
                near.all.setdefault(str(meta["passage"]), cosine)
                if not meta["asked"]:
                    near.prose.setdefault(str(meta["passage"]), cosine)
            out.append(near)
        return out

    def vectors(self, rows: Sequence[Entry]) -> Any:
        """The stored vectors of entries, one a row."""
        found = self._collection.get(ids=[row.id for row in rows], include=["embeddings"])
        by_id = dict(zip(found["ids"], found["embeddings"], strict=True))
        return np.asarray([by_id[row.id] for row in rows], dtype=np.float32)

    def reset(self) -> None:
        """Throw the index away."""
        self._client = self._collection = None
        SharedSystemClient.clear_system_cache()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _sync(self, wanted: list[Entry], progress: Progress | None) -> Synced:
        client = self._open()
        digest = hashlib.sha256("".join(sorted(f"{e.id}{e.asked}" for e in wanted)).encode()).hexdigest()
        name = self._prefix + digest[:12]
        snapshots = self._snapshots()
        whole = next((s for s in snapshots if s.name == name and s.count() == len(wanted)), None)
        if whole is not None:
            self._collection = whole
            return Synced(0, 0, len(wanted))
        known = self._vectors(snapshots)
        newest = set(snapshots[-1].get(include=[])["ids"]) if snapshots else set()
        for stale in [c.name for c in client.list_collections() if c.name == name or c.name.startswith("building-")]:
            client.delete_collection(stale)
        building = client.create_collection(
            f"building-{name}", metadata={"made": time.time()}, configuration={"hnsw": {"space": "cosine"}}
        )
        for start in range(0, len(wanted), BATCH):
            self._add(building, wanted[start : start + BATCH], known)
            if progress:
                progress(min(start + BATCH, len(wanted)), len(wanted))
        building.modify(name=name)
        self._collection = building
        for old in [s.name for s in snapshots if s.name != name][: -(KEEP - 1)]:
            client.delete_collection(old)
        ids = {e.id for e in wanted}
        return Synced(len(ids - newest), len(newest - ids), len(wanted))

    def _add(self, collection: Any, batch: list[Entry], known: dict[str, Any]) -> None:
        new = [e for e in batch if e.id not in known]
        fresh = dict(zip((e.id for e in new), self._embedder.embed_documents([e.text for e in new]), strict=True))
        collection.add(
            ids=[e.id for e in batch],
            embeddings=np.asarray([fresh[e.id] if e.id in fresh else known[e.id] for e in batch], dtype=np.float32),
            metadatas=[{"passage": e.passage, "asked": e.asked} for e in batch],
        )

    def _snapshots(self) -> list[Any]:
        found = [c for c in self._client.list_collections() if c.name.startswith(self._prefix)]
        return sorted(found, key=lambda c: float((c.metadata or {}).get("made", 0)))

    def _vectors(self, snapshots: list[Any]) -> dict[str, Any]:
        known: dict[str, Any] = {}
        for snapshot in snapshots:
            rows = snapshot.get(include=["embeddings"])
            known |= dict(zip(rows["ids"], rows["embeddings"], strict=True))
        return known

    def _open(self) -> Any:
        if self._client is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._client = chromadb.PersistentClient(
                str(self._folder), settings=ChromaSettings(anonymized_telemetry=False)
            )
        return self._client
