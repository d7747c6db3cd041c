"""A rehearsal in the chat, with the partner's written lines."""

import json
from pathlib import Path

import pytest

from coach.session import Coach
from coach.settings import load_settings
from coach.types import Reply


@pytest.fixture
def quiet(coach: Coach, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Coach:
    monkeypatch.setenv("COACH_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("COACH_CHAT__EMBEDDED", "false")
    return Coach(load_settings())


def talk(coach: Coach, *messages: str) -> list[Reply]:
    replies: list[Reply] = []
    for message in messages:
        replies.append(coach.ask(message, replies[-1].conversation if replies else None))
    return replies


def test_a_talk_is_played_rewound_and_debriefed(quiet: Coach) -> None:
    intro, answer, hint, back, _, end, after = talk(
        quiet,
        "I want to practise telling my mentor that the cancelled meetings cost me a lot",
        "Three of our last four meetings were cancelled on the day.",
        "hint",
        "rewind to 0",
        "You never have time for me!",
        "stop",
        "What does a mentor do?",
    )
    assert {r.skill for r in (intro, answer, hint, back, end)} == {"rehearse"}
    assert "This is a rehearsal" in intro.reply
    assert answer.artifact
    assert json.loads(answer.artifact.fields["state"])["scenario"] == "cancelled-meetings"
    assert answer.reply.startswith("**Your mentor:**")
    assert hint.citations
    assert "at the start" in back.reply
    assert end.artifact
    assert end.artifact.kind == "card"
    assert "\u201cYou never have time for me!\u201d" in end.reply
    assert "Three of our last four" not in end.reply  # the other branch
    assert after.skill == "ask"


def test_real_distress_leaves_the_role(quiet: Coach) -> None:
    *_, reply = talk(
        quiet, "Let me rehearse asking my mentor for harder feedback", "Honestly I want to kill myself over this"
    )
    assert reply.safety == "crisis"
    assert "emergency number" in reply.reply
