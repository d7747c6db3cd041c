import pytest

from coach.library.articles import load
from coach.routing import continues
from coach.settings import ROOT
from coach.skills import playbooks


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("my mentor is late", "mentee"),
        ("one of my mentees is late", "mentor"),
        ("I supervise two students", "mentor"),
        ("my phd student argues with everything", "mentor"),
        ("how often should people meet", None),
        ("my mentor and my mentee know each other", None),
    ],
)
def test_who_speaks(text: str, side: str | None) -> None:
    assert playbooks.side(text) == side


def test_each_part_of_a_playbook_becomes_lines_that_stand_in_it() -> None:
    document = next(d for d in load(ROOT / "knowledge") if d.path == "friction/mentor-keeps-cancelling.md")
    lines = playbooks.lines(document, [(part, 3) for part in playbooks.HEADINGS])
    assert {line.part for line in lines} == set(playbooks.HEADINGS)
    assert all(line.passage and line.passage.path == document.path for line in lines)
    assert not any(line.text.startswith((">", "-", "You:", "Them:")) for line in lines)


@pytest.mark.parametrize(
    ("text", "leans"),
    [("what could I say to her?", True), ("And if that fails?", True), ("How do I find a sponsor", False)],
)
def test_a_message_that_leans_on_the_one_before(text: str, leans: bool) -> None:
    assert continues(text) is leans
