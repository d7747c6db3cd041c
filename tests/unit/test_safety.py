import pytest

from coach import safety
from coach.settings import ROOT


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I want to kill myself, my supervisor hates me", "crisis"),
        ("honestly everyone would be better off without me", "crisis"),
        ("my mentor hit me yesterday", "danger"),
        ("My mentor keeps touching my leg", "misconduct"),
        ("he said he'd ruin my career if I report him", "misconduct"),
        ("My mentor keeps cancelling", None),
        ("the deadline is killing me", None),
    ],
)
def test_the_gate_sees_what_needs_people(text: str, kind: str | None) -> None:
    concern = safety.look(text)
    assert (concern.kind if concern else None) == kind


def test_a_crisis_reply_names_people_to_call() -> None:
    concern = safety.look("I don't want to live any more")
    assert concern is not None
    text = safety.crisis_text(concern, safety.Helplines.load(ROOT / "knowledge"), "US")
    assert "988" in text
    assert "116 123" not in text
