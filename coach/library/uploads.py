"""The user's own documents: read by a process of its own, kept as text, searched and cited like the library.

What is kept is one JSON file of text for each document, below a folder for each user; the file that was uploaded is
not kept. What a document says is data: it becomes passages marked as the user's own, and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

from coach.errors import CoachError, UploadError
from coach.library.extract import MAX_BYTES, MAX_CHARACTERS, MAX_PAGES, Section, clean
from coach.library.index import Progress, Synced
from coach.library.shelf import OwnIndex, Shelf, UserDocument, files, write
from coach.models.embeddings import MiniLM
from coach.types import Hit, Passage

MAX_DOCUMENTS = 40  # of one user
SECONDS = 30  # to read one document; the worker stops itself earlier when it computes
READERS = 2  # documents read at the same time
COMMAND = (sys.executable, "-B", "-W", "ignore", "-m", "coach.library.extract")
ENVIRONMENT = ("PATH", "PYTHONHOME", "PYTHONPATH", "LD_LIBRARY_PATH", "SYSTEMROOT")  # no keys, no addresses
REFUSALS = {
    "broken": "{} is damaged and cannot be read; open it, save it again as PDF or DOCX, and upload that.",
    "empty": "{} has no text in it; choose a document with text.",
    "encrypted": "{} is protected by a password; save a copy without one and upload that.",
    "not_a_document": "{} is not a PDF, DOCX, Markdown or plain text (UTF-8) file; save it as one and upload that.",
    "scanned": "{} has pages but no text, so it is probably a scan; upload its original, or a copy with text in it.",
    "too_large": f"{{}} is too large: {MAX_BYTES // 1_000_000} MB and {MAX_CHARACTERS:,} characters are the most; "
    "upload only the part you need.",
    "too_many_pages": f"{{}} has more than {MAX_PAGES} pages; upload only the pages you need.",
    "too_slow": "{} takes too long to read; save it again as PDF or DOCX, or upload only the part you need.",
}
log = logging.getLogger(__name__)
Hits = list[Hit]
Documents = list[UserDocument]


LOCAL = "local"  # the one user of a coach on one's own computer


class Uploads:
    """The documents of all users, each user's apart from the others'.

    Args:
        folder: where the text is kept.
        cache: where indexes are kept; they can be built again.
        embedder: without its weights, search goes by words.
    """

    def __init__(self, folder: Path, cache: Path, embedder: MiniLM) -> None:
        self._folder = folder
        self._cache = cache / "uploads"
        self._embedder = embedder
        self._lock = threading.Lock()
        self._readers = threading.BoundedSemaphore(READERS)
        self._shelves: dict[str, Shelf] = {}

    def add(self, user: str, name: str, data: bytes, progress: Progress | None = None) -> UserDocument:
        """Read a document and keep its text; one whose text is there already is not kept twice.

        Raises:
            UploadError: the document cannot be read or kept; nothing of it stays behind.
        """
        name = file_name(name)
        if len(data) > MAX_BYTES:
            raise _refusal(name, "too_large")
        with self._readers:
            kind, pages, sections = _read(name, data)
        shelf = self._shelf(user)
        text = "\n".join(f"{s.heading}\n{s.text}" for s in sections)
        digest = hashlib.sha256(text.encode()).hexdigest()[:16]
        if same := next((d for d in shelf.records if d.id == digest), None):
            return same
        if len(shelf.records) >= MAX_DOCUMENTS:
            raise UploadError(f"You have {MAX_DOCUMENTS} documents, which is the most; delete one and try again.")
        name = file_name(name, {d.name for d in shelf.records})
        record = UserDocument(digest, name, kind, pages, len(text.split()), datetime.now(UTC))
        write(shelf.folder / f"{digest}.json", record, sections)
        self._index(self._shelf(user), progress)
        return record

    def list(self, user: str) -> Documents:
        """The documents of a user, oldest first."""
        return [*self._shelf(user).records]

    def passages(self, user: str) -> dict[str, Passage]:
        """All passages of a user's documents by their id."""
        return self._shelf(user).passages

    def search(self, user: str, text: str, count: int = 8) -> Hits:
        """A user's passages for a message, best first, none below the library's threshold."""
        shelf = self._ready(user)
        return shelf.search(text, count) if shelf.passages else []

    def rank(self, user: str, text: str, count: int = 8) -> Hits:
        """A user's passages for a message, best first, whatever their score."""
        shelf = self._ready(user)
        return shelf.rank(text, count) if shelf.passages else []

    def reindex(self, user: str, progress: Progress | None = None) -> Synced:
        """Build a user's index anew.

        Raises:
            WeightsMissing: the embedder is not on this machine; search goes by words.
            LibraryError: the index cannot be written.
        """
        shelf = self._shelf(user)
        with shelf.index.turn:
            return shelf.rebuild(progress)

    def delete(self, user: str, id: str) -> None:
        """Remove a document and all that was made from it.

        Raises:
            UploadError: there is no such document, or it cannot be removed.
        """
        shelf = self._shelf(user)
        if id not in {d.id for d in shelf.records}:
            raise UploadError("There is no such document; it may be deleted already.")
        try:
            for path in (shelf.folder / f"{id}.json", *shelf.folder.glob("*.part")):
                path.unlink(missing_ok=True)
        except OSError as error:
            raise UploadError(f"The document cannot be deleted from {shelf.folder}; check the folder.") from error
        shelf = self._shelf(user)
        with shelf.index.turn:
            try:
                if shelf.passages and self._embedder.ready():
                    shelf.sync()
                    return
            except CoachError:
                log.warning("the index could not be brought in step and is thrown away", exc_info=True)
            shelf.index.reset()

    def _shelf(self, user: str) -> Shelf:
        """The user's documents as the folder has them now: another process may have changed it."""
        # Any name makes a safe folder this way, and two names never the same one, whatever the file system.
        key = hashlib.sha256(user.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        with self._lock:
            shelf = self._shelves.get(key)
            if shelf is None or shelf.files != files(self._folder / key):
                index = shelf.index if shelf else OwnIndex(self._cache / key / "index", self._embedder)
                # A new one each time: a search that goes on in another thread keeps the old one whole.
                shelf = self._shelves[key] = Shelf(self._folder / key, self._cache / key, self._embedder, index)
        return shelf

    def _ready(self, user: str) -> Shelf:
        shelf = self._shelf(user)
        self._index(shelf)
        return shelf

    def _index(self, shelf: Shelf, progress: Progress | None = None) -> None:
        """Bring the index in step if that can be done now; until then search goes by words."""
        if shelf.dense or not shelf.passages or not self._embedder.ready():
            return
        if not shelf.index.turn.acquire(blocking=False):
            return  # another thread is at it
        try:
            shelf.sync(progress)
        except CoachError:
            log.warning("the user's documents are searched by words", exc_info=True)
        finally:
            shelf.index.turn.release()


def file_name(name: str, taken: Collection[str] = ()) -> str:
    """The name to show: without path, control characters and Markdown's brackets; numbered when it is taken."""
    name = " ".join(clean(re.split(r"[/\\]", name)[-1]).split())
    stem, suffix = os.path.splitext(re.sub(r"[<>\[\]{}`|#$]", "", name).strip(". "))
    stem, suffix = stem[:80].strip() or "document", suffix[:10].strip()
    numbers = (f"{stem} ({n}){suffix}" for n in range(2, len(taken) + 3))
    return next(n for n in (f"{stem}{suffix}", *numbers) if n not in taken)


def _read(name: str, data: bytes) -> tuple[str, int, list[Section]]:
    """What the worker makes of the document; the file it reads is gone afterwards."""
    try:
        with tempfile.TemporaryDirectory(prefix="coach-upload-") as folder:
            path = Path(folder, "document")
            path.write_bytes(data)
            done = subprocess.run(
                [*COMMAND, str(path)],
                cwd=Path(__file__).resolve().parents[2],
                env={key: os.environ[key] for key in ENVIRONMENT if key in os.environ},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=SECONDS,
                check=False,
            )
    except subprocess.TimeoutExpired as error:
        raise _refusal(name, "too_slow") from error
    except OSError as error:
        raise UploadError(f"{name} cannot be read now; check this machine's disk and memory, and try again.") from error
    if done.returncode:
        log.info("the reader ended with %s", done.returncode)
        raise _refusal(name, "too_slow" if -done.returncode == getattr(signal, "SIGXCPU", None) else "broken")
    try:
        answer = json.loads(done.stdout)
        if "error" in answer:
            raise _refusal(name, answer["error"])
        return answer["kind"], answer["pages"], [Section(**s) for s in answer["sections"]]
    except (KeyError, TypeError, ValueError) as error:
        raise _refusal(name, "broken") from error


def _refusal(name: str, code: str) -> UploadError:
    return UploadError(REFUSALS[code].format(name))
