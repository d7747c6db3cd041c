import pytest

from coach.skills import agenda


@pytest.mark.parametrize("minutes", [10, 15, 20, 30, 45, 60, 90, 240])
@pytest.mark.parametrize("kind", agenda.POINTS)
def test_minutes_always_add_up(kind: str, minutes: int) -> None:
    buffer, points = agenda.plan(kind, minutes, ["a", "b", "c"], ["I promised to call"], [])
    assert sum(p.minutes for p in points) + buffer + agenda.REVIEW_MINUTES == minutes
    assert len(points) <= agenda.MOST_POINTS
    assert all(p.outcome for p in points)


@pytest.mark.parametrize(
    ("said", "minutes"),
    [
        ("a 45 minute call", 45),
        ("half an hour", 30),
        ("one hour", 60),
        ("1.5 hours", 90),
        ("an hour. make it 20 min", 20),
        ("a meeting", 30),
    ],
)
def test_the_length_is_what_the_user_said_last(said: str, minutes: int) -> None:
    assert agenda._minutes(said) == minutes


def test_what_is_open_comes_first_and_a_dropped_point_goes() -> None:
    _, points = agenda.plan("regular", 30, ["pay", "leave"], ["I promised to call"], [])
    assert points[0].title.startswith("Open from last time")
    _, fewer = agenda.plan("regular", 30, ["pay", "leave"], ["I promised to call"], ["second"])
    assert [p.title for p in fewer] == [points[0].title, points[2].title]


def test_topics_are_the_users_words() -> None:
    assert agenda._topics("I want to talk about my thesis, the grant and whether to stay.") == [
        "my thesis",
        "the grant",
        "whether to stay",
    ]
