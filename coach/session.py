"""`Coach`: the one door the app, the command line and the evals go through.

A turn: the message is stored, then guarded, routed, answered and cited by the agent's graph, then the reply is stored.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Generator
from typing import cast

from coach.agent import Agent, Result
from coach.classify import Classifier
from coach.errors import CoachError, InputError
from coach.library.index import Synced
from coach.library.search import Library
from coach.library.uploads import LOCAL, Uploads
from coach.models import weights
from coach.models.chat import Chat
from coach.models.embeddings import MiniLM
from coach.rehearsal import scenario
from coach.rehearsal.rehearsal import Rehearsal
from coach.routing import Router
from coach.safety import Gate, Helplines
from coach.settings import Settings
from coach.skills import REGISTRY
from coach.store import Store
from coach.types import Done, Event, Failed, Passage, Reply, Stage, Started, Timings, Token

LONGEST = 20_000  # characters of one message
STOPPED = "*(stopped)*"


class Coach:
    """The composition root: everything is put together here, once."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._preparing = False
        self.store = Store(settings.store_url)
        self.embedder = MiniLM(settings.cache_dir)
        self.library = Library(
            settings.knowledge_dir, settings.cache_dir, self.embedder, settings.knowledge_extra_dir
        )
        self.uploads = Uploads(settings.data_dir / "documents", settings.cache_dir, self.embedder)
        self.chat = Chat(settings)
        self.agent = Agent(
            self.library,
            self.uploads,
            self.embedder,
            self.chat,
            Router(self.embedder, set(REGISTRY), settings.cache_dir),
            Gate(self.embedder, settings.cache_dir),
            Helplines.load(settings.knowledge_dir),
            settings.prompts_dir,
            settings.region,
        )

    def prepare(self, progress: weights.Progress = weights.quiet) -> Synced:
        """Fetch what is missing and bring the index in step. The coach can be used while this runs.

        Raises:
            WeightsMissing: weights cannot be fetched.
            LibraryError: the index cannot be written.
        """
        learners = self._learners()
        self._preparing = True
        for learner in learners:
            learner.waiting = True
        try:
            return self._prepare(progress)
        finally:
            self._preparing = False
            for learner in learners:
                learner.waiting = False

    def _prepare(self, progress: weights.Progress) -> Synced:
        for each in (weights.VOCABULARY, weights.EMBEDDER):
            weights.pull(each, self.settings.cache_dir, progress)
        synced = self.library.sync(lambda done, total: progress("library index", done, total))
        for learner in self._learners():
            learner.learn()
        if self.settings.chat.embedded and not self.settings.chat.base_url:
            weights.pull(weights.CHAT, self.settings.cache_dir, progress)
        return synced

    def _learners(self) -> tuple[Classifier, ...]:
        return self.agent.gate.classifier, self.agent.router.classifier, self.library.meant

    def rehearse(self, name: str, difficulty: str | None = None, seed: int = 0) -> Rehearsal:
        """A rehearsal of a scenario, with the chosen model's voice when there is one.

        Raises:
            InputError: there is no such scenario or difficulty.
        """
        self.ready()
        chat = None if self.chat.choice().info.mode == "guide-only" else self.chat
        chosen = scenario.find(scenario.load(), name)
        return Rehearsal(
            chosen,
            cast("scenario.Difficulty | None", difficulty),
            seed,
            chat,
            self.embedder,
            self.library,
            self.agent.gate,
            prompts=self.settings.prompts_dir,
            helplines=self.agent.helplines,
            region=self.settings.region,
        )

    def passage(self, passage: str) -> Passage | None:
        """A passage of the library or of the user's documents, by its id."""
        return self.library.passages.get(passage) or self.uploads.passages(LOCAL).get(passage)

    def ready(self) -> None:
        """Bring the index in step when the embedder is here; without it, search goes by words."""
        if not self._preparing and not self.library.dense and self.embedder.ready():
            self.library.sync()

    def send(
        self, message: str, conversation: str | None = None, skill: str | None = None, *, replace_last: bool = False
    ) -> Generator[Event, None, None]:
        """Answer a message. The message is stored before anything else; a failure comes as `Failed`.

        Args:
            message: what the user wrote.
            conversation: the conversation to go on with; None starts one.
            skill: the skill to use; None lets the message decide.
            replace_last: put the message in the place of the last one and of its answer (retry and edit).
        """
        started = time.monotonic()
        try:
            text = clean(message)
            if skill is not None and skill not in REGISTRY:
                raise InputError(f"There is no skill {skill!r}; use one of {', '.join(REGISTRY)}.")
            if conversation is None:
                conversation = self.store.start().id
            if replace_last:
                self.store.replace_last(conversation, text)
            else:
                self.store.add(conversation, "user", text)
            before = self.store.messages(conversation)[:-1]
        except CoachError as error:
            yield Failed(error.user_message)
            return
        yield Started(conversation)
        replies = [m.payload for m in before if m.role == "coach"]
        current, asked = _in_progress(replies)
        history = tuple((m.role, m.text) for m in before)
        grown, kept, first = "", False, None
        try:
            self.ready()
            for event in self.agent.run(text, history, skill or current, asked, replies[-1] if replies else None):
                if isinstance(event, Result):
                    reply = _reply(event, conversation, started, first)
                    self.store.add(conversation, "coach", reply.reply, reply.to_dict())
                    kept = True
                    yield Done(reply)
                    continue
                if first is None and not isinstance(event, Stage):
                    first = time.monotonic()
                if isinstance(event, Token):
                    grown += event.text
                yield event
        except CoachError as error:
            yield Failed(error.user_message)
        finally:
            # A stop in mid-stream arrives as BaseException (GeneratorExit): what was said so far is kept.
            if not kept and grown:
                self.store.add(conversation, "coach", f"{grown}\n\n{STOPPED}")

    def ask(
        self,
        message: str,
        conversation: str | None = None,
        skill: str | None = None,
        watch: Callable[[Event], None] | None = None,
    ) -> Reply:
        """Answer a message and wait for the whole reply.

        Raises:
            CoachError: the turn failed.
        """
        for event in self.send(message, conversation, skill):
            if watch:
                watch(event)
            if isinstance(event, Done):
                return event.reply
            if isinstance(event, Failed):
                raise CoachError(event.user_message)
        raise CoachError("The turn ended without a reply; try again.")


