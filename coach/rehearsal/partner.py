"""The partner: a stance machine in code.

Trust and tension (0 to 1) move with what the user does. The partner opens only when the scenario's condition is met:
enough of its opening moves were made, trust is high enough and tension low enough. No wording alone can change that.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

from coach.rehearsal.moves import HOSTILE, Move
from coach.rehearsal.scenario import OPENERS, Difficulty, Scenario, Stance

EFFECT: dict[Move, tuple[float, float]] = {  # (trust, tension) at medium; set on scripted users
    "open_question": (0.10, -0.05),
    "acknowledge": (0.12, -0.10),
    "observation": (0.06, 0.02),
    "impact": (0.07, 0.01),
    "request": (0.02, 0.02),
    "interest": (0.09, -0.04),
    "demand": (-0.09, 0.14),
    "blame": (-0.13, 0.17),
    "threat": (-0.22, 0.28),
    "apology": (0.06, -0.08),
    "small_talk": (0.0, -0.01),
    "concede": (0.0, -0.03),
    "explain": (-0.01, 0.03),
    "leave": (0.0, 0.0),
}
START: dict[Difficulty, tuple[float, float]] = {"easy": (0.42, 0.25), "medium": (0.30, 0.35), "hard": (0.22, 0.45)}
GAIN: dict[Difficulty, float] = {"easy": 1.3, "medium": 1.0, "hard": 0.8}
LOSS: dict[Difficulty, float] = {"easy": 0.7, "medium": 1.0, "hard": 1.3}
NEEDS: dict[Difficulty, tuple[int, float]] = {"easy": (2, 0.50), "medium": (2, 0.60), "hard": (3, 0.65)}
"""Distinct opening moves and trust from which the partner opens."""
CALM = 0.60  # tension above which nobody opens
FULL = 0.92  # tension at which the partner ends the talk
FITS = 1.5  # how much more a move counts when it is one that opens this partner
AGAIN = 0.35  # how much a move still counts when it was made in the turn before


@dataclass(frozen=True)
class State:
    """Where the conversation stands after a turn."""

    trust: float
    tension: float
    stance: Stance = "deflect"
    made: frozenset[Move] = field(default_factory=frozenset)
    last: Move | None = None
    turns: int = 0
    open: bool = False
    disclosed: int = 0
    agreed: bool = False


def start(difficulty: Difficulty) -> State:
    """The state before the first line."""
    return State(*START[difficulty])


def step(state: State, moves: tuple[Move, ...], scenario: Scenario, difficulty: Difficulty, seed: int) -> State:
    """The state after the user's moves; the same arguments always give the same state.

    Args:
        state: the state before.
        moves: what the user did, the moves of one line in order.
        scenario: whose rules count.
        difficulty: how fast trust grows and what the partner needs to open.
        seed: varies how strongly each move counts, by a tenth at most.
    """
    chance = random.Random(f"{seed}:{scenario.id}:{state.turns}")
    trust, tension = state.trust, state.tension
    for move in moves:
        up, heat = EFFECT[move]
        if move in scenario.opens:
            up, heat = up * FITS, min(heat, 0.0) * FITS
        again = AGAIN if move == state.last and move not in HOSTILE else 1.0
        sway = chance.uniform(0.9, 1.1) * again / (len(moves) ** 0.5)
        trust += up * sway * (GAIN if up > 0 else LOSS)[difficulty]
        tension += heat * sway * (LOSS if heat > 0 else GAIN)[difficulty]
    trust, tension = round(min(1.0, max(0.0, trust)), 3), round(min(1.0, max(0.0, tension)), 3)
    hostile = any(move in HOSTILE for move in moves)
    made = state.made if hostile else state.made | {m for m in moves if m in scenario.opens}
    count, enough = NEEDS[difficulty]
    ready = len(made) >= count and trust >= enough and tension < CALM and not hostile
    # Who has opened stays open until trust is broken, so that one clumsy line does not undo the whole talk.
    opened = ready or (state.open and trust >= enough - 0.1 and tension < CALM and not hostile)
    after = replace(state, trust=trust, tension=tension, made=made, last=moves[-1], turns=state.turns + 1, open=opened)
    stance = _stance(after, state, moves, hostile, enough)
    return replace(
        after,
        stance=stance,
        disclosed=after.disclosed + (stance == "disclose"),
        agreed=(after.agreed and opened) or stance == "agree",
    )


def _stance(after: State, before: State, moves: tuple[Move, ...], hostile: bool, enough: float) -> Stance:
    """What the partner does now; `after` has the new numbers, `before` the old stance."""
    if "leave" in moves or after.tension >= FULL:
        return "close"
    if after.open:
        return _opened(after, moves)
    if hostile or after.tension >= 0.7:
        return "counter"
    if after.trust >= enough - 0.12 and len(after.made) >= 2 and moves[-1] in OPENERS and after.tension < CALM:
        return "soften"
    return _resisting(after, before, moves[-1])


def _opened(after: State, moves: tuple[Move, ...]) -> Stance:
    if after.agreed:
        return "close"
    if not after.disclosed:
        return "disclose"
    if "request" in moves or "interest" in moves:
        return "agree"
    return "soften" if after.stance == "disclose" else "disclose"


def _resisting(after: State, before: State, move: Move) -> Stance:
    if move in ("observation", "impact"):
        return "test" if before.stance in ("minimise", "test") and after.trust >= 0.35 else "minimise"
    if move in ("request", "interest"):
        return "test" if after.trust >= 0.35 else "deflect"
    if move in ("open_question", "acknowledge", "apology"):
        return "test" if after.trust >= 0.3 or before.stance == "deflect" else "deflect"
    if move == "explain":
        return "counter" if after.tension >= 0.5 else "minimise"
    return "deflect" if before.stance != "deflect" else "minimise"
