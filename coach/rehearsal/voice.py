"""The partner's voice: a written line of the stance, or the model's wording of it when that passes every check."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from pathlib import Path

from langchain_core.messages import HumanMessage

from coach import prompts as prompt_files
from coach.errors import ModelError
from coach.grounding import content_words, names_and_numbers, sentences
from coach.models.chat import Call, Chat
from coach.rehearsal.partner import State
from coach.rehearsal.scenario import RESISTING, Scenario, Stance

MOOD: dict[Stance, str] = {
    "deflect": "changes the subject, gives nothing",
    "minimise": "plays it down",
    "counter": "pushes back, sharp but civil",
    "test": "doubtful, wants to see whether this is serious",
    "soften": "listens, more open, promises nothing",
    "disclose": "says honestly what lies behind it",
    "agree": "agrees, on a condition",
    "close": "ends the talk for today",
}
ASSISTANT = re.compile(
    r"\b(as an ai|i'?m an ai|ai (model|assistant)|language model|assistant|chatbot|how (can|may) i help"
    r"|happy to help|here to help|i can help"
    r"|let me help|feel free|role[- ]?play|the line|in character|you (should|could) (try|consider|say|ask)"
    r"|i (suggest|recommend)"
    r"|my advice|have you (considered|tried)|here (are|is) (some|a few|an?)|tips?)\b",
    re.IGNORECASE,
)
SORRY = re.compile(r"\b(sorry|apologi\w+|forgive me|my (fault|bad|mistake)|i was wrong)\b", re.IGNORECASE)
CAVES = re.compile(
    r"\b(you('re| are) (absolutely |quite |completely |totally )?right|i (completely |totally "
    r"|fully )?agree\b|we can do that|that works"
    r"|i('ll| will) (make|do|change|send|try|fix|be there|stop|put|commit|ensure)|i promise|let'?s do (it"
    r"|that)|of course,? (i|we)|i accept|deal\b)",
    re.IGNORECASE,
)
STAGE = re.compile(r"[*\[\]()<>#]|^\s*(mentor|mentee|me|you|them|answer|reply|speaker|line)\s*:", re.IGNORECASE)
COUNT = re.compile(
    r"\b(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundred"
    r"|monday|tuesday|wednesday|thursday"
    r"|friday|saturday|sunday|january|february|march|april|june|july|august|september|october|november|december)\b"
)
SELF = re.compile(r"\b(i|me|my|mine|we|us|our)\b", re.IGNORECASE)
MOST_WORDS, MOST_SENTENCES, MAX_TOKENS = 45, 2, 70
KEPT = 0.3  # share of the written line's content words that a voiced one keeps
ECHO = 0.8  # share of the user's words from which a reply only repeats them


def faults(text: str, line: str, stance: Stance, scenario: Scenario, said: str) -> list[str]:
    """What is wrong with words the model put in the partner's mouth; an empty list when they can stand."""
    plain = text.replace("\u2019", "'")
    known = f"{scenario.public}\n{said}\n{line}"
    words, own = content_words(plain), content_words(line)
    found = {
        "empty": not words,
        "too long": len(plain.split()) > MOST_WORDS or len(sentences(plain)) > MOST_SENTENCES,
        "assistant": bool(ASSISTANT.search(plain)),
        "stage direction": bool(STAGE.search(plain)),
        "apology": stance in (*RESISTING, "close") and bool(SORRY.search(plain)),
        "caves in": stance not in ("agree",) and bool(CAVES.search(plain)) and not CAVES.search(line),
        "new name or number": not names_and_numbers(plain) <= set(re.findall(r"[\w'-]+", known))
        or not set(COUNT.findall(plain.lower())) <= set(COUNT.findall(known.lower())),
        "gives the interest away": stance not in ("disclose", "agree") and scenario.leaks(plain, said),
        "lost the line": bool(own) and len(words & own) < KEPT * len(own),
        # A small model turns "I did it" into "you did it"; who did what is not its to change.
        "who is who": bool(SELF.search(line)) != bool(SELF.search(plain)),
        "echo": bool(words) and len(words & content_words(said) - own) >= ECHO * len(words),
    }
    return [name for name, wrong in found.items() if wrong]


@dataclass(frozen=True)
class Spoken:
    """What the partner said. `redone`: the model's first words did not stand; `voiced`: the model's words were used."""

    text: str
    redone: bool = False
    voiced: bool = False


class Voice:
    """Says a stance: a written line, or the model's wording of it when that passes every check."""

    def __init__(self, scenario: Scenario, seed: int, chat: Chat | None, prompts: Path) -> None:
        self._scenario, self._seed, self._chat = scenario, seed, chat
        self._prompt = prompt_files.load(prompts, "partner") if chat else None

    def say(self, state: State, line: str, heard: list[str], before: list[str]) -> Spoken:
        """One or two sentences.

        Args:
            state: where the conversation stands.
            line: what the user just said.
            heard: everything the user said so far.
            before: what the partner said so far; the newest is never said again at once.
        """
        written = self._written(state, before)
        if self._chat is None:
            return Spoken(written)
        said = "\n".join([*heard, line])
        for attempt in range(2):
            try:
                text = self._ask(state.stance, written, line)
            except ModelError:
                return Spoken(written, attempt > 0)
            if not faults(text, written, state.stance, self._scenario, said) and text not in before[-1:]:
                return Spoken(text, attempt > 0, True)
            if attempt == 0:
                written = self._written(state, [*before, written])
        return Spoken(written, True)

    def _written(self, state: State, before: list[str]) -> str:
        lines = self._scenario.lines[state.stance]
        fresh = [s for s in lines if not any(s in b for b in before)] or [s for s in lines if s not in before[-1:]]
        return random.Random(f"{self._seed}:{state.turns}:{state.stance}").choice(fresh)

    def _ask(self, stance: Stance, written: str, line: str) -> str:
        if self._chat is None or self._prompt is None:
            return written
        text = self._prompt.fill(
            partner=self._scenario.partner,
            situation=self._scenario.situation,
            mood=MOOD[stance],
            line=written,
            said=" ".join(line.split())[:400].replace('"', "'"),
        )
        raw = "".join(self._chat.stream([HumanMessage(text)], Call(), max_tokens=MAX_TOKENS))
        return " ".join(raw.strip().strip('"\u201c\u201d').split())
