import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from coach.library.articles import load
from coach.models.chat import NO_MODEL, Call
from coach.skills import meetings, timing
from coach.skills.agenda import AGENDAS, ENDING, GUIDES, LENGTH, PROMISES, SHAPE, SHORT, Agenda
from coach.skills.base import Draft, Turn
from coach.skills.plan import REVIEW, read

ROOT = Path(__file__).parents[2]
DOCUMENTS = {d.path: d for d in load(ROOT / "knowledge")}
MESSY = (
    "Three topics: thesis title, conference budget, whether to teach next term. Put it into 40 minutes",
    "Last time I promised to send a portfolio and she promised two contacts. Build the next session around that.",
    "ok so monday is my first ever session as a MENTOR. what do i do minute by minute",
    "a meeting plan for talking about whether i should quit the band and go to law school, mentor has 1 hr",
    "we only have 15 mins with my mentor, topics: cv, references, housing, money",
    "draft a mentoring agreement for us, we meet every two weeks for an hour",
    "plan a feedback talk with my mentee, 45 minutes",
    "what should we cover in our closing meeting, plan it for me",
)


def talk(*messages: str) -> list[Draft]:
    """What the skill says to each message of a conversation, without a model."""
    history: list[tuple[str, str]] = []
    last: dict[str, Any] | None = None
    asked, drafts = 0, []
    library: Any = SimpleNamespace(documents=DOCUMENTS)
    nothing: Any = None
    for message in messages:
        turn = Turn(
            message, tuple(history), nothing, NO_MODEL, library, nothing, ROOT, lambda _: None, Call(), asked=asked,
            last=last,
        )  # fmt: skip
        skill = Agenda()
        turn.slots = skill.gather(turn)
        draft = skill.compose(turn)
        asked = asked + 1 if draft.questions else 0
        made = draft.artifact
        stored = made and {"kind": made.kind, "fields": made.fields, "slots": made.slots}
        last = json.loads(json.dumps({"questions": draft.questions, "artifact": stored}))
        history += [("user", message), ("coach", "")]
        drafts.append(draft)
    return drafts


def fields(draft: Draft) -> dict[str, str]:
    assert draft.artifact
    return draft.artifact.fields


def titles(draft: Draft) -> list[str]:
    return [i.title for i in read(fields(draft)).items]


@pytest.mark.parametrize("minutes", [5, 10, 15, 20, 25, 30, 37, 45, 50, 60, 90, 120, 360])
@pytest.mark.parametrize("side", ["mentee", "mentor"])
@pytest.mark.parametrize("kind", ["first", "regular", "review", "feedback", "closing", "agreement"])
def test_minutes_always_add_up(kind: str, side: str, minutes: int) -> None:
    items = meetings.holds(kind, side)[: timing.capacity(minutes)]
    boxed, buffer = timing.boxed(items, minutes)
    assert sum(i.minutes for i in boxed) + buffer == minutes
    assert min(i.minutes for i in boxed) >= 1
    assert buffer >= 1
    assert buffer <= 0.2 * minutes


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("30 min", 30), ("half an hour", 30), ("an hour", 60), ("45 minutes", 45), ("1.5 hours", 90), ("1h30", 90),
        ("a 45-minute talk", 45), ("forty five minutes", 45), ("an hour and a half", 90), ("1 hr", 60),
        ("full day", 360),
        ("10 good minutes", 10), ("usually an hour, this time 20 min", 20), ("he was 20 minutes late", None),
        ("keep the last ten minutes", None), ("no length", None), ("3000 minutes", None),
    ],
)  # fmt: skip
def test_the_length_is_in_the_users_words(said: str, minutes: int | None) -> None:
    found = timing.duration(said)
    assert (found[0] if found else None) == minutes
    assert not found or found[1] in said


@pytest.mark.parametrize(
    ("said", "topics"),
    [
        ("with the items pricing, hiring and burnout?", ["pricing", "hiring", "burnout"]),
        ("topic is my application for the exam", ["my application for the exam"]),
        ("talking about whether i should quit and go to law school", ["whether i should quit and go to law school"]),
        ('an agenda: "let\'s discuss 1) the data 2) your load 3) holidays"', ["the data", "your load", "holidays"]),
        ("agenda pls w/ Prof Okafor\n- budget\n- my visa", ["budget", "my visa"]),
        ("feedback on my proposal, plan a feedback talk 20 minutes", ["feedback on my proposal"]),
        ("agenda:\n- budget\n- my visa\n- who reviews the paper", ["budget", "my visa", "who reviews the paper"]),
        ("Worried about my thesis and want to decide by Friday whether to extend", ["my thesis", "whether to extend"]),
        ("about my promotion in 30 minutes tomorrow, can you help me", ["my promotion"]),
        ("I have no idea what to talk about, help", []),
        ("about half an hour", []),
        ("She promised to talk about pay. We meet about the grant", ["the grant"]),
    ],
)  # fmt: skip
def test_topics_are_copied(said: str, topics: list[str]) -> None:
    assert meetings.topics(said) == topics
    assert all(t in said for t in topics)


@pytest.mark.parametrize(
    ("said", "date", "time"),
    [
        ("on Tuesday at 3", "Tuesday", "3"), ("Wed 9am, 35 min", "Wed", "9am"), ("Thursday 16:00", "Thursday", "16:00"),
        ("12 March at 3pm Berlin time", "12 March", "3pm Berlin time"), ("tomorow at noon", "tomorow", "noon"),
        ("by Friday", None, None), ("since last Tuesday, at 30 minutes", None, None),
    ],
)  # fmt: skip
def test_day_and_time_are_copied(said: str, date: str | None, time: str | None) -> None:
    found = meetings.facts(said)
    assert (found.get("date"), found.get("time")) == (date, time)


