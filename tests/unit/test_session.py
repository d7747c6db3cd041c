import pytest

from coach.errors import InputError
from coach.session import LONGEST, clean


@pytest.mark.parametrize("text", ["", "   ", "\x00\x07", "\u200b\ufeff"])
def test_an_empty_message_says_what_to_write(text: str) -> None:
    with pytest.raises(InputError, match="write a sentence"):
        clean(text)


def test_a_message_that_is_too_long_says_how_long_it_may_be() -> None:
    with pytest.raises(InputError, match=f"{LONGEST:,}"):
        clean("a" * 100_000)


def test_control_characters_go_and_line_breaks_stay() -> None:
    assert clean("one\x00\n\ttwo \u202ethree") == "one\n\ttwo three"
