"""Plain grounded questions: a playbook's steps for a situation, an article's own sentences for anything else."""

from __future__ import annotations

import re

from coach.grounding import Line, content_words, quoted, spoken
from coach.library.articles import Document
from coach.skills import language, playbooks
from coach.skills.base import Draft, Turn
from coach.types import Finding, Hit, Sources

SHORT = (("yours", 1), ("theirs", 2), ("first", 3), ("words", 1), ("help", 1))
SAFETY = (("first", 4), ("then", 3), ("words", 1), ("help", 2))
FOLLOW_UPS = {
    "words": re.compile(r"\b(what|how) (do|should|can|could|would) i (say|put|word|phrase|tell)|\bword(s|ing)\b", re.I),
    "then": re.compile(r"\bwhat if\b|\b(does|did|is)(n'?t| not) (work|help|change|reply)|\bnext\b|\bthen\b", re.I),
    "avoid": re.compile(r"\bavoid\b|\bshould(n'?t| not) i\b|\bnot (do|say)\b|\bmistakes?\b", re.I),
    "help": re.compile(
        r"\bwho (else )?(can|could|should|do)\b"
        r"|\b(tell|go to|report)\b.{0,30}\b(boss|manager|someone|coordinator|head|dean)\b"
        r"|\bhelp\b|\bhr\b|\bescalate",
        re.I,
    ),
    "theirs": re.compile(r"\bwhy\b|\bthinking\b|\btheir side\b|\bpoint of view\b", re.I),
    "first": re.compile(r"\bfirst\b|\bstart\b|\bwhat (should|do) i do\b|\bwhen\b", re.I),
}
OWN_NEAR = 0.05  # cosine by which a document of the user may be less near than the library and still be quoted
ARTICLE_SENTENCES, ARTICLE_WORDS = 5, 110
NOTHING = "The library has nothing on this, so I would rather not guess."
OFFER = "Ask me about finding a mentor, writing to one, meetings, friction, hard conversations, or mentoring someone."


class Ask:
    """Answers a question from the library."""

    name = "ask"
    label = "Ask about mentoring"
    icon = ":material/question_answer:"
    starter = "My mentor keeps cancelling our meetings. What should I do?"

    def gather(self, turn: Turn) -> dict[str, str]:
        """Which part of the playbook before a short follow-up asks for."""
        before = _playbook_before(turn)
        if not before or not turn.leans:
            return {}
        part = next((part for part, cue in FOLLOW_UPS.items() if cue.search(turn.message)), "")
        return {"playbook": before, "part": part}

    def compose(self, turn: Turn) -> Draft:
        """Playbook first; else the sentences of articles nearest to the question; else say that there is nothing."""
        if "playbook" in turn.slots:
            lines = self._follow_up(turn, turn.library.documents[turn.slots["playbook"]])
        elif not turn.hits and not turn.own:
            return Draft((Line(NOTHING, part="note"), Line(OFFER, part="note")))
        elif not turn.hits:
            lines = []
        elif playbook := playbooks.pick(turn):
            short = SAFETY if playbook.topic == "safety" else SHORT
            lines = playbooks.lines(playbook, playbooks.unsaid(turn, playbook, short))
        else:
            lines = self._from_articles(turn)
        lines = [*_own(turn), *lines]
        turn.emit(Sources(tuple({line.passage.id: line.passage for line in lines if line.passage}.values())))
        return Draft(tuple(lines), labels=playbooks.LABELS)

    def polish(self, draft: Draft, turn: Turn) -> Draft:
        """A large model writes the answer from the passages; a small one would only blur it."""
        shown = [line.passage for line in draft.lines if line.passage]
        if not shown:
            return draft
        if turn.model.tier == "large":
            passages = {p.id: p for p in [*shown, *(h.passage for h in turn.hits)]}
            return Draft(tuple(language.write(turn, list(passages.values()))))
        return draft

    def check(self, draft: Draft, turn: Turn) -> tuple[Finding, ...]:
        """Quotes stand in their passages, and names and numbers in the passages or the user's words."""
        wrong = [x for x in draft.lines if x.passage and not quoted(x.quote or x.text, x.passage)]
        invented = language.invented(list(draft.lines), turn)
        return (
            Finding("quotes", not wrong, "Every quote stands in its passage."),
            Finding("nothing invented", not invented, "Names and numbers come from you or the library."),
        )

    def _follow_up(self, turn: Turn, playbook: Document) -> list[Line]:
        part = turn.slots["part"]
        if not part:
            return playbooks.lines(playbook, playbooks.unsaid(turn, playbook, SHORT))
        wanted = {"words": (("words", 3),), "theirs": (("theirs", 3), ("then", 2)), "then": (("then", 4), ("help", 2))}
        return playbooks.lines(playbook, wanted.get(part, ((part, 4),)))

    def _from_articles(self, turn: Turn) -> list[Line]:
        prose = [h for h in turn.hits if h.passage.heading not in ("Fits when", "Words you can use")]
        hits = prose[:4] or turn.hits[:2]
        rows = [(h, n, s) for h in hits if h.score >= hits[0].score - 0.12 for n, s in enumerate(spoken(h.passage))]
        chosen: list[tuple[Hit, int, str]] = []
        length = 0
        for _, row in sorted(self._score(turn, rows), key=lambda x: -x[0]):
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


def _own(turn: Turn) -> list[Line]:
    """What the user's own documents say on it, when they say it at least as closely as the library does."""
    best = turn.hits[0].score if turn.hits else 0.0
    near = [h for h in turn.own if h.score >= best - OWN_NEAR][:1]
    return [Line(s, h.passage, s, "own") for h in near for s in spoken(h.passage)[:2]]


def _playbook_before(turn: Turn) -> str | None:
    """The playbook the last reply stood on."""
    cited = (turn.last or {}).get("citations") or []
    found = (turn.library.documents.get(str(c["path"])) for c in cited)
    return next((d.path for d in found if d and d.kind == "playbook"), None)


