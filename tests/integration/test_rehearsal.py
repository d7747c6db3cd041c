"""The rehearsal studio with the real embedder, library and embedded model."""

import pytest
import yaml

from coach.rehearsal import scenario as scenarios
from coach.rehearsal.moves import MOVES, Moves
from coach.rehearsal.rehearsal import Rehearsal, play
from coach.rehearsal.scenario import RESISTING
from coach.rehearsal.voice import MOST_WORDS, SORRY
from coach.safety import Gate
from coach.session import Coach
from coach.settings import ROOT

LINES = (
    "Our last three meetings were cancelled on the morning itself.",
    "You never take me seriously.",
    "I can see that you are pulled in many directions.",
    "What is making the hour hard to keep?",
    "I had swapped shifts for one of them, and I felt foolish.",
    "Could we try twenty minutes at a fixed time?",
)


def test_the_embedded_model_keeps_the_role(coach: Coach) -> None:
    scenario = scenarios.load()["cancelled-meetings"]
    gate = Gate(coach.embedder, coach.settings.cache_dir)
    rehearsal = Rehearsal(scenario, "medium", 1, coach.chat, coach.embedder, coach.library, gate)
    result = play(rehearsal, LINES)
    assert [t["move"] for t in result["turns"]][:2] == ["observation", "blame"]
    assert result["turns"][1]["stance"] == "counter"
    for turn in result["turns"]:
        assert len(turn["text"].split()) <= MOST_WORDS
        if turn["stance"] in RESISTING:
            assert not SORRY.search(turn["text"])
            assert not scenario.leaks(turn["text"], "\n".join(LINES))
    for moment in result["debrief"]["moments"]:
        assert moment["quote"] in LINES
        assert moment["passage"] in coach.library.passages


def test_moves_of_the_development_lines(coach: Coach) -> None:
    path = ROOT / "evals" / "datasets" / "moves" / "lines.yaml"
    cases = [c for c in yaml.safe_load(path.read_text(encoding="utf-8"))["cases"] if c["split"] == "dev"]
    moves = Moves(coach.embedder)
    pairs = [(c["move"], moves.read(c["text"])) for c in cases]
    scores = []
    for move in MOVES:
        both = sum(wanted == got == move for wanted, got in pairs)
        scores.append(
            2 * both / max(1, sum(wanted == move for wanted, _ in pairs) + sum(got == move for _, got in pairs))
        )
    assert sum(scores) / len(scores) >= 0.80
    missed = [c["text"] for c, (wanted, got) in zip(cases, pairs, strict=True) if wanted == "leave" != got]
    assert missed == []


@pytest.mark.parametrize("name", sorted(scenarios.load()))
def test_the_lines_to_try_do_what_they_say(coach: Coach, name: str) -> None:
    moves = Moves(coach.embedder)
    for move, line in scenarios.load()[name].tries.items():
        assert move in moves.all(line), (move, line, moves.all(line))
