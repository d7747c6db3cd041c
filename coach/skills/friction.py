"""Work through friction: what happened, both sides, a first step, words, and when to get help or leave."""

from __future__ import annotations

import re

from coach.grounding import Line, sentences
from coach.library.articles import Document
from coach.skills import playbooks, slots, wording
from coach.skills.ask import Ask
from coach.skills.base import Draft, Turn
from coach.types import Artifact, Finding, Sources

SHOWN = (("yours", 1), ("theirs", 2), ("first", 3), ("words", 1), ("help", 1))
LEAVING = {"mentee": "repair/want-to-end-it-kindly.md", "mentor": "repair/ending-as-a-mentor.md"}
READING = re.compile(
    r"\b(feel|felt|think|thought|seems?|guess|believe|always|never|hates?|care(s|d)?|rude|unfair|disrespect\w*|lazy"
    r"|selfish|arrogant|jealous|probably|maybe|obviously|clearly|useless|worried|afraid|scared|angry|hurt|upset|tired"
    r"|want|wants|dread|embarrass\w*|humiliat\w*|toxic|narcissis\w*|sick of|fed up)\b",
    re.I,
)
MOST_FACTS = 4
WRITING = re.compile(r"\b(email|e-mail|message|text|write|slack|whatsapp|dm)\b", re.I)


class Friction:
    """Works through a problem between a mentee and a mentor."""

    name = "friction"
    label = "Work through friction"
    icon = ":material/handshake:"
    starter = "My mentor presented my idea as their own, and I do not know how to raise it."

    def gather(self, turn: Turn) -> dict[str, str]:
        """What happened as the user tells it, apart from how they read it; or the part a follow-up asks for."""
        if follow_up := Ask().gather(turn):
            return follow_up
        told = [s for s in sentences(turn.message) if not s.endswith("?") and len(s.split()) > 3]
        facts = [s for s in told if not READING.search(s)]
        reading = [s for s in told if READING.search(s)]
        return {"facts": "\n".join(facts[:MOST_FACTS]), "reading": "\n".join(reading[:MOST_FACTS])}

    def compose(self, turn: Turn) -> Draft:
        """The playbook in short as the reply, and the whole plan beside it."""
        playbook = None if "playbook" in turn.slots else playbooks.pick(turn, always=True)
        if playbook is None:
            return Ask().compose(turn)
        lines = playbooks.lines(playbook, playbooks.unsaid(turn, playbook, SHOWN))
        if len(turn.message.split()) >= 25 and turn.slots["facts"]:
            fact = turn.slots["facts"].split("\n")[0]
            lines.insert(0, Line(wording.capital(wording.to_user(fact)), part="said_back"))
        turn.emit(Sources(tuple({line.passage.id: line.passage for line in lines if line.passage}.values())))
        plan = self._plan(turn, playbook)
        return Draft(tuple(lines), artifact=plan, labels=playbooks.LABELS, inline=False)

    def polish(self, draft: Draft, turn: Turn) -> Draft:
        """A large model writes the reply from the playbook; the plan stays as the library has it."""
        written = Ask().polish(draft, turn) if turn.model.tier == "large" else draft
        return Draft(written.lines, written.questions, draft.artifact, written.labels, inline=False)

    def check(self, draft: Draft, turn: Turn) -> tuple[Finding, ...]:
        """As for any answer from the library."""
        return Ask().check(draft, turn)

    def _plan(self, turn: Turn, playbook: Document) -> Artifact:
        facts, reading = turn.slots["facts"], turn.slots["reading"]
        parts = {
            part: [line.text for line in playbooks.lines(playbook, [(part, 6)])]
            for part in ("yours", "theirs", "first", "then", "words", "avoid", "help")
        }
        if WRITING.search(turn.message) and len(parts["words"]) > 1:
            parts["words"].reverse()  # the second version is the one for writing
        leaving = turn.library.documents.get(LEAVING[playbooks.side(turn.said) or "mentee"])
        leave = [line.text for line in playbooks.lines(leaving, [("first", 3)])] if leaving else []
        fields = {
            "facts": facts or "[what happened, when, and who was there]",
            "reading": reading or "[how you read it, apart from what happened]",
            **{part: "\n".join(texts) for part, texts in parts.items()},
            "leave": "\n".join(leave),
        }
        blanks = tuple(
            b
            for name, b in (("facts", "[what happened, when, and who was there]"), ("reading", "[how you read it]"))
            if not turn.slots[name]
        )
        given = {name: turn.slots[name] for name in ("facts", "reading") if turn.slots[name]}
        words = next((p for p in playbook.passages if p.heading == "Words you can use"), None)
        checks = (
            Finding("both sides", bool(parts["yours"] and parts["theirs"]), "Says what may be going on on both sides."),
            Finding("words to say", bool(parts["words"]), "Has words you can use.", words.id if words else None),
            Finding("facts apart", bool(facts), "Keeps what happened apart from how you read it."),
        )
        markdown = _markdown(playbook.title, fields, parts["words"])
        return Artifact("friction", fields, markdown, checks, blanks, slots.origin(given, turn))


def _markdown(title: str, fields: dict[str, str], words: list[str]) -> str:
    def text(name: str) -> str:
        return " ".join(fields[name].split("\n"))

    quotes = "\n\n".join(f"> {w}" for w in words)
    rows = "\n".join(f"- {row}" for row in fields["avoid"].split("\n"))
    return "\n\n".join(
        [
            f"## {title}",
            f"**What happened, in your words.** {text('facts')}",
            f"**How you read it.** {text('reading')}",
            f"**On your side.** {text('yours')}",
            f"**On theirs.** {text('theirs')}",
            f"**First step.** {text('first')}",
            f"**Words you can use.**\n\n{quotes}",
            f"**If it does not work.** {text('then')}",
            f"**Avoid.**\n\n{rows}",
            f"**Get help when.** {text('help')}",
            f"**When and how to leave.** {text('leave')}",
        ]
    )
