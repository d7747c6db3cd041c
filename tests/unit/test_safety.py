from pathlib import Path

import pytest

from coach import safety
from coach.models.embeddings import MiniLM
from coach.settings import ROOT


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> safety.Gate:
    empty: Path = tmp_path_factory.mktemp("cache")  # no weights: the patterns stand alone
    return safety.Gate(MiniLM(empty), empty)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I want to kill myself, my supervisor hates me", "crisis"),
        ("honestly everyone would be better off without me", "crisis"),
        ("I can\u2019t go on.", "crisis"),
        ("my mentor hit me yesterday", "danger"),
        ("My mentor keeps touching my leg", "misconduct"),
        ("he said he'd ruin my career if I report him", "misconduct"),
        ("My mentor keeps cancelling", None),
        ("the deadline is killing me", None),
        ("I can't go on with this mentor", None),
        ("it is not harassment, he is just late", None),
        ("her comment touched my paper's weak spot", None),
    ],
)
def test_the_patterns_see_what_needs_people(gate: safety.Gate, text: str, kind: str | None) -> None:
    concern = gate.look(text)
    assert (concern.kind if concern else None) == kind


def test_a_crisis_reply_names_the_people_of_the_region() -> None:
    lines = safety.Helplines.load(ROOT / "knowledge")
    concern = safety.Concern("crisis", "")
    assert "988" in safety.human_help(concern, lines, "US")
    assert "116 123" not in safety.human_help(concern, lines, "US")
    assert "116 123" in safety.human_help(concern, lines, "GB")
    everywhere = safety.human_help(concern, lines, "")
    assert "988" in everywhere
    assert "116 123" in everywhere
