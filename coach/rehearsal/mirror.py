"""The other chair: the user answers as the partner and hears their own lines, word for word."""

from __future__ import annotations

from dataclasses import dataclass, field

from coach.errors import InputError
from coach.rehearsal.moves import Move, Moves
from coach.rehearsal.scenario import Scenario


@dataclass
class Mirror:
    """A short exchange with sides swapped. No model speaks in it: every line the user hears is their own.

    The caller shows what the user types here to the safety gate, as `Rehearsal.say` does for its own lines.
    """

    scenario: Scenario
    lines: tuple[str, ...]
    moves: Moves
    heard: list[str] = field(default_factory=list)
    answers: list[tuple[str, Move]] = field(default_factory=list)

    @property
    def ended(self) -> bool:
        """Whether every line was answered, or the user left."""
        return len(self.answers) >= len(self.lines) or any(move == "leave" for _, move in self.answers)

    def introduction(self) -> str:
        """Who is who now."""
        return (
            f"Sides are swapped: you speak for {self.scenario.partner}, and you hear your own words. "
            "Notice what each of them does to you. Stop at any time in any words."
        )

    def hear(self) -> str:
        """The line to be answered now, or nothing when it is over."""
        return "" if self.ended else self.lines[len(self.answers)]

    def say(self, text: str) -> str:
        """Answer as the other side; returns the next of the user's own lines, or nothing at the end.

        Raises:
            InputError: the answer is empty, or it is over.
        """
        if self.ended:
            raise InputError("The exchange is over; go back to the rehearsal or look at the debrief.")
        if not text.strip():
            raise InputError("The answer is empty; write what the other person would say.")
        self.answers.append((text.strip(), self.moves.read(text)))
        return self.hear()
