"""Frozen values that cross borders between modules."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Mode = Literal["remote", "embedded", "guide-only"]
Tier = Literal["small", "large", "none"]


@dataclass(frozen=True)
class Source:
    """Where a library text has a fact from."""

    id: str
    title: str
    author: str
    link: str
    year: int | None = None


@dataclass(frozen=True)
class Passage:
    """One section of a library text: what is indexed, cited and shown."""

    id: str
    title: str
    heading: str
    text: str
    path: str
    kind: str
    topic: str
    audience: tuple[str, ...]
    sources: tuple[Source, ...] = ()
    asked: tuple[str, ...] = ()  # ways people ask for its document; on a document's first passage


@dataclass(frozen=True)
class Hit:
    """A passage found for a query, with its score (cosine, 0 to 1; lexical scores are scaled to it)."""

    passage: Passage
    score: float


@dataclass(frozen=True)
class Citation:
    """A numbered pointer from a sentence to the very words that support it."""

    id: int
    passage: str
    title: str
    heading: str
    quote: str
    path: str


@dataclass(frozen=True)
class Sentence:
    """One sentence of a reply. `grounded` is False for the coach's own suggestion."""

    text: str
    citations: tuple[int, ...] = ()
    grounded: bool = False
    part: str = ""  # the block it belongs to; a new part starts a new paragraph


@dataclass(frozen=True)
class Finding:
    """What a check found in an artifact."""

    name: str
    passed: bool
    message: str
    passage: str | None = None


@dataclass(frozen=True)
class Artifact:
    """A finished thing a person takes away."""

    kind: str
    fields: dict[str, str]
    markdown: str
    checks: tuple[Finding, ...] = ()
    blanks: tuple[str, ...] = ()
    slots: dict[str, dict[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class ModelInfo:
    """Which model answered."""

    name: str
    mode: Mode
    tier: Tier


@dataclass(frozen=True)
class Usage:
    """Token counts of one turn."""

    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0


@dataclass(frozen=True)
class Timings:
    """Milliseconds since the message arrived."""

    first_content_ms: int = 0
    first_token_ms: int | None = None
    total_ms: int = 0


@dataclass(frozen=True)
class Reply:
    """One answer, whole."""

    reply: str
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    skill: str
    model: ModelInfo
    questions: tuple[str, ...] = ()
    artifact: Artifact | None = None
    safety: str | None = None
    timings: Timings = Timings()
    usage: Usage = Usage()
    conversation: str = ""
    notice: str = ""

    def to_dict(self) -> dict[str, Any]:
        """A plain dictionary, as the CLI's JSON prints it."""
        return asdict(self)


@dataclass(frozen=True)
class Started:
    """Event: the message is stored, in this conversation."""

    conversation: str


@dataclass(frozen=True)
class Sources:
    """Event: the passages the reply will stand on."""

    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class Stage:
    """Event: what is being done now, in words for the user."""

    text: str


@dataclass(frozen=True)
class Token:
    """Event: a piece of text to show."""

    text: str


@dataclass(frozen=True)
class Done:
    """Event: the reply, checked and stored."""

    reply: Reply


@dataclass(frozen=True)
class Failed:
    """Event: the turn failed; `user_message` says what to do. Without `Started` before, the message is not stored."""

    user_message: str


Event = Started | Sources | Stage | Token | Done | Failed
