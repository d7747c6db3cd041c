from pathlib import Path

import pytest

from coach.errors import LibraryError
from coach.library.articles import PLAYBOOK_PARTS, load, read
from coach.settings import ROOT

HEAD = """---
title: A title
kind: article
topic: roles
audience: [mentee]
competency: [communication]
sources:
  - {id: one, title: T, author: A, link: "https://example.org"}
reviewed: 2026-01-01
---
"""


def test_the_library_that_is_shipped_has_no_mistakes() -> None:
    documents, problems = read(ROOT / "knowledge")
    assert problems == []
    assert any(d.kind == "playbook" for d in documents)


def test_passages_carry_their_sources_and_lose_the_marks(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(HEAD + "\n## What\nIt helps.[^one]\n")
    passage = load(tmp_path)[0].passages[0]
    assert passage.text == "It helps."
    assert passage.sources[0].author == "A"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("no front matter", "a.md:1: there is no front matter"),
        (HEAD.replace("kind: article", "kind: poem"), "a.md:3: kind is 'poem'"),
        (HEAD + "## What\nIt helps.[^two]\n", "a.md:11: [^two] is not among the sources"),
        (HEAD + "## What\nIt helps.\n", "the source 'one' is never used"),
        (HEAD.replace("article", "playbook") + "## First\nX.[^one]\n", "a playbook needs the section 'Fits when'"),
        (HEAD.replace("sources:", "asked: why me\nsources:"), "a.md:7: asked must be a list"),
        ("---\ntitle: [\n---\n", "the front matter is not valid YAML"),
    ],
)
def test_a_mistake_is_named_with_file_and_line(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "a.md").write_text(text)
    with pytest.raises(LibraryError) as error:
        load(tmp_path)
    assert problem in error.value.user_message


def test_ways_of_asking_lead_to_the_first_passage(tmp_path: Path) -> None:
    asked = HEAD.replace("sources:", 'asked: ["why me?", "is it so: really"]\nsources:')
    (tmp_path / "a.md").write_text(asked + "\n## What\nIt helps.[^one]\n## More\nAnd more.\n")
    first, second = load(tmp_path)[0].passages
    assert first.asked == ("why me?", "is it so: really")
    assert second.asked == ()


def test_every_playbook_has_all_parts() -> None:
    for document in load(ROOT / "knowledge"):
        if document.kind == "playbook":
            assert [p.heading for p in document.passages] == list(PLAYBOOK_PARTS)
