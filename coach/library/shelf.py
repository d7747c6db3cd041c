"""One user's documents as they are kept, and as they are searched.

A document is one JSON file of text; the index is a cache beside the library's, built from these files.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from coach.errors import CoachError, LibraryError, UploadError
from coach.grounding import content_words
from coach.library.chunks import chunks
from coach.library.extract import Section
from coach.library.index import Index, Progress, Synced, entries
from coach.library.search import Library
from coach.models.embeddings import MiniLM
from coach.types import Passage

MARK = "your document"
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class UserDocument:
    """One document as lists show it; `kind` is pdf, docx or text, `pages` is 0 where there are none."""

    id: str
    name: str
    kind: str
    pages: int
    words: int
    added: datetime


class Shelf(Library):
    """The documents of one user at one moment, searched as the library is."""

    def __init__(self, folder: Path, cache: Path, embedder: MiniLM, index: OwnIndex) -> None:
        self.folder = folder
        self.files = files(folder)
        self.records: list[UserDocument] = []
        super().__init__(folder, cache, embedder)
        self._index = self.index = index

    def rebuild(self, progress: Progress | None = None) -> Synced:
        """Build the index anew; until that is done search goes by words.

        Raises:
            WeightsMissing: the embedder is not on this machine.
            LibraryError: the index cannot be written.
        """
        self._synced = False
        self.index.reset()
        return self.sync(progress) if self.passages else Synced(0, 0, 0)

    def reload(self) -> None:
        """Read the files; one that cannot be read is passed over."""
        stored = sorted(filter(None, map(_load, self.files)), key=lambda pair: pair[0].added)
        self.documents = {}
        self.records = [record for record, _ in stored]
        self._take({p.id: p for record, sections in stored for p in _passages(record, sections)})

    def _by_words(self, query: str) -> dict[str, float]:
        """By the share of the message's words: BM25's own score is next to nothing among so few passages."""
        asked = content_words(query)
        shared = {i: len(asked & content_words(self.passages[i].text)) for i in super()._by_words(query)}
        return {i: count / len(asked) for i, count in shared.items() if count}


class OwnIndex(Index):
    """An index in which nothing outlasts its deletion."""

    def __init__(self, folder: Path, embedder: MiniLM) -> None:
        super().__init__(folder, embedder)
        self.turn = threading.Lock()
        self._carried: dict[str, Any] = {}

    def sync(self, passages: Iterable[Passage], progress: Progress | None = None) -> Synced:
        """Bring the index in step; when something was taken away, make its folder anew.

        Raises:
            LibraryError: the index cannot be written.
        """
        rows = list(passages)
        synced = super().sync(rows, progress)
        wanted = {entry.id for entry in entries(rows)}
        try:
            if any(set(c.get(include=[])["ids"]) - wanted for c in self._client.list_collections()):
                # Chroma's files keep the names and vectors of dropped collections, so the folder is made anew.
                self._carried = super()._vectors([self._collection])
                self.reset()
                super().sync(rows, progress)
        except CoachError:
            raise
        except Exception as error:
            raise LibraryError("The index of your documents is broken; re-index them.") from error
        finally:
            self._carried = {}
        return synced

    def reset(self) -> None:
        """Throw the index away."""
        if self._client is not None:
            with suppress(Exception):  # a client that is broken may not close
                self._client.close()
        super().reset()

    def _vectors(self, snapshots: list[Any]) -> dict[str, Any]:
        return self._carried | super()._vectors(snapshots)


def files(folder: Path) -> tuple[Path, ...]:
    """The files of the documents in a folder."""
    return tuple(sorted(folder.glob("*.json")))


def write(path: Path, record: UserDocument, sections: Iterable[Section]) -> None:
    """Whole or not at all; readable by this account only."""
    kept = asdict(record) | {"added": record.added.isoformat(), "sections": [asdict(s) for s in sections]}
    part = path.with_suffix(".part")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
                json.dump(kept, file, ensure_ascii=False)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise UploadError(
            f"{record.name} cannot be kept in {path.parent}; set COACH_DATA_DIR to a folder that can be written."
        ) from error


def _load(path: Path) -> tuple[UserDocument, list[Section]] | None:
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        sections = [Section(**s) for s in stored.pop("sections")]
        return UserDocument(**stored | {"added": datetime.fromisoformat(stored["added"])}), sections
    except (OSError, KeyError, TypeError, ValueError):
        log.warning("a kept document cannot be read: %s", path, exc_info=True)
        return None


def _passages(record: UserDocument, sections: Iterable[Section]) -> Iterator[Passage]:
    for number, (place, text) in enumerate(chunks(sections)):
        digest = hashlib.sha256(text.encode()).hexdigest()[:8]
        yield Passage(
            id=f"your-document/{record.name}#{record.id[:8]}-{number}-{digest}",
            title=record.name,
            # The mark comes first, so that no heading of a document can pass for the library's.
            heading=f"{MARK}, {place}" if place else MARK,
            text=text,
            path=f"your documents/{record.name}",
            kind="document",
            topic=MARK,
            audience=("mentee", "mentor"),
        )
