"""Find a mentor: what for, who is there already, whom to look for and where, how to test the fit, and three steps."""

from __future__ import annotations

import re
from collections.abc import Mapping

from coach.grounding import Line, sentences
from coach.skills import language, needs, roles, shortlist, slots, where
from coach.skills.base import Draft, Turn
from coach.skills.people import read_people
from coach.types import Artifact, Finding, Sources

QUESTIONS = {
    "field": "What field or kind of work is it about?",
    "goal": "What do you want to be able to do, decide or understand in six months?",
}
WANTED = {"field": "the field of work it is about", "goal": "what the writer wants to be able to do or decide"}
BLANKS = {"goal": "[goal]", "field": "[field]"}
FIELD_WORDS = 4
LONGEST_ANSWER = 160  # characters
OWN_WORDS = 12  # a message shorter than this holds nothing that the patterns could have missed
NOUN = re.compile(r"(with|on|about|around)\b", re.I)  # a goal such as "with my thesis"
SHORTER = re.compile(r"\b(shorter|too long|brief(er)?)\b", re.I)
TITLES = (
    ("need", "What I need"),
    ("ranking", "Your list"),
    ("map", "Who I have, who is missing"),
    ("criteria", "Whom I look for"),
    ("where", "Where to look"),
    ("fit", "Test the fit"),
    ("red_flags", "Red flags"),
    ("steps", "Next three steps"),
)


class FindMentor:
    """Plans the search for a mentor, and orders a list of people when there is one."""

    name = "find_mentor"
    label = "Find a mentor"
    icon = ":material/person_search:"
    starter = "Help me find a mentor. I work in "

    def gather(self, turn: Turn) -> dict[str, str]:
        """Slots from the user's words; what an earlier plan holds stays unless this message says otherwise."""
        kept = _kept(turn)
        said = read_people(turn.message).outside if kept else _prose(turn)
        found = needs.read(said) | roles.read(said)
        known = {n: v for n, v in found.items() if n in QUESTIONS}
        found |= {n: v for n, v in slots.answered(turn, QUESTIONS, known).items() if len(v) < LONGEST_ANSWER}
        # a small model takes any words for a goal ("find a mentor"), so it is only asked for the field
        names = WANTED if turn.model.tier == "large" else ("field",)
        missing = {n: WANTED[n] for n in names if n not in found and n not in kept}
        if missing and len(said.split()) > OWN_WORDS:
            proposed = language.extract(turn, missing)
            found |= {n: v for n, v in proposed.items() if _fits(n, v, said)}
        return roles.settle(kept, found)

    def compose(self, turn: Turn) -> Draft:
        """Ask only when field and goal are both missing; then the plan, with blanks."""
        missing = [n for n in ("field", "goal") if n not in turn.slots]
        listed = shortlist.find(turn)
        editing = _last(turn) is not None
        asked = slots.to_ask(turn, missing, QUESTIONS) if len(missing) == 2 and not editing and not listed else ()
        if asked:
            note = "With this I can plan your search; or say \u201cjust do it\u201d and I leave blanks."
            return Draft((Line(note, part="note"),), asked)
        fields, cited = _fields(turn, turn.slots)
        last = _last(turn)
        if last is not None:  # what this message does not touch stays as it was, with the user's own edits
            before, _ = _fields(turn, _kept(turn), with_list=False)
            fields = {k: last["fields"].get(k, v) if before.get(k) == v else v for k, v in fields.items()}
        short = bool(SHORTER.search(turn.message))
        markdown = _markdown(fields, short=short)
        blanks = [BLANKS[n] for n in ("goal", "field") if BLANKS[n] in markdown]
        blanks += [b for b in dict.fromkeys(re.findall(r"\[[^\]\\]+\](?!\()", markdown)) if b not in blanks]
        checks = _checks(fields, cited, turn)
        made = Artifact("find_mentor", fields, markdown, checks, tuple(blanks), slots.origin(turn.slots, turn))
        lines = _lines(turn, blanks, fields)
        shown = [x.passage for x in (*cited.values(), *lines) if x.passage]
        turn.emit(Sources(tuple({p.id: p for p in shown}.values())))
        return Draft(tuple(lines), artifact=made)

    def polish(self, draft: Draft, turn: Turn) -> Draft:
        """The plan is the user's words and the library's; a model has nothing to add to either."""
        return draft

    def check(self, draft: Draft, turn: Turn) -> tuple[Finding, ...]:
        """The artifact's own checks are shown with it; none of them takes the plan away."""
        return ()


