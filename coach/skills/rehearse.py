"""Rehearse a hard conversation in the chat: the coach plays the other person, then shows what the user's words did."""

from __future__ import annotations

import json
import re
from typing import cast

from coach.grounding import Line, content_words
from coach.rehearsal import scenario as scenarios
from coach.rehearsal.debrief import Debrief
from coach.rehearsal.rehearsal import Rehearsal
from coach.rehearsal.scenario import Difficulty, Scenario
from coach.safety import Concern
from coach.skills import playbooks, wording
from coach.skills.base import Draft, Turn
from coach.types import Artifact, Citation, Finding

HOW = (
    "Write your first line as you would say it. At any time you can write \u201chint\u201d, \u201cwhat might they "
    "be thinking\u201d, \u201crewind to 1\u201d, \u201canother\u201d for a different talk, or \u201cstop\u201d for "
    "the debrief."
)
DIFFICULTY = re.compile(r"\b(easy|easier|medium|hard(?=\s+(?:one|mode|version|level))|harder)\b", re.IGNORECASE)
LEVELS: dict[str, Difficulty] = {"easy": "easy", "easier": "easy", "medium": "medium"}
HINT = re.compile(r"^\W*(a |give me a |can i have a )?(hint|help|tip)( please)?\W*$", re.IGNORECASE)
THINKING = re.compile(
    r"\b(what|how) (might|may|could|is|are|would) (they|she|he|the other\w*) (be )?(think|feel)\w*", re.IGNORECASE
)
REWIND = re.compile(r"^\W*(?:rewind|go back|back|undo)\b(?:.*?(\d+))?", re.IGNORECASE)
STOP = re.compile(
    r"^\W*(?:(?:please )?stop|end|quit|exit|debrief|finish|that'?s (?:it|enough)|i(?:'m| am) done|enough)\b.{0,30}$",
    re.IGNORECASE,
)
ANOTHER = re.compile(r"^\W*(?:another|a different|other|list|which)\b.{0,40}$", re.IGNORECASE)
OPENING = {"opening": "Open with", "request": "Ask for", "fallback": "If the answer is no"}


class Seen:
    """The agent's guard has read every line before this skill does."""

    def look(self, message: str) -> Concern | None:
        """Nothing more."""
        return None


class Rehearse:
    """Plays the other person."""

    name = "rehearse"
    label = "Rehearse a talk"
    icon = ":material/forum:"
    starter = "Let me practise telling my mentor that the cancelled meetings cost me."

    def gather(self, turn: Turn) -> dict[str, str]:
        """The rehearsal under way, or the scenario nearest to what the user wrote."""
        made = (turn.last or {}).get("artifact") or {}
        if made.get("kind") == "rehearsal" and not ANOTHER.search(turn.message):
            return {"state": str(made["fields"]["state"])}
        chosen = _nearest(turn, _named(turn.message))
        found = DIFFICULTY.findall(turn.message)
        level = LEVELS.get(found[-1].lower(), "hard") if found else chosen.difficulty
        return {"scenario": chosen.id, "difficulty": level}

    def compose(self, turn: Turn) -> Draft:
        """The introduction, the other person's answer, a hint, or the debrief."""
        known = scenarios.load()
        if "state" not in turn.slots:
            if ANOTHER.search(turn.message):
                return Draft((Line("Say which one: " + "; ".join(s.title for s in known.values()) + ".", part="note"),))
            played = _new(turn, known[turn.slots["scenario"]], cast("Difficulty", turn.slots["difficulty"]))
            return self._draft(played, [Line(played.introduction(), part="note"), Line(HOW, part="next")])
        played = _stored(turn, known)
        text = turn.message
        if STOP.search(text):
            return _debriefed(played, turn, [])
        if HINT.search(text):
            tip = played.hint()
            lines = [Line(f"{wording.capital(tip.technique)}. You could say: \u201c{tip.line}\u201d", part="note")]
            return self._draft(played, lines + _cited(tip.citation, turn))
        if THINKING.search(text):
            return self._draft(played, [Line(played.thinking(), part="note")])
        if back := REWIND.search(text):
            to = min(int(back[1]) if back[1] else max(0, len(played.turns) - 1), len(played.turns))
            played.rewind(to)
            where = f"after your line {to}" if to else "at the start"
            return self._draft(played, [Line(f"We are back {where}. What do you say instead?", part="note")])
        said = played.say(text)
        lines = [Line(said.text, part="note" if said.move == "leave" else "partner")]
        return _debriefed(played, turn, lines) if played.ended else self._draft(played, lines)

    def polish(self, draft: Draft, turn: Turn) -> Draft:
        """The other person's words are voiced and checked where they are made."""
        return draft

    def check(self, draft: Draft, turn: Turn) -> tuple[Finding, ...]:
        """Nothing is left to check."""
        return ()

    def _draft(self, played: Rehearsal, lines: list[Line]) -> Draft:
        partner = played.scenario.partner.capitalize()
        rows = [f"**You:** {t.you}\n\n**{partner}:** {t.text}" for t in played.turns]
        talk = "\n\n".join([f"**{played.scenario.title}** ({played.difficulty})", *rows])
        made = Artifact("rehearsal", {"state": json.dumps(played.to_dict())}, talk)
        return Draft(tuple(lines), artifact=made, labels={"partner": f"{partner}:"}, inline=False)


