"""What a model may add to an answer, and how it is held to the passages and to the user's words."""

from __future__ import annotations

import re

from langchain_core.messages import HumanMessage

from coach import budget, prompts
from coach.errors import ModelError
from coach.grounding import Line, content_words, names_and_numbers, sentences, supports
from coach.skills.base import Turn
from coach.types import Passage, Stage, Token

PASSAGE_TOKENS, HISTORY_TOKENS = 1600, 800
SAID_BACK_WORDS = 40


def say_back(turn: Turn) -> str:
    """One sentence on what happened, in the user's own words, or nothing: a word that is not theirs drops it."""
    turn.emit(Stage("Reading what you wrote"))
    prompt = prompts.load(turn.prompts, "say_back").fill(message=turn.message[:1500].replace("\n", " "))
    try:
        text = "".join(turn.chat.stream([HumanMessage(prompt)], turn.call, max_tokens=60)).strip().strip('"')
    except ModelError:
        return ""
    first = (sentences(text) or [""])[0]
    own = content_words(first)
    held = bool(own) and own <= content_words(turn.message) and len(first.split()) <= SAID_BACK_WORDS
    return first if held and first.endswith(".") else ""


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
