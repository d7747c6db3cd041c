from pathlib import Path

import pytest

from coach.classify import Classifier
from coach.models.embeddings import MiniLM
from coach.session import Coach

EXAMPLES = [("tea", "a cup of green tea"), ("tea", "the kettle boils"), ("rain", "it pours"), ("rain", "wet streets")]
ASKED = ["it pours on the streets"]


def test_what_was_learned_is_kept_and_a_broken_file_is_learned_again(
    coach: Coach, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Classifier(coach.embedder, EXAMPLES, tmp_path).probabilities(ASKED)[0]
    assert max(first, key=lambda label: first[label]) == "rain"
    (kept,) = (tmp_path / "learned").glob("*.joblib")
    with monkeypatch.context() as patch:
        patch.setattr(Classifier, "_learn", lambda _: pytest.fail("it was learned again"))
        assert Classifier(coach.embedder, EXAMPLES, tmp_path).probabilities(ASKED) == [first]
    kept.write_bytes(b"no model")
    assert Classifier(coach.embedder, EXAMPLES, tmp_path).probabilities(ASKED) == [first]


def test_one_label_is_no_choice(tmp_path: Path) -> None:
    assert Classifier(MiniLM(tmp_path), [("tea", "a cup")], tmp_path).probabilities(["rain"]) == [{}]