def _new(turn: Turn, scenario: Scenario, difficulty: Difficulty) -> Rehearsal:
    chat = None if turn.model.mode == "guide-only" else turn.chat
    return Rehearsal(scenario, difficulty, 0, chat, turn.embedder, turn.library, Seen(), prompts=turn.prompts)


def _stored(turn: Turn, known: dict[str, Scenario]) -> Rehearsal:
    data = json.loads(turn.slots["state"])
    chat = None if turn.model.mode == "guide-only" else turn.chat
    scenario = scenarios.find(known, data["scenario"])
    return Rehearsal.from_dict(data, scenario, chat, turn.embedder, turn.library, Seen(), prompts=turn.prompts)


def _named(message: str) -> str:
    """What a message says about the talk, without the wish to practise."""
    return re.sub(r"\b(let me|i want to|can we|help me|practi[sc]e|rehearse|role[- ]?play)\b", " ", message, flags=re.I)


def _nearest(turn: Turn, text: str) -> Scenario:
    """The scenario nearest to a text, on the side of the person who writes."""
    side = playbooks.side(turn.message) or playbooks.side(turn.said)
    fitting = [s for s in scenarios.load().values() if side in (None, s.side)]
    if turn.library.dense:
        vectors = turn.embedder.matrix([text, *(s.public for s in fitting)])
        scores = [float(v @ vectors[0]) for v in vectors[1:]]
    else:
        asked = content_words(text)
        scores = [float(len(asked & content_words(s.public))) for s in fitting]
    return fitting[scores.index(max(scores))]


def _cited(citation: Citation | None, turn: Turn) -> list[Line]:
    passage = turn.library.passages.get(citation.passage) if citation else None
    return [Line(citation.quote, passage, citation.quote)] if citation and passage else []


def _debriefed(played: Rehearsal, turn: Turn, lines: list[Line]) -> Draft:
    """What the user's words did, and a card for the real talk."""
    result = played.debrief()
    lines = [*lines, Line(result.outcome, part="outcome")]
    for n, moment in enumerate(result.moments):
        part = f"moment {n}"
        lines.append(Line(f"\u201c{moment.quote}\u201d {moment.what} {moment.better}", part=part))
        lines += [Line(x.text, x.passage, x.quote, part) for x in _cited(moment.citation, turn)]
    if result.interests and result.moments:
        behind = "; ".join(wording.lower(str(i["text"]).rstrip(".")) for i in result.interests)
        lines.append(Line(f"{played.scenario.partner.capitalize()} {behind}.", part="behind"))
    lines.append(Line(result.note, part="last"))
    labels = {
        "partner": f"{played.scenario.partner.capitalize()}:",
        "outcome": "How it went.",
        "behind": "What was behind it for them.",
        **{f"moment {n}": f"Moment {n + 1}." for n in range(len(result.moments))},
    }
    return Draft(tuple(lines), artifact=_card(played, result), labels=labels)


def _card(played: Rehearsal, result: Debrief) -> Artifact:
    rows = "\n\n".join(f"**{OPENING[name]}.** {text}" for name, text in result.card.items())
    said = {t.you for t in played.turns}
    origin = {n: {"value": t, "from": "your words in the rehearsal"} for n, t in result.card.items() if t in said}
    fields = {**result.card, "arc": json.dumps(result.arc)}
    return Artifact("card", fields, f"**For the real talk: {played.scenario.title}**\n\n{rows}", slots=origin)
