import pytest

from coach.library.spelling import Spelling


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("my menter keeps cancelng", "my mentor keeps cancelling"),
        ("Frist meeting", "first meeting"),
        ("I asked Oluwaseun on GitHub", "I asked Oluwaseun on GitHub"),
        ("we organise a seminar", "we organise a seminar"),
        ("hw r u", "hw r u"),
    ],
)
def test_only_what_is_no_word_and_near_one_is_corrected(typed: str, meant: str) -> None:
    library = Spelling(["Your mentor keeps cancelling the first meeting", "a first step"])
    assert library.correct(typed) == meant
