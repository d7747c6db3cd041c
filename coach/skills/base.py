"""What a skill is: it reads a turn, composes a whole answer in code, and lets a model give it language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from coach.grounding import Line
from coach.library.search import Library
from coach.models.chat import Call, Chat
from coach.models.embeddings import MiniLM
from coach.types import Artifact, Event, Finding, Hit, ModelInfo


@dataclass
class Turn:
    """One message and what is known when it is answered."""

    message: str
    history: tuple[tuple[str, str], ...]  # (role, text), oldest first
    chat: Chat
    model: ModelInfo
    library: Library
    embedder: MiniLM
    prompts: Path
    emit: Callable[[Event], None]
    call: Call
    hits: list[Hit] = field(default_factory=list)
    own: list[Hit] = field(default_factory=list)  # from the user's own documents
    slots: dict[str, str] = field(default_factory=dict)
    asked: int = 0  # turns of this skill that already asked something
    last: dict[str, Any] | None = None  # the coach's reply before this message, as it is stored
    leans: bool = False  # whether the message goes on from the reply before it
    notice: str = ""  # one sentence to the user about how this was answered

    @property
    def said(self) -> str:
        """Everything the user wrote in this conversation, the newest last."""
        return "\n".join([*(text for role, text in self.history if role == "user"), self.message])


@dataclass(frozen=True)
class Draft:
    """An answer before its citations are numbered."""

    lines: tuple[Line, ...]
    questions: tuple[str, ...] = ()
    artifact: Artifact | None = None
    labels: dict[str, str] = field(default_factory=dict)
    inline: bool = True  # whether the finished thing is part of the reply's text; else it lies beside it


class Skill(Protocol):
    """The shape of a skill."""

    name: str
    label: str  # on the starter button
    icon: str  # a Material symbol, as Streamlit names it
    starter: str  # what the starter button sends, to be completed by the user

    def gather(self, turn: Turn) -> dict[str, str]:
        """What the user gave, copied from their own words; a value that is not in them is dropped."""
        ...

    def compose(self, turn: Turn) -> Draft:
        """A whole, correct answer without a model."""
        ...

    def polish(self, draft: Draft, turn: Turn) -> Draft:
        """The answer with the model's language; only called when a model is in use."""
        ...

    def check(self, draft: Draft, turn: Turn) -> tuple[Finding, ...]:
        """What is wrong with a polished answer; a failed finding brings the composed one back."""
        ...
