from pathlib import Path

import pytest

from coach import budget
from coach.errors import PromptError
from coach.prompts import load
from coach.settings import ROOT

PROMPT = "---\nname: hello\nversion: 1\nvariables: [who]\n---\nHello $who\n"


def test_every_shipped_prompt_can_be_read() -> None:
    for path in (ROOT / "prompts").glob("*.md"):
        prompt = load(ROOT / "prompts", path.stem)
        assert prompt.name == path.stem
        assert prompt.fill(**{name: "$x" for name in prompt.variables})


@pytest.mark.parametrize("values", [{}, {"who": "you", "more": "x"}])
def test_a_missing_or_extra_variable_is_refused_before_any_call(tmp_path: Path, values: dict[str, str]) -> None:
    (tmp_path / "hello.md").write_text(PROMPT)
    with pytest.raises(PromptError, match="do not fit"):
        load(tmp_path, "hello").fill(**values)


@pytest.mark.parametrize("text", [PROMPT.replace("$who", "you"), PROMPT.replace("version: 1\n", ""), "no front matter"])
def test_a_wrong_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "hello.md").write_text(text)
    with pytest.raises(PromptError, match=r"hello\.md"):
        load(tmp_path, "hello")


def test_a_prompt_keeps_whole_passages_within_its_room() -> None:
    texts = ["one two three"] * 10
    assert budget.pack(texts, budget.tokens(texts[0]) * 3) == texts[:3]
    assert budget.pack(texts, 0) == []
    assert budget.tokens("<|endoftext|>") > 1  # the words of a special token are only words