def _fits(name: str, value: str, said: str) -> bool:
    """Whether a value that a model proposes stands in the user's own words and can be what it is said to be."""
    stands = re.search(rf"(?<!\w){re.escape(value)}(?!\w)", " ".join(said.split()), re.I)
    limit = FIELD_WORDS if name == "field" else LONGEST_ANSWER
    return stands is not None and len(value.split()) <= limit and not re.search(r"mentor|someone|people", value, re.I)


def _last(turn: Turn) -> dict[str, dict[str, str]] | None:
    """The plan before this message."""
    made = (turn.last or {}).get("artifact")
    return made if made and made.get("kind") == "find_mentor" else None


def _kept(turn: Turn) -> dict[str, str]:
    made = _last(turn)
    raw: Mapping[str, Mapping[str, str]] = made.get("slots", {}) if made else {}  # type: ignore[assignment]
    return {name: slot["value"] for name, slot in raw.items()}


def _prose(turn: Turn) -> str:
    """All that the user wrote, without the lists they pasted: a cell is not their wish."""
    texts = [*(text for role, text in turn.history if role == "user"), turn.message]
    return "\n".join(read_people(text).outside for text in texts)


def _fields(
    turn: Turn, given: Mapping[str, str], *, with_list: bool = True
) -> tuple[dict[str, str], dict[str, Line]]:
    """The parts of the plan, and the library sentences in it by part."""
    said = " . ".join(given.values()) + " . " + _prose(turn)
    looked = where.places(turn.library, said, given)
    test = where.sentence(turn.library, "finding/test-the-fit-and-red-flags.md", "How do you know if a mentor fits?")
    talk = where.sentence(turn.library, "finding/finding-the-right-mentor.md", "How do you approach someone?", "15 to")
    flag = where.red_flag(turn.library, said)
    cited = {f"where {n}": line for n, line in enumerate(looked, 1)}
    cited |= {name: line for name, line in (("fit", test), ("red flags", flag), ("first talk", talk)) if line}
    fields = {
        "need": _need(given),
        "map": roles.show(given),
        "criteria": _criteria(given),
        "where": " ".join(line.text for line in looked),
        "fit": test.text if test else "",
        "red_flags": flag.text if flag else "",
    }
    listed = shortlist.find(turn) if with_list else None
    ranked = shortlist.order(turn, listed, given) if listed else None
    fields["steps"] = _steps(given, talk.text if talk else "", ranked.best if ranked else "")
    if ranked:
        fields |= {"ranking": ranked.text, "columns": ranked.columns, "list_notes": ranked.notes}
    return fields, cited


def _need(given: Mapping[str, str]) -> str:
    """Who I am and what for, in the user's words."""
    who = given.get("about", "")
    if not who:
        level, field, place = given.get("level", ""), given.get("field", BLANKS["field"]), given.get("place", "")
        parts = [f"Field: {field}", f"level: {level}" if level else "", f"place: {place}" if place else ""]
        who = "; ".join(part for part in parts if part)
    elif not re.match(r"(?i)i\b|i['\u2019]?m\b", who):
        who = f"I am {who}"
    goal = given.get("goal", "")
    if not goal:
        what = f"In six months I want to be able to {BLANKS['goal']}"
    elif NOUN.match(goal):
        what = f"I need help {goal}"
    elif re.match(r"(?i)(how|whether|what|which|if|why)\b", goal):
        what = f"I want to know {goal}"
    elif re.match(r"\w+ing\b", goal):
        what = f"I am {goal}"
    else:
        what = f"I want to {goal}"
    limits = [given[n] for n in ("time", "mode") if n in given and given[n] not in f"{who} {goal}"]
    tail = f" My limits: {', '.join(limits)}." if limits else ""
    return f"{who[0].upper()}{who[1:]}. {what}.{tail}"


