"""What is kept: conversations and their messages. A user's message is committed before any other work."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import create_engine, delete, event, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from coach.errors import StoreError
from coach.store.tables import Base, ConversationRow, MessageRow

Role = Literal["user", "coach"]
TITLE_CHARACTERS = 60


@dataclass(frozen=True)
class Conversation:
    """A conversation as lists show it."""

    id: str
    title: str
    updated: datetime


@dataclass(frozen=True)
class Message:
    """A message; `payload` holds a coach's whole reply."""

    id: int
    role: str
    text: str
    payload: dict[str, Any] | None = None


class Store:
    """Reads and writes conversations.

    Raises:
        StoreError: from every method, when the database cannot be reached or written.
    """

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self._sessions: sessionmaker[Session] | None = None

    def start(self) -> Conversation:
        """A new, empty conversation."""
        now = datetime.now(UTC)
        with self._session() as session:
            row = ConversationRow(id=uuid.uuid4().hex, title="", created=now, updated=now)
            session.add(row)
            session.flush()
            return Conversation(row.id, row.title, row.updated)

    def add(self, conversation: str, role: Role, text: str, payload: dict[str, Any] | None = None) -> int:
        """Commit a message and return its number. The first user message names the conversation."""
        now = datetime.now(UTC)
        with self._session() as session:
            row = session.get(ConversationRow, conversation)
            if row is None:
                raise StoreError("There is no such conversation; start a new one.")
            row.updated = now
            if role == "user" and not row.title:
                row.title = " ".join(text.split())[:TITLE_CHARACTERS]
            message = MessageRow(conversation_id=conversation, role=role, text=text, payload=payload, created=now)
            session.add(message)
            session.flush()
            return message.id

    def exists(self, conversation: str) -> bool:
        """Whether a conversation is kept."""
        with self._session() as session:
            return session.get(ConversationRow, conversation) is not None

    def messages(self, conversation: str) -> list[Message]:
        """The messages of a conversation, oldest first."""
        query = select(MessageRow).where(MessageRow.conversation_id == conversation).order_by(MessageRow.id)
        with self._session() as session:
            return [Message(r.id, r.role, r.text, r.payload) for r in session.scalars(query)]

    def conversations(self, count: int = 50) -> list[Conversation]:
        """The latest conversations that have a message, newest first."""
        query = select(ConversationRow).where(ConversationRow.title != "").order_by(ConversationRow.updated.desc())
        with self._session() as session:
            return [Conversation(r.id, r.title, r.updated) for r in session.scalars(query.limit(count))]

    def replace_last(self, conversation: str, text: str) -> int:
        """Put `text` in the place of the last user message and of all that followed it, in one transaction."""
        mine = (MessageRow.conversation_id == conversation, MessageRow.role == "user")
        with self._session() as session:
            last = session.scalar(select(func.max(MessageRow.id)).where(*mine))
            if last is None:
                raise StoreError("There is no message to write again; send a new one.")
            session.execute(
                delete(MessageRow).where(MessageRow.conversation_id == conversation, MessageRow.id >= last)
            )
            row = MessageRow(conversation_id=conversation, role="user", text=text, created=datetime.now(UTC))
            session.add(row)
            session.flush()
            return row.id

    def delete(self, conversation: str) -> None:
        """Remove a conversation with all its messages."""
        with self._session() as session:
            session.execute(delete(MessageRow).where(MessageRow.conversation_id == conversation))
            session.execute(delete(ConversationRow).where(ConversationRow.id == conversation))

    @contextmanager
    def _session(self) -> Iterator[Session]:
        try:
            with self._open().begin() as session:
                yield session
        except (SQLAlchemyError, OSError) as error:
            raise StoreError(
                f"Conversations cannot be read or written at {self._url.render_as_string(hide_password=True)}; "
                "check the disk, or set COACH_DATA_DIR or COACH_DATABASE_URL to a place that can be written."
            ) from error

    def _open(self) -> sessionmaker[Session]:
        if self._sessions is None:
            if self._url.database and self._url.get_backend_name() == "sqlite":
                Path(self._url.database).parent.mkdir(parents=True, exist_ok=True)
            engine = create_engine(self._url)
            if self._url.get_backend_name() == "sqlite":
                event.listen(engine, "connect", _durable)
            Base.metadata.create_all(engine)
            self._sessions = sessionmaker(engine, expire_on_commit=False)
        return self._sessions


def _durable(connection: Any, record: object) -> None:
    # FULL costs 0.2 ms a commit; NORMAL can lose the last commits after a power cut.
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
