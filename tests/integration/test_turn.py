from pathlib import Path

import pytest

from coach.session import Coach
from coach.settings import load_settings


@pytest.fixture(scope="module")
def coach(tmp_path_factory: pytest.TempPathFactory) -> Coach:
    settings = load_settings().model_copy(update={"data_dir": Path(tmp_path_factory.mktemp("data"))})
    coach = Coach(settings)
    coach.prepare()
    return coach


def test_a_cited_answer_by_the_embedded_model(coach: Coach) -> None:
    reply = coach.ask("My mentor keeps cancelling our meetings. What should I do?")
    assert reply.model.mode == "embedded"
    assert reply.citations[0].path == "friction/mentor-keeps-cancelling.md"
    for citation in reply.citations:
        assert citation.quote in coach.library.passages[citation.passage].text.replace("\n", " ").replace("> ", "")


def test_the_library_says_when_it_has_nothing(coach: Coach) -> None:
    reply = coach.ask("How do I bake sourdough bread at altitude?")
    assert reply.citations == ()
    assert "nothing on this" in reply.reply


def test_a_topic_word_counts_by_what_the_message_means(coach: Coach) -> None:
    gate = coach.agent.gate
    assert gate.look("Which professor works on racial wage gaps, and how do I write to her about her data?") is None
    concern = gate.look("My supervisor threatens me each time I ask for my contract")
    assert concern
    assert concern.kind == "misconduct"