def _criteria(given: Mapping[str, str]) -> str:
    def own(*names: str) -> list[str]:
        return [f"\u201c{given[n]}\u201d" for n in names if n in given]

    musts, wishes = own("must", "must_2"), own("nice", "nice_2")
    if "boss" in given:
        musts.append(f"not {given['boss']}, who manages me")
    goal = own("goal")[0] if "goal" in given else BLANKS["goal"]
    wanted = [f"can help {goal}" if NOUN.match(given.get("goal", "")) else f"has done this: {goal}"]
    wanted += own("identity", "mode")
    rows = (("Deal-breaker", musts or ["[deal-breaker]"]), ("Wanted", wanted), ("Nice", wishes or ["[wish]"]))
    return "\n".join(f"- **{name}:** {'; '.join(texts)}" for name, texts in rows)


def _steps(given: Mapping[str, str], talk: str, best: str) -> str:
    role = roles.first_missing(given)
    field, place = given.get("field", BLANKS["field"]), given.get("place", "")
    around = f", in or near {place}" if place and "remote" not in given.get("mode", "").lower() else ""
    return "\n".join(
        (
            f"1. By [date 1]: write two names beside \u201c{role}\u201d: [name], [name].",
            f"2. By [date 2]: find one group, programme or network ({field}{around}): [group].",
            f"3. By [date 3]: ask {best or 'one of them'} for one talk about [question]. {talk}".rstrip(),
        )
    )


def _markdown(fields: Mapping[str, str], *, short: bool) -> str:
    hidden = {"criteria", "red_flags"} if short else set()
    shown = [(title, fields[name]) for name, title in TITLES if fields.get(name) and name not in hidden]
    blocks = []
    for title, text in shown:
        joint = "\n\n" if "\n" in text else " "
        blocks.append(f"**{title}.**{joint}{text}")
    return "\n\n".join(blocks)


def _checks(fields: Mapping[str, str], cited: Mapping[str, Line], turn: Turn) -> tuple[Finding, ...]:
    found = [Finding(name, True, line.text, line.passage.id) for name, line in cited.items() if line.passage]
    goal = "goal" in turn.slots
    sized = len(turn.slots.get("goal", "").split()) <= 14
    guide = turn.library.documents.get("finding/name-your-need.md")
    about = guide.part("How do you say the need to another person?") if guide else None
    source = about.id if about else None
    found.append(Finding("need named", goal, "It says what for." if goal else "What for is still a blank.", source))
    if goal:
        message = "The need fits in a sentence." if sized else "The need may still be too wide for one sentence."
        found.append(Finding("need is small enough", sized, message, source))
    if notes := fields.get("list_notes"):
        found += [Finding("list", False, note) for note in notes.split("\n")]
    if columns := fields.get("columns"):
        found.append(Finding("columns", True, columns))
    return tuple(found)


def _lines(turn: Turn, blanks: list[str], fields: Mapping[str, str]) -> list[Line]:
    """A few sentences around the plan: what matters most now, and one thing that the library adds."""
    changed = _last(turn) is not None
    first = "I changed only what this touches." if changed else "Here is your plan; quoted words are yours."
    out = [Line(first, part="note")]
    if blanks and blanks[0] in BLANKS.values():
        out.append(Line(f"The blank that matters most is {blanks[0]}.", part="note"))
    elif unknown := roles.unknown(turn.slots):
        out.append(Line(f"You did not say whether you have: {', '.join(unknown)}. Tell me, and I add it.", part="note"))
    aside = where.aside(turn.library, _prose(turn))
    return [*out, aside] if aside and not changed and len(sentences(aside.text)) == 1 else out
