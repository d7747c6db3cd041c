"""One turn as a graph: guard → route → gather → compose → check → cite. The store is the session's business."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, TypedDict

from langgraph.config import get_stream_writer
from langgraph.graph import END, START, StateGraph

from coach import grounding, safety
from coach.errors import ModelError
from coach.library.search import Library
from coach.library.uploads import LOCAL, Uploads
from coach.models.chat import NO_MODEL, Call, Chat
from coach.models.embeddings import MiniLM
from coach.routing import Last, Router, continues, refers
from coach.skills import REGISTRY, Draft, Turn
from coach.types import Citation, Event, ModelInfo, Sentence, Stage, Token

PASSAGES = 24  # found for a message; a skill shows far fewer
OWN_PASSAGES = 3  # of the user's documents
ON_TOPIC = 0.55  # cosine from which a message is about mentoring although its words look like something else
OWN_TOPIC = 0.70  # cosine from which a short message has a subject of its own
log = logging.getLogger(__name__)


class State(TypedDict, total=False):
    """What the nodes hand on."""

    message: str
    history: tuple[tuple[str, str], ...]
    skill: str | None
    asked: int
    last: dict[str, Any] | None
    concern: safety.Concern | None
    leans: bool
    turn: Turn
    draft: Draft
    result: Result


@dataclass(frozen=True)
class Result:
    """What a turn came to."""

    text: str
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    skill: str
    draft: Draft
    model: ModelInfo
    call: Call
    safety: str | None = None
    notice: str = ""


@dataclass
class Agent:
    """The graph and what its nodes work with."""

    library: Library
    uploads: Uploads
    embedder: MiniLM
    chat: Chat
    router: Router
    gate: safety.Gate
    helplines: safety.Helplines
    prompts: Path
    region: str
    graph: Any = field(init=False)

    def __post_init__(self) -> None:
        """Put the graph together."""
        nodes = (self.guard, self.route, self.gather, self.compose, self.check, self.cite)
        graph = StateGraph(State)
        for node in nodes:
            graph.add_node(node.__name__, node)
        graph.add_edge(START, "guard")
        graph.add_conditional_edges("guard", lambda state: END if "result" in state else "route", ["route", END])
        for a, b in pairwise(nodes[1:]):
            graph.add_edge(a.__name__, b.__name__)
        graph.add_edge("cite", END)
        self.graph = graph.compile()

    def run(
        self,
        message: str,
        history: tuple[tuple[str, str], ...],
        skill: str | None,
        asked: int,
        last: dict[str, Any] | None,
    ) -> Iterator[Event | Result]:
        """Events as they come, then the result."""
        state = State(message=message, history=history, skill=skill, asked=asked, last=last)
        for mode, value in self.graph.stream(state, stream_mode=["custom", "values"]):
            if mode == "custom":
                yield value
            elif "result" in value:
                result = value["result"]
        yield result

    def guard(self, state: State) -> State:
        """Safety, decided by code before anything else."""
        concern = self.gate.look(state["message"])
        if concern is None or concern.kind == "misconduct":
            return State(concern=concern)
        text = safety.human_help(concern, self.helplines, self.region)
        sentence = Sentence(text, (), False, "safety")
        return State(result=Result(text, (sentence,), (), "safety", Draft(()), NO_MODEL, Call(), concern.kind))

    def route(self, state: State) -> State:
        """Which skill; misconduct is always answered from the library, never drafted away."""
        if state.get("concern"):
            return State(skill="ask", leans=False)
        reply = state.get("last")
        if reply and (reply.get("artifact") or {}).get("kind") == "rehearsal" and not state.get("skill"):
            return State(skill="rehearse", leans=False)  # a talk is under way until the user stops it
        made = reply.get("artifact") if reply else None
        last = Last(str(reply["skill"]), bool(made), bool(made and made["blanks"])) if reply else None
        leans = reply is not None and self._leans(state["message"], reply)
        return State(skill=self.router.route(state["message"], state.get("skill"), last, leans=leans), leans=leans)

    def _leans(self, message: str, reply: dict[str, Any]) -> bool:
        """Whether a short message goes on from the reply before it, and does not stand on its own."""
        if not continues(message):
            return False
        if refers(message):
            return True
        alone = self.library.rank(message, 1)
        before = {str(citation["path"]) for citation in reply.get("citations") or []}
        return not alone or alone[0].score < OWN_TOPIC or alone[0].passage.path in before

    def gather(self, state: State) -> State:
        """Passages from the library, and what the user gave."""
        writer = get_stream_writer()
        writer(Stage("Looking in the library"))
        known = state["skill"] in REGISTRY
        turn = Turn(
            message=state["message"],
            history=state.get("history", ()),
            chat=self.chat,
            model=self.chat.choice().info,
            library=self.library,
            embedder=self.embedder,
            prompts=self.prompts,
            emit=writer,
            call=Call(),
            asked=state.get("asked", 0),
            last=state.get("last"),
            leans=state["leans"],
        )
        before = next((text for role, text in reversed(turn.history) if role == "user"), "")
        query = f"{state['message']}\n{before}" if before and turn.leans else state["message"]
        hits = self.library.search(query, PASSAGES)
        if not known and hits and hits[0].score < ON_TOPIC:
            hits = []  # it reads like something else, and the library is not sure either
        if state.get("concern"):
            hits = [h for h in self.library.rank(state["message"], 60) if h.passage.topic == "safety"] or hits
        turn.hits = hits
        turn.own = self.uploads.search(LOCAL, query, OWN_PASSAGES)
        skill = REGISTRY[state["skill"] or "ask"] if known else REGISTRY["ask"]
        turn.slots = skill.gather(turn)
        return State(turn=turn, skill=skill.name)

    def compose(self, state: State) -> State:
        """The whole answer in code; it stands whatever the model does, and it is shown at once."""
        turn = state["turn"]
        draft = REGISTRY[state["skill"] or "ask"].compose(turn)
        if turn.model.tier != "large" or state.get("concern"):
            turn.emit(Token(_text(draft, grounding.number(draft.lines)[0])))
        return State(draft=draft)

    def check(self, state: State) -> State:
        """Let the model give it language; what fails its checks is dropped for the composed text."""
        skill, turn, draft = REGISTRY[state["skill"] or "ask"], state["turn"], state["draft"]
        if turn.model.mode == "guide-only" or state.get("concern"):
            return State()
        try:
            polished = skill.polish(draft, turn)
        except ModelError as error:
            log.warning("the model failed: %s", error)
            turn.model = replace(NO_MODEL)
            turn.notice = error.user_message
            return State()
        failed = [f.name for f in skill.check(polished, turn) if not f.passed]
        if failed:
            log.info("the composed text stands; the model's failed: %s", ", ".join(failed))
            return State()
        return State(draft=polished)

    def cite(self, state: State) -> State:
        """Number the citations and write the text."""
        turn, draft, concern = state["turn"], state["draft"], state.get("concern")
        sentences, citations = grounding.number(draft.lines)
        if concern:
            help_line = Sentence(safety.misconduct_help(self.helplines, self.region), (), False, "safety")
            sentences = (*sentences, help_line)
        result = Result(
            _text(draft, sentences),
            sentences,
            citations,
            state["skill"] or "ask",
            draft,
            turn.model,
            turn.call,
            concern.kind if concern else None,
            turn.notice,
        )
        return State(result=result)


def _text(draft: Draft, sentences: tuple[Sentence, ...]) -> str:
    """A reply as Markdown: its sentences, its questions, the finished thing."""
    blocks = [grounding.render(sentences, draft.labels), "\n".join(f"- {q}" for q in draft.questions)]
    if draft.artifact and draft.inline:
        blocks.append(draft.artifact.markdown)
    return "\n\n".join(block for block in blocks if block)
