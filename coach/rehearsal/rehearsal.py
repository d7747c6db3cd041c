"""A rehearsal: a tree of turns that can be rewound, hinted at, swapped, stopped in any wording, and debriefed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from coach.errors import InputError, StoreError
from coach.library.search import Library
from coach.models.chat import Chat
from coach.models.embeddings import MiniLM
from coach.rehearsal import debrief as after
from coach.rehearsal.debrief import Debrief, Turn
from coach.rehearsal.mirror import Mirror
from coach.rehearsal.moves import Moves
from coach.rehearsal.partner import State, start, step
from coach.rehearsal.scenario import DIFFICULTIES, Difficulty, Scenario, Stance
from coach.rehearsal.techniques import Tip, tip
from coach.rehearsal.voice import Voice
from coach.safety import Concern, Helplines, human_help, misconduct_help
from coach.settings import ROOT

LONGEST = 2000  # characters of one line
LEFT = "You have left the rehearsal. Nothing more is played. You can look at the debrief, rewind, or simply stop here."
STEP_OUT = (
    "Stepping out of the role for a moment: this sounds like more than a hard conversation, and it should not be "
    "practised alone. If it is part of the story you can go on; if it is real, this comes first."
)
THINKING: dict[Stance, str] = {
    "deflect": "Perhaps they hope that this goes away if it is not named. Perhaps they do not yet know what you want.",
    "minimise": "Perhaps making it small protects them from feeling responsible for it.",
    "counter": "Perhaps they feel accused, and defend themselves before they can listen.",
    "test": "Perhaps they are finding out whether you mean it, and whether it is safe to say more.",
    "soften": "Perhaps they feel understood for the first time in this talk, and wait to see whether it lasts.",
    "disclose": "Perhaps saying this cost them something; how you take it will decide what comes next.",
    "agree": "Perhaps they are relieved, and want to be sure that they can keep what they say.",
    "close": "Perhaps they have had as much of this as they can take today.",
}


class Looks(Protocol):
    """The safety gate, as far as a rehearsal needs it."""

    def look(self, message: str) -> Concern | None:
        """What needs human help, or None."""
        ...


@dataclass(frozen=True)
class Node:
    """A turn in the tree, with the state after it and the turn it follows (-1 for the start)."""

    parent: int
    state: State
    turn: Turn


class Rehearsal:
    """One user's rehearsal of one scenario. Not shared between threads."""

    def __init__(
        self,
        scenario: Scenario,
        difficulty: Difficulty | None,
        seed: int,
        chat: Chat | None,
        embedder: MiniLM,
        library: Library,
        gate: Looks,
        *,
        prompts: Path = ROOT / "prompts",
        helplines: Helplines | None = None,
        region: str = "",
    ) -> None:
        if difficulty is not None and difficulty not in DIFFICULTIES:
            raise InputError(f"There is no difficulty {difficulty!r}; use one of {', '.join(DIFFICULTIES)}.")
        self.scenario = scenario
        self.difficulty: Difficulty = difficulty or scenario.difficulty
        self.seed = seed
        self._moves = Moves(embedder)
        self._voice = Voice(scenario, seed, chat, prompts)
        self._library, self._gate = library, gate
        self._helplines, self._region = helplines or Helplines("", (), ()), region
        self._nodes: list[Node] = []
        self._at = -1

    @property
    def turns(self) -> list[Turn]:
        """The turns of the current branch, oldest first."""
        return [self._nodes[n].turn for n in self._path(self._at)]

    @property
    def ended(self) -> bool:
        """Whether this branch is over: the user left, the partner closed, or safety stopped it."""
        return self._at >= 0 and (self._nodes[self._at].turn.stance == "close")

    def introduction(self) -> str:
        """What this is, said before it starts."""
        s = self.scenario
        note = f"\n\n**Before you start:** {s.content_note}" if s.content_note else ""
        you = "mentee" if s.side == "mentee" else "mentor"
        return (
            f"**{s.title}** ({self.difficulty})\n\n"
            f"This is a rehearsal. An AI plays {s.partner}; you are the {you}. It does not know the real person, and a "
            "rehearsal is not a prediction. Say what you would say. You can ask for a hint, rewind to any turn, or "
            f"stop at any time in any words. Please leave real names out.{note}\n\n"
            f"{s.situation}\n\n" + "\n".join(f"- {fact}" for fact in s.facts)
        )

    def say(self, text: str) -> Turn:
        """Say a line and hear the answer.

        Raises:
            InputError: the line is empty or too long, or the talk is over.
        """
        line = text.strip()
        if not line:
            raise InputError("The line is empty; write what you would say.")
        if len(line) > LONGEST:
            raise InputError(f"The line has {len(line):,} characters; shorten it to {LONGEST:,} or fewer.")
        if self.ended:
            raise InputError("This talk is over; rewind to a turn, look at the debrief, or start again.")
        state = self._nodes[self._at].state if self._at >= 0 else start(self.difficulty)
        if concern := self._gate.look(line):
            return self._step_out(line, state, concern)
        moves = self._moves.all(line)
        after_it = step(state, moves, self.scenario, self.difficulty, self.seed)
        if "leave" in moves:
            turn = Turn(line, "leave", after_it.trust, after_it.tension, "close", LEFT)
            return self._add(after_it, turn)
        turns = self.turns
        spoken = self._voice.say(after_it, line, [t.you for t in turns], [t.text for t in turns])
        move = self._moves.read(line)
        if move not in moves:
            move = moves[-1]
        return self._add(
            after_it,
            Turn(
                line, move, after_it.trust, after_it.tension, after_it.stance, spoken.text, spoken.redone, spoken.voiced
            ),
        )

    def hint(self) -> Tip:
        """What to try next, named after its technique, with the passage behind it."""
        state = self._nodes[self._at].state if self._at >= 0 else start(self.difficulty)
        left = [m for m in self.scenario.opens if m not in state.made]
        if state.tension >= 0.6 and "acknowledge" in self.scenario.tries:
            return tip(self.scenario, "acknowledge", self._library)
        if (state.open and state.disclosed) or not left:
            return tip(self.scenario, "request", self._library)
        return tip(self.scenario, left[0], self._library)

    def thinking(self) -> str:
        """What the other might be thinking; one possible reading, never what the real person thinks."""
        stance = self._nodes[self._at].state.stance if self._at >= 0 else "deflect"
        return f"{THINKING[stance]} This is one reading among several."

    def rewind(self, turn: int) -> None:
        """Go back to just after turn `turn` of this branch (0 is the start); the next line makes a new branch.

        Raises:
            InputError: there is no such turn.
        """
        path = self._path(self._at)
        if not 0 <= turn <= len(path):
            raise InputError(f"There is no turn {turn}; use 0 to {len(path)}.")
        self._at = path[turn - 1] if turn else -1

    def go(self, node: int) -> None:
        """Move to the end of a branch, by a number from `tree`.

        Raises:
            InputError: there is no such node.
        """
        if not -1 <= node < len(self._nodes):
            raise InputError(f"There is no node {node}; use a number from the tree.")
        self._at = node

    def tree(self) -> list[dict[str, Any]]:
        """The turns as nested dictionaries: `node`, `you`, `stance`, `here`, `branches`."""

        def below(parent: int) -> list[dict[str, Any]]:
            return [
                {
                    "node": n,
                    "you": node.turn.you,
                    "move": node.turn.move,
                    "stance": node.turn.stance,
                    "here": n == self._at,
                    "branches": below(n),
                }
                for n, node in enumerate(self._nodes)
                if node.parent == parent
            ]

        return below(-1)

    def swap(self) -> Mirror:
        """Swap sides: the user plays the partner and hears their own lines of this branch, word for word.

        Raises:
            InputError: nothing was said yet.
        """
        lines = [t.you for t in self.turns if not t.safety and t.move != "leave"]
        if not lines:
            raise InputError("There is nothing to hear yet; say a line first, then swap sides.")
        return Mirror(self.scenario, tuple(lines), self._moves)

    def debrief(self, earlier: Debrief | None = None) -> Debrief:
        """What the user's words did on the current branch."""
        return after.make(self.scenario, self.turns, _numbers(start(self.difficulty)), self._library, earlier)

    def to_dict(self) -> dict[str, Any]:
        """What is stored; `from_dict` restores it."""
        nodes = [
            {
                "parent": n.parent,
                "state": {**asdict(n.state), "made": sorted(n.state.made)},
                "turn": asdict(n.turn),
            }
            for n in self._nodes
        ]
        return {
            "scenario": self.scenario.id,
            "difficulty": self.difficulty,
            "seed": self.seed,
            "at": self._at,
            "nodes": nodes,
        }

    @classmethod
    def from_dict(
        cls,
        data: dict[str, Any],
        scenario: Scenario,
        chat: Chat | None,
        embedder: MiniLM,
        library: Library,
        gate: Looks,
        **options: Any,
    ) -> Rehearsal:
        """A stored rehearsal, with its branches; `options` are the keyword arguments of the class.

        Raises:
            StoreError: it cannot be read, or is of another scenario.
        """
        try:
            if data["scenario"] != scenario.id:
                raise ValueError("another scenario")
            nodes = [
                Node(
                    int(n["parent"]), State(**{**n["state"], "made": frozenset(n["state"]["made"])}), Turn(**n["turn"])
                )
                for n in data["nodes"]
            ]
            at = int(data["at"])
            if not -1 <= at < len(nodes) or any(not -1 <= n.parent < place for place, n in enumerate(nodes)):
                raise ValueError("the turns do not form a tree")
            made = cls(scenario, data["difficulty"], int(data["seed"]), chat, embedder, library, gate, **options)
        except (KeyError, TypeError, ValueError, InputError) as error:
            raise StoreError("The stored rehearsal cannot be read; start it again.") from error
        made._nodes, made._at = nodes, at
        return made

    def _step_out(self, line: str, state: State, concern: Concern) -> Turn:
        """Leave the role: for good in crisis and danger, for one turn where misconduct is named."""
        if concern.kind == "misconduct":
            text = f"{STEP_OUT} {misconduct_help(self._helplines, self._region)}"
            return self._add(state, Turn(line, "explain", *_numbers(state), state.stance, text, safety=concern.kind))
        text = f"The rehearsal stops here.\n\n{human_help(concern, self._helplines, self._region)}"
        return self._add(
            replace(state, stance="close"), Turn(line, "leave", *_numbers(state), "close", text, safety=concern.kind)
        )

    def _add(self, state: State, turn: Turn) -> Turn:
        self._nodes.append(Node(self._at, state, turn))
        self._at = len(self._nodes) - 1
        return turn

    def _path(self, node: int) -> list[int]:
        path: list[int] = []
        while node >= 0:
            path.append(node)
            node = self._nodes[node].parent
        return path[::-1]


def _numbers(state: State) -> tuple[float, float]:
    return state.trust, state.tension


def play(rehearsal: Rehearsal, lines: Sequence[str]) -> dict[str, Any]:
    """Play lines until they end or the talk does; blank ones are left out. What the command line prints."""
    for line in lines:
        if line.strip() and not rehearsal.ended:
            rehearsal.say(line)
    return {"turns": [asdict(t) for t in rehearsal.turns], "debrief": rehearsal.debrief().to_dict()}
