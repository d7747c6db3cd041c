"""Plain grounded questions: a playbook's steps for a situation, an article's own sentences for anything else."""

from __future__ import annotations

import re
from dataclasses import replace

from langchain_core.messages import HumanMessage

from coach import prompts
from coach.errors import ModelError
from coach.grounding import Line, content_words, names_and_numbers, quoted, sentences, supports
from coach.skills.base import Draft, Turn
from coach.types import Finding, Hit, Passage, Sources, Stage, Token

LABELS = {
    "sides": "What may be going on.",
    "first": "First step.",
    "words": "Words you can use.",
    "help": "Get help when.",
}
MENTOR_SIDE = re.compile(
    r"\b(my|a|one of my|our) (\w+ ){0,2}(mentees?|prot[eé]g[eé]s?|phd students?|interns?|trainees?|juniors?)\b|\bi(('m| am) (a|the) mentor| mentor\b)|\bas a mentor\b",
    re.I,
)
MENTEE_SIDE = re.compile(
    r"\b(my|a|our|her|his) (\w+ ){0,2}(mentors?|supervisors?|advis[eo]rs?|boss|manager|pi|professor)\b|\bas a mentee\b",
    re.I,
)
NEAR = 0.06  # how much weaker a playbook may be than the best article and still go first
ARTICLE_SENTENCES, ARTICLE_WORDS = 5, 110
NOTHING = "The library has nothing on this, so I would rather not guess."
OFFER = "Ask me about finding a mentor, writing to one, meetings, friction, hard conversations, or mentoring someone."


def side(message: str) -> str | None:
    """Whether a mentee or a mentor is speaking, when the words say so."""
    mentor, mentee = bool(MENTOR_SIDE.search(message)), bool(MENTEE_SIDE.search(message))
    return None if mentor == mentee else "mentor" if mentor else "mentee"


