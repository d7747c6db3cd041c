"""What a model may add to an answer, and how it is held to the passages and to the user's words."""

from __future__ import annotations

import json
import re

from langchain_core.messages import HumanMessage

from coach import budget, prompts
from coach.errors import ModelError
from coach.grounding import Line, names_and_numbers, sentences, supports
from coach.skills.base import Turn
from coach.skills.slots import REQUEST
from coach.types import Passage, Stage, Token

PASSAGE_TOKENS, HISTORY_TOKENS = 1600, 800
EXTRACT_CHARACTERS = 1600  # of the user's words, the newest


def write(turn: Turn, passages: list[Passage]) -> list[Line]:
    """The answer written by a model from the passages; each sentence is attributed after it is written.

    Raises:
        ModelError: the model did not answer.
    """
    numbered = [f"[{n}] {p.title}: {p.heading}\n{p.text}" for n, p in enumerate(passages, 1)]
    past = [f"{'User' if role == 'user' else 'Coach'}: {text}" for role, text in reversed(turn.history)]
    prompt = prompts.load(turn.prompts, "answer").fill(
        passages="\n\n".join(budget.pack(numbered, PASSAGE_TOKENS)),
        conversation="\n".join(reversed(budget.pack(past, HISTORY_TOKENS))) or "(this is the first message)",
        question=turn.message,
    )
    text = ""
    for piece in turn.chat.stream([HumanMessage(prompt)], turn.call):
        text += piece
        turn.emit(Token(piece))
    lines = [attributed(s, passages, turn) for s in sentences(without_links(text))]
    return [line for line in lines if line.text]


def attributed(sentence: str, passages: list[Passage], turn: Turn) -> Line:
    """The sentence with the passage that supports it: the one it names first, else any other."""
    claimed = [int(n) for n in re.findall(r"\[(\d+)\]", sentence) if 0 < int(n) <= len(passages)]
    text = re.sub(r"\s+([.,!?])", r"\1", re.sub(r"\s*\[\d+\]", "", sentence)).strip()
    first = [passages[n - 1] for n in claimed]
    for passage in [*first, *(p for p in passages if p not in first)]:
        if quote := supports(text, passage, turn.embedder):
            return Line(text, passage, quote)
    return Line(text)


def invented(lines: list[Line], turn: Turn) -> set[str]:
    """Names and numbers that stand neither in the user's words nor in the passages of the lines."""
    given = turn.said + " ".join(f"{x.passage.title} {x.passage.text}" for x in lines if x.passage)
    named: set[str] = set().union(*(names_and_numbers(x.text) for x in lines))
    return {n for n in named if n.strip(".,") not in given}


def without_links(text: str) -> str:
    """Markdown links and images down to their words."""
    return re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)


def extract(turn: Turn, wanted: dict[str, str]) -> dict[str, str]:
    """Values a small model copies out of the user's words; one that does not stand there is dropped.

    Args:
        turn: the turn; its conversation is read from its end.
        wanted: slot → what it holds, in a few words.
    """
    if turn.model.mode == "guide-only" or not wanted:
        return {}
    turn.emit(Stage("Reading what you wrote"))
    said = turn.said[-EXTRACT_CHARACTERS:]
    keys = ", ".join(f"{name} ({what})" for name, what in wanted.items())
    prompt = prompts.load(turn.prompts, "extract").fill(wanted=keys, message=" ".join(said.split()))
    schema = {
        "type": "object",
        "properties": {name: {"type": "string", "maxLength": 160} for name in wanted},
        "required": list(wanted),
        "additionalProperties": False,
    }
    try:
        text = "".join(turn.chat.stream([HumanMessage(prompt)], turn.call, max_tokens=160, schema=schema))
        found = json.loads(text)
    except (ModelError, ValueError):
        return {}
    flat = " ".join(said.split()).lower()
    values = {name: " ".join(str(found.get(name, "")).split()).strip(" .,") for name in wanted}
    kept = {name: value for name, value in values.items() if len(value) > 1 and value.lower() in flat}
    return {name: value for name, value in kept.items() if not REQUEST.search(value)}


def rewrite(turn: Turn, message: str, wishes: str, language: str = "English") -> str:
    """A finished message in smoother words, or nothing when a fact, a blank or a number came or went.

    Raises:
        ModelError: the model did not answer.
    """
    turn.emit(Stage("Smoothing the words"))
    prompt = prompts.load(turn.prompts, "rewrite").fill(message=message, wishes=wishes or "none", language=language)
    text = without_links("".join(turn.chat.stream([HumanMessage(prompt)], turn.call))).strip().strip("`").strip()
    blanks = re.findall(r"\[[^\]]+\]", message)
    new = names_and_numbers(text) - names_and_numbers(message)
    given = f"{turn.said} {message}"
    kept = all(blank in text for blank in blanks) and len(re.findall(r"\[[^\]]+\]", text)) == len(blanks)
    invented = {n for n in new if n.strip(".,") not in given}
    return text if kept and not invented and len(text) <= len(message) * 1.3 else ""
