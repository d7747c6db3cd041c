import pytest

from coach.skills import observed


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "I need to talk to my trainee. During yesterday's round she left the pump on and the patient woke up.",
            {
                "situation": "During yesterday's round",
                "behaviour": "left the pump on",
                "impact": "the patient woke up",
            },
        ),
        (
            "My mentee Olu was late to the kick-off on Monday. We started without the numbers.",
            {
                "behaviour": "was late to the kick-off on Monday",
                "situation": "to the kick-off",
                "impact": "We started without the numbers",
            },
        ),
        ("How do I tell my student that her slides are a mess?", {}),
        ("She seems unmotivated. I want to give her feedback.", {}),
    ],
)
def test_what_was_seen_is_told_from_what_is_thought(text: str, found: dict[str, str]) -> None:
    assert observed.read(text) == found