class Ask:
    """Answers a question from the library."""

    name = "ask"
    label = "Ask about mentoring"
    starter = "My mentor keeps cancelling our meetings. What should I do?"

    def gather(self, turn: Turn) -> dict[str, str]:
        """The side that speaks, when it is plain."""
        speaking = side(turn.message)
        return {"side": speaking} if speaking else {}

    def compose(self, turn: Turn) -> Draft:
        """Playbook first; else the sentences of articles nearest to the question; else say that there is nothing."""
        if not turn.hits:
            return Draft((Line(NOTHING, part="note"), Line(OFFER, part="note")))
        playbook = self._playbook(turn)
        lines = self._from_playbook(turn, playbook) if playbook else self._from_articles(turn)
        turn.emit(Sources(tuple({line.passage.id: line.passage for line in lines if line.passage}.values())))
        return Draft(tuple(lines), labels=LABELS)

    def polish(self, draft: Draft, turn: Turn) -> Draft:
        """A large model writes the answer from the passages; a small one only says back what happened."""
        if not any(line.passage for line in draft.lines):
            return draft
        if turn.model.tier == "large":
            return self._written(draft, turn)
        if draft.labels and any(line.part == "first" for line in draft.lines) and _tells_a_story(turn.message):
            back = self._said_back(turn)
            if back:
                return replace(draft, lines=(Line(back, part="said_back"), *draft.lines))
        return draft

    def check(self, draft: Draft, turn: Turn) -> tuple[Finding, ...]:
        """Quotes stand in their passages, and names and numbers in the passages or the user's words."""
        wrong = [x for x in draft.lines if x.passage and not quoted(x.quote or x.text, x.passage)]
        given = turn.said + " ".join(x.passage.text for x in draft.lines if x.passage)
        invented = set().union(*(names_and_numbers(x.text) for x in draft.lines)) - set(
            re.findall(r"[\w'.:%,-]+", given)
        )
        invented = {n for n in invented if n.strip(".,") not in given}
        return (
            Finding("quotes", not wrong, "Every quote stands in its passage."),
            Finding("nothing invented", not invented, "Names and numbers come from you or the library."),
        )

    def _playbook(self, turn: Turn) -> str | None:
        speaking = turn.slots.get("side")
        best: dict[str, float] = {}
        article = 0.0
        for hit in turn.hits:
            p = hit.passage
            if speaking and speaking not in p.audience:
                continue
            if p.kind == "playbook":
                best[p.path] = max(best.get(p.path, 0.0), hit.score)
            else:
                article = max(article, hit.score)
        if not best:
            return None
        path = max(best, key=lambda p: best[p])
        needed = article - NEAR if _tells_a_story(turn.message) else article
        return path if best[path] >= needed else None

    def _from_playbook(self, turn: Turn, path: str) -> list[Line]:
        document = turn.library.documents[path]
        lines: list[Line] = []

        def take(heading: str, part: str, count: int) -> None:
            passage = document.part(heading)
            if passage:
                lines.extend(Line(s, passage, s, part) for s in sentences(passage.text)[:count])

        going_on = document.part("What may be going on")
        if going_on:
            lines += _sides(going_on)
        take("First step", "first", 4)
        words = document.part("Words you can use")
        if words:
            first = " ".join(words.text.split("\n\n")[0].replace("> ", " ").lstrip(">").split())
            lines.append(Line(first, words, first, "words"))
        take("Get help when", "help", 1)
        return lines

    def _from_articles(self, turn: Turn) -> list[Line]:
        hits = [h for h in turn.hits if h.passage.heading not in ("Fits when", "Words you can use")][:4] or turn.hits[
            :2
        ]
        top = hits[0].score
        rows = [(h, n, s) for h in hits if h.score >= top - 0.12 for n, s in enumerate(_plain(h.passage))]
        scored = self._score(turn, rows)
        chosen: list[tuple[Hit, int, str]] = []
        length = 0
        for _, row in sorted(scored, key=lambda x: -x[0]):
            if len(chosen) < ARTICLE_SENTENCES and length + len(row[2].split()) <= ARTICLE_WORDS:
                chosen.append(row)
                length += len(row[2].split())
        order = {h.passage.id: n for n, h in enumerate(hits)}
        chosen.sort(key=lambda row: (order[row[0].passage.id], row[1]))
        return [Line(s, h.passage, s, "") for h, _, s in chosen]

    def _score(self, turn: Turn, rows: list[tuple[Hit, int, str]]) -> list[tuple[float, tuple[Hit, int, str]]]:
        if turn.library.dense:
            vectors = turn.embedder.matrix([turn.message, *(s for _, _, s in rows)])
            return [(float(v @ vectors[0]) + row[0].score, row) for v, row in zip(vectors[1:], rows, strict=True)]
        asked = content_words(turn.message)
        return [(len(asked & content_words(row[2])) + row[0].score, row) for row in rows]

    def _said_back(self, turn: Turn) -> str:
        turn.emit(Stage("Reading what you wrote"))
        prompt = prompts.load(turn.prompts, "say_back").fill(message=turn.message[:1500].replace("\n", " "))
        try:
            text = "".join(turn.chat.stream([HumanMessage(prompt)], turn.call, max_tokens=60)).strip().strip('"')
        except ModelError:
            return ""
        first = (sentences(text) or [""])[0]
        return first if first.endswith(".") and _only_their_words(first, turn.message) else ""

    def _written(self, draft: Draft, turn: Turn) -> Draft:
        passages = list({x.passage.id: x.passage for x in draft.lines if x.passage}.values())
        numbered = "\n\n".join(f"[{n}] {p.title}: {p.heading}\n{p.text}" for n, p in enumerate(passages, 1))
        prompt = prompts.load(turn.prompts, "answer").fill(passages=numbered, question=turn.message)
        text = ""
        for piece in turn.chat.stream([HumanMessage(prompt)], turn.call):
            text += piece
            turn.emit(Token(piece))
        lines = [_attributed(s, passages, turn) for s in sentences(_without_links(text))]
        return Draft(tuple(line for line in lines if line.text))


def _attributed(sentence: str, passages: list[Passage], turn: Turn) -> Line:
    claimed = [int(n) for n in re.findall(r"\[(\d+)\]", sentence) if 0 < int(n) <= len(passages)]
    text = re.sub(r"\s+([.,!?])", r"\1", re.sub(r"\s*\[\d+\]", "", sentence)).strip()
    first = [passages[n - 1] for n in claimed]
    for passage in [*first, *(p for p in passages if p not in first)]:
        if quote := supports(text, passage, turn.embedder):
            return Line(text, passage, quote)
    return Line(text)


def _without_links(text: str) -> str:
    return re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)


def _tells_a_story(message: str) -> bool:
    return bool(re.search(r"\b(my|i|me|we|our|i'm|i've)\b", message, re.I))


def _sides(passage: Passage) -> list[Line]:
    lines = []
    for row in passage.text.splitlines():
        row = row.removeprefix("- ").strip()
        who, _, rest = row.partition(": ")
        for place, s in enumerate(sentences(rest)[: 1 if who == "You" else 2]):
            text = f"{who}: {s}" if place == 0 else s
            lines.append(Line(s, passage, text, "sides"))
    return lines


def _plain(passage: Passage) -> list[str]:
    return sentences(re.sub(r"(?m)^[->] ?(You: |Them: )?", "", passage.text))


def _only_their_words(sentence: str, message: str) -> bool:
    given = content_words(message)
    return bool(content_words(sentence)) and content_words(sentence) <= given and len(sentence.split()) <= 40