@pytest.mark.parametrize("said", MESSY)
def test_every_agenda_passes_its_checks_and_invents_nothing(said: str) -> None:
    made = talk(said)[0].artifact
    assert made
    assert [c for c in made.checks if not c.passed and c.name != "room for each topic"] == []
    assert all(c.passage in {p.id for d in DOCUMENTS.values() for p in d.passages} for c in made.checks)
    for name, slot in made.slots.items():
        assert slot["value"] in said, name
        assert slot["from"] == "this message"
    own = {n for n in re.findall(r"\d+", made.markdown)} - set(re.findall(r"\d+", said))
    plan = read(made.fields)
    assert own <= {str(n) for n in (1, 2, 3, 4, 5, plan.minutes, plan.boxes()[1], *(i.minutes for i in plan.items))}
    assert all(blank in made.markdown for blank in made.blanks)
    assert made.markdown.index(REVIEW) > made.markdown.index(plan.items[-1].title)


def test_a_planted_name_or_day_does_not_come_out_of_nowhere() -> None:
    text = talk("plan my first meeting with my mentor, 45 minutes")[0].artifact
    assert text
    assert "[day and time]" in text.markdown
    assert not re.search(r"\b(Mon|Tues|Wednes|Thurs|Fri)day\b|\b(Dr|Prof)\b", text.markdown)


def test_it_asks_only_when_nothing_is_known_and_twice_at_most() -> None:
    first, second, third = talk("plan a meeting", "what do you mean?", "hm")
    assert 1 <= len(first.questions) <= 2
    assert second.artifact or len(second.questions) <= 2
    assert third.artifact
    assert talk("just plan a meeting with my mentor")[0].artifact
    assert not talk("plan my first meeting")[0].questions


def test_answers_are_used() -> None:
    made = talk("put together an agenda with my mentor", "salary and my move to Berlin. A regular one")[1]
    assert "Salary" in titles(made)
    assert "My move to Berlin" in titles(made)


def test_promises_come_first_and_stay() -> None:
    drafts = talk(MESSY[1], "make it an hour", "add my CV")
    for draft in drafts:
        text = draft.artifact.markdown if draft.artifact else ""
        assert "I promised to send a portfolio" in text
        assert "She promised two contacts" in text
        assert titles(draft)[0] == "What we said we would do"


def test_a_follow_up_changes_only_what_it_asks_for() -> None:
    drafts = talk(
        "Topics with my mentor: pay, the grant. 45 minutes",
        "make it 30 minutes",
        "add holidays",
        "drop the second item",
        "it is on Tuesday at 3",
        "put holidays first",
        "give holidays 10 minutes",
        "thanks, looks nice",
    )
    start, shorter, added, dropped, dated, moved, given, nothing = drafts
    assert titles(start)[1:3] == titles(shorter)[1:3] == ["Pay", "The grant"]
    assert fields(shorter)["minutes"] == "30"
    assert titles(added)[1:4] == ["Pay", "The grant", "Holidays"]
    assert titles(dropped) == [t for t in titles(added) if t != "Pay"]
    assert {k: v for k, v in fields(dropped).items() if v != fields(dated)[k]}.keys() <= {
        "date",
        "time",
        "title",
        "prebrief",
    }
    assert "Tuesday at 3" in fields(dated)["prebrief"]
    assert titles(moved)[0] == "Holidays"
    assert read(fields(given)).items[0].minutes == 10
    assert fields(given)["minutes"] == "30"
    assert fields(nothing) == fields(given)
    for draft in drafts:
        plan = read(fields(draft))
        assert sum(i.minutes for i in plan.items) + plan.boxes()[1] == plan.minutes


def test_turning_to_the_mentors_side_keeps_the_topics() -> None:
    before, after = talk("feedback talk about the late reports, 45 minutes", "I am the mentor")
    assert fields(after)["side"] == "mentor"
    assert "The late reports" in titles(before)
    assert "The late reports" in titles(after)
    assert titles(after)[0] == "My mentee's own view first"
    assert fields(after)["minutes"] == "45"


def test_what_does_not_fit_is_parked_openly_and_comes_back() -> None:
    small, large = talk(MESSY[4], "make it an hour")
    parked = json.loads(fields(small)["parked"])
    assert parked
    assert all(p in (small.artifact.markdown if small.artifact else "") for p in parked)
    assert any("fits in 15 minutes" in line.text for line in small.lines)
    assert set(titles(large)) >= {"Cv", "References", "Housing"}


def test_the_agreement_is_a_page_to_fill_in() -> None:
    made = talk(MESSY[5])[0].artifact
    assert made
    assert "every two weeks, 60 minutes" in made.fields["sheet"]
    assert "[what stays private]" in made.blanks


def test_a_new_plan_is_not_an_edit() -> None:
    after = talk("agenda about pay with my mentor", "plan a closing meeting with my mentor, an hour")[1]
    assert fields(after)["kind"] == "closing"
    assert "Pay" not in titles(after)


def test_every_quoted_sentence_stands_in_the_library() -> None:
    wanted = [e for entries in GUIDES.values() for e in entries] + [SHAPE, LENGTH, ENDING, SHORT, PROMISES]
    missing = [e for e in wanted if not any(e[1] in p.text for p in DOCUMENTS[e[0]].passages)]
    assert missing == []
    assert AGENDAS in DOCUMENTS
