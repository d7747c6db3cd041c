import pytest

from coach.skills import clauses, letters


@pytest.mark.parametrize(
    ("text", "about_me", "reason", "ask"),
    [
        (
            "hey, I'm a baker in Porto and there's this miller, Rui Alves, I visited his mill in May. "
            "I'd love to ask if he'd talk to me for 20 mins about old grains. can you help me write to him",
            "I'm a baker in Porto",
            "I visited his mill in May",
            "if he'd talk to me for 20 mins about old grains",
        ),
        (
            "write to mrs lund, she taught me to solder. now im doing a degree in optics and would like her advice "
            "on lab jobs",
            "im doing a degree in optics",
            "she taught me to solder",
            "advice on lab jobs",
        ),
        ("Help me write a first message to someone I would like to learn from.", None, None, None),
        ("I'm nervous about writing to him, he is famous", None, None, None),
    ],
)
def test_clauses_are_carried_whole(text: str, about_me: str | None, reason: str | None, ask: str | None) -> None:
    expected = {"about_me": about_me, "reason": reason, "ask": ask}
    assert clauses.read(text) == {slot: value for slot, value in expected.items() if value}


def test_a_letter_of_whole_clauses_speaks_to_its_reader() -> None:
    slots = {
        "recipient": "Rui Alves",
        "about_me": "im a baker in Porto",
        "reason": "I read a post by Rui Alves on rye",
        "ask": "if he'd talk to me for 20 mins about old grains",
    }
    body = letters.write("first", slots, letters.Style(minutes=20)).body
    assert "I'm a baker in Porto. I am writing to you because I read your post on rye." in body
    assert "Could I ask you for 20 minutes in the next few weeks about old grains?" in body


def test_an_act_is_asked_for_as_an_act() -> None:
    body = letters.write("first", {"ask": "whether she would look at one figure"}, letters.Style()).body
    assert "Could I ask whether you would look at one figure?" in body