def clean(message: str) -> str:
    """The message without control characters.

    Raises:
        InputError: it is empty or too long.
    """
    text = re.sub(
        r"[^\S\n\t]+", " ", re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028-\u202e\ufeff]", "", message)
    ).strip()
    if not text:
        raise InputError("The message is empty; write a sentence about your situation.")
    if len(text) > LONGEST:
        raise InputError(f"The message has {len(text):,} characters; shorten it to {LONGEST:,} or fewer.")
    return text


def _in_progress(payloads: list[dict[str, object] | None]) -> tuple[str | None, int]:
    """The skill whose questions are open, and how often it asked."""
    asked = 0
    for payload in reversed(payloads):
        if not payload or not payload.get("questions"):
            break
        asked += 1
    last = payloads[-1] if payloads and asked else None
    return (str(last["skill"]) if last else None), asked


def _reply(result: Result, conversation: str, started: float, first: float | None) -> Reply:
    now = time.monotonic()
    token = result.call.first_token
    timings = Timings(
        int(((first or now) - started) * 1000),
        int((token - started) * 1000) if token else None,
        int((now - started) * 1000),
    )
    return Reply(
        result.text,
        result.sentences,
        result.citations,
        result.skill,
        result.model,
        result.draft.questions,
        result.draft.artifact,
        result.safety,
        timings,
        result.call.usage,
        conversation,
        result.notice,
    )
