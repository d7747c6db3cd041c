import json
from collections.abc import Iterator
from dataclasses import asdict
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from coach.errors import InputError, LibraryError, StoreError, WeightsMissing
from coach.library.search import Library
from coach.rehearsal import scenario as scenarios
from coach.rehearsal.moves import Move, Moves
from coach.rehearsal.partner import State, start, step
from coach.rehearsal.rehearsal import Rehearsal, play
from coach.rehearsal.scenario import DIFFICULTIES, RESISTING, Difficulty, Scenario
from coach.rehearsal.voice import MOST_WORDS, SORRY, faults
from coach.safety import Concern
from coach.settings import ROOT

ALL = scenarios.load()
SEEDS = range(4)
USERS: dict[str, tuple[str, ...]] = {
    "polite": (
        "Would you be so kind as to look at this with me?",
        "Could you please think about it?",
        "Would it be possible to find a solution?",
        "Could we perhaps talk about it once more?",
        "Would you mind helping me with this?",
        "Could you please say yes?",
        "Would it be possible after all?",
        "Could we please agree on it?",
    ),
    "blunt": (
        "You have to change this now.",
        "I want an answer today.",
        "You need to fix this.",
        "I insist that you do it.",
        "Stop avoiding it and give me a yes.",
        "You must decide right now.",
        "No more excuses.",
        "From now on you do it my way.",
    ),
    "avoiding": (
        "Hello, nice weather today.",
        "How are you?",
        "Never mind, it doesn't matter.",
        "It's fine, really.",
        "You decide.",
        "No worries.",
        "Hi, lovely to see you.",
        "Forget that I asked.",
    ),
    "blaming": (
        "This is all your fault.",
        "You always do this.",
        "You never listen.",
        "You only think about yourself.",
        "You lied to me.",
        "You don't care about anybody.",
        "If it weren't for you I would be done.",
        "You never keep your word.",
    ),
    "skilled": (
        "I can see that there is a lot on your plate.",
        "On Tuesday you said that we would talk, and then you left.",
        "What is this like from your side?",
        "It made me doubt whether I should go on.",
        "What matters to me is that we can work well together.",
        "That sounds difficult, and I understand why you are careful.",
        "What would you need from me?",
        "Could we try it for one month and then look again?",
        "Could we write that down as our agreement?",
    ),
}


class NoWeights:
    """An embedder whose weights are missing: patterns stand alone."""

    id = "none"

    def matrix(self, texts: list[str]) -> Any:
        raise WeightsMissing("no weights")


class Quiet:
    def look(self, message: str) -> Concern | None:
        if "wake up again" in message:
            return Concern("crisis", "wake up again")
        return Concern("misconduct", "touched me") if "touched me" in message else None


class Says:
    """A chat that says what it is given, one text after another."""

    def __init__(self, *texts: str) -> None:
        self.texts, self.prompts = list(texts), []  # type: ignore[var-annotated]

    def stream(self, messages: list[Any], call: Any, **_: Any) -> Iterator[str]:
        self.prompts.append(str(messages[0].content))
        yield self.texts.pop(0)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return Library(ROOT / "knowledge", tmp_path_factory.mktemp("cache"), NoWeights())  # type: ignore[arg-type]


def rehearse(
    library: Library,
    name: str = "cancelled-meetings",
    difficulty: Difficulty = "medium",
    seed: int = 0,
    chat: Any = None,
) -> Rehearsal:
    return Rehearsal(ALL[name], difficulty, seed, chat, NoWeights(), library, Quiet())  # type: ignore[arg-type]


def condition(scenario: Scenario, state: State) -> bool:
    return len(state.made) >= 3 and state.trust >= 0.65


def test_there_are_scenarios_for_both_sides() -> None:
    assert len(ALL) >= 16
    assert {s.side for s in ALL.values()} == {"mentee", "mentor"}
    for scenario in ALL.values():
        assert (ROOT / "knowledge" / scenario.playbook).is_file(), scenario.id


def test_no_written_line_helps_apologises_or_blurts() -> None:
    for scenario in ALL.values():
        for stance, lines in scenario.lines.items():
            for line in lines:
                assert faults(line, line, stance, scenario, "") == [], (scenario.id, stance, line)


def test_every_disclosure_says_a_hidden_interest() -> None:
    for scenario in ALL.values():
        for line in scenario.lines["disclose"]:
            assert scenario.leaks(line), (scenario.id, line)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("side: mentee", "side: boss"), ":3: side is 'boss'"),
        (("- observation\n- impact", "- request\n- impact"), ":23: 'request' cannot open"),
        (("### counter", "### shout"), "'shout' is no stance"),
        (("## Facts", "## Notes"), "needs the section 'Facts'"),
        (("- That is a fair thing to raise. Go on.\n", ""), "'soften' needs at least 3"),
        (
            (
                "- I do not keep a list",
                "- I have a second department to run and I am ashamed of it. I do not keep a list",
            ),
            "gives",
        ),
    ],
)
def test_a_wrong_scenario_is_named_with_its_line(change: tuple[str, str], says: str) -> None:
    text = (scenarios.FOLDER / "cancelled-meetings.md").read_text()
    assert change[0] in text
    with pytest.raises(LibraryError, match=r"cancelled-meetings\.md:\d+") as caught:
        scenarios.parse(text.replace(*change), "cancelled-meetings")
    assert says in caught.value.user_message


@pytest.mark.parametrize("name", sorted(ALL))
def test_the_partner_stays_in_role_and_does_not_cave_in(library: Library, name: str) -> None:
    scenario = ALL[name]
    for difficulty in DIFFICULTIES:
        agreed: dict[str, int] = dict.fromkeys(USERS, 0)
        for user, lines in USERS.items():
            for seed in SEEDS:
                rehearsal = rehearse(library, name, difficulty, seed)
                said = ""
                for line in lines:
                    if rehearsal.ended:
                        break
                    turn = rehearsal.say(line)
                    state = rehearsal._nodes[-1].state
                    said += "\n" + line
                    assert len(turn.text.split()) <= MOST_WORDS
                    if turn.stance in (*RESISTING, "soften", "close"):
                        assert not scenario.leaks(turn.text, said)
                    if turn.stance in RESISTING:
                        assert not SORRY.search(turn.text)
                    if turn.stance in ("disclose", "agree") and difficulty == "hard":
                        assert condition(scenario, state) or state.disclosed > 1 or state.agreed
                    agreed[user] += turn.stance == "agree"
                texts = [t.text for t in rehearsal.turns]
                assert all(a != b for a, b in pairwise(texts))
                if user == "polite" and difficulty == "hard":
                    assert rehearsal.turns[5].stance in RESISTING
        assert agreed["skilled"] > agreed["blunt"] == agreed["blaming"] == agreed["avoiding"] == 0


def test_difficulty_is_felt() -> None:
    path: list[tuple[Move, ...]] = [
        ("acknowledge",),
        ("observation",),
        ("open_question",),
        ("impact",),
        ("interest",),
    ] * 2
    opened = {}
    for difficulty in DIFFICULTIES:
        turns = []
        for scenario in ALL.values():
            state = start(difficulty)
            for n, moves in enumerate(path):
                state = step(state, moves, scenario, difficulty, 1)
                if state.open:
                    turns.append(n)
                    break
        assert len(turns) == len(ALL)
        opened[difficulty] = sum(turns) / len(turns)
    assert opened["easy"] < opened["medium"] < opened["hard"]


def test_the_hard_partner_needs_three_moves_whatever_the_trust() -> None:
    state = State(0.95, 0.1)
    for _ in range(6):
        state = step(state, ("acknowledge",), ALL["cancelled-meetings"], "hard", 0)
        assert not state.open


def test_one_rude_line_closes_an_open_partner() -> None:
    state = State(0.66, 0.2, "disclose", frozenset({"acknowledge", "impact"}), "impact", 3, True, 1)
    after = step(state, ("blame",), ALL["cancelled-meetings"], "medium", 0)
    assert not after.open
    assert after.stance == "counter"


@pytest.mark.parametrize(
    "line",
    [
        "stop",
        "Stop!",
        "STOP PLEASE",
        "enough",
        "I want to quit this exercise",
        "ok that's enough for today",
        "let me out of this",
        "exit",
        "I don't want to do this any more",
        "Can we stop the role play?",
        "I\u2019m done with this",
        "bye",
        "I have to go now, my train leaves",
        "please end the session",
        "I'd rather not continue.",
        "this is too much for me",
        "quit",
        "let's leave it there",
        "get me out of here",
        "I would like to step out",
    ],
)
def test_leaving_is_heard_in_any_wording(library: Library, line: str) -> None:
    rehearsal = rehearse(library)
    rehearsal.say("I can see that you are busy.")
    turn = rehearsal.say(line)
    assert (turn.move, turn.stance) == ("leave", "close")
    assert "left the rehearsal" in turn.text
    with pytest.raises(InputError, match="over"):
        rehearsal.say("one more thing")


@pytest.mark.parametrize(
    "line",
    [
        "Stop cancelling on me.",
        "I would like to end the mentoring in June.",
        "You cancelled our last meeting.",
        "Enough sleep matters to me.",
    ],
)
def test_a_line_about_stopping_something_else_does_not_leave(line: str) -> None:
    assert Moves(NoWeights()).read(line) != "leave"  # type: ignore[arg-type]


def test_a_real_crisis_leaves_the_role_at_once(library: Library) -> None:
    rehearsal = rehearse(library)
    turn = rehearsal.say("I do not want to wake up again")
    assert turn.safety == "crisis"
    assert "emergency number" in turn.text
    assert rehearsal.ended
    assert rehearsal.debrief().moments == ()


def test_misconduct_steps_out_for_one_turn(library: Library) -> None:
    rehearsal = rehearse(library)
    turn = rehearsal.say("You touched me and I did not want it.")
    assert turn.safety == "misconduct"
    assert "Stepping out" in turn.text
    assert not rehearsal.ended


def test_rewinding_makes_a_branch(library: Library) -> None:
    rehearsal = rehearse(library)
    rehearsal.say("I can see that you are busy.")
    rehearsal.say("You always do this.")
    rehearsal.rewind(1)
    rehearsal.say("What is this like from your side?")
    assert [t.you for t in rehearsal.turns] == ["I can see that you are busy.", "What is this like from your side?"]
    tree = rehearsal.tree()
    assert [b["you"] for b in tree[0]["branches"]] == ["You always do this.", "What is this like from your side?"]
    rehearsal.go(1)
    assert rehearsal.turns[-1].you == "You always do this."
    with pytest.raises(InputError, match="0 to 2"):
        rehearsal.rewind(3)


def test_it_is_stored_whole(library: Library) -> None:
    rehearsal = rehearse(library)
    for line in USERS["skilled"][:3]:
        rehearsal.say(line)
    rehearsal.rewind(2)
    rehearsal.say("You never listen.")
    data = json.loads(json.dumps(rehearsal.to_dict()))
    again = Rehearsal.from_dict(data, rehearsal.scenario, None, NoWeights(), library, Quiet())  # type: ignore[arg-type]
    assert again.turns == rehearsal.turns
    assert again.tree() == rehearsal.tree()
    again.rewind(2)
    rehearsal.rewind(2)
    assert asdict(again.say("Could we agree on a date?")) == asdict(rehearsal.say("Could we agree on a date?"))
    with pytest.raises(StoreError):
        Rehearsal.from_dict({**data, "at": 99}, rehearsal.scenario, None, NoWeights(), library, Quiet())  # type: ignore[arg-type]


def test_swapping_sides_plays_the_users_own_words(library: Library) -> None:
    rehearsal = rehearse(library)
    rehearsal.say("You never listen.")
    rehearsal.say("What would you need?")
    mirror = rehearsal.swap()
    assert mirror.hear() == "You never listen."
    assert mirror.say("Well, I am listening now.") == "What would you need?"
    assert mirror.say("Some time.") == ""
    assert mirror.ended


def test_the_debrief_quotes_word_for_word_and_cites(library: Library) -> None:
    for user, lines in USERS.items():
        result = play(rehearse(library, "credit-taken", "easy", 2), lines)
        assert len(result["debrief"]["moments"]) == 3, user
        for moment in result["debrief"]["moments"]:
            assert moment["quote"] in lines
            passage = library.passages[moment["passage"]]
            quote = " ".join(moment["citation"]["quote"].split())
            assert quote in " ".join(passage.text.split())
        assert result["debrief"]["practise"]["citation"]
        assert len(result["debrief"]["arc"]) == len(result["turns"])


def test_attempts_are_compared(library: Library) -> None:
    first = rehearse(library)
    for line in USERS["blaming"][:3]:
        first.say(line)
    second = rehearse(library)
    for line in USERS["skilled"][:3]:
        second.say(line)
    text = second.debrief(first.debrief()).compared
    assert "higher" in text
    assert "competitive moves 3 before and 0 now" in text


def test_a_hint_names_its_technique_and_passage(library: Library) -> None:
    hint = rehearse(library).hint()
    assert hint.line == ALL["cancelled-meetings"].tries["observation"]
    assert hint.citation is not None
    assert hint.citation.passage in library.passages


def test_the_introduction_says_what_it_is(library: Library) -> None:
    text = rehearse(library, "a-mentee-who-cries").introduction()
    for word in ("AI", "not a prediction", "stop", "cries"):
        assert word in text


def test_a_model_that_breaks_the_role_is_redone_then_replaced(library: Library) -> None:
    chat = Says("I'm sorry, you are right. How can I help you?", "As an AI, I suggest that you try again.")
    turn = rehearse(library, chat=chat).say("Could we please meet?")
    assert turn.redone
    assert not turn.voiced
    assert turn.text in ALL["cancelled-meetings"].lines[turn.stance]


def test_a_model_is_not_told_the_interests_while_it_resists(library: Library) -> None:
    chat = Says("", "")
    rehearse(library, chat=chat).say("Could we please meet?")
    assert chat.prompts
    assert all("department" not in prompt for prompt in chat.prompts)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("It was a few meetings, and Professor Quigley was here on the 9th.", "new name or number"),
        ("It was a few meetings. I was given a second department to run and am ashamed.", "gives the interest away"),
        ("*sighs* It was a few meetings. That happens in this place.", "stage direction"),
        ("I am sorry. It was a few meetings in this place.", "apology"),
        ("It was a few meetings. That happens. This place. You know.", "too long"),
        ("It was a few meetings. I will be there, I promise.", "caves in"),
        ("Bananas ripen faster next to apples.", "lost the line"),
    ],
)
def test_words_that_do_not_stand(text: str, fault: str) -> None:
    scenario = ALL["cancelled-meetings"]
    line = scenario.lines["minimise"][0]
    assert fault in faults(text, line, "minimise", scenario, "You cancelled.")
    assert faults(line, line, "minimise", scenario, "You cancelled.") == []


def test_hostile_sentences_outweigh_kind_ones() -> None:
    moves = Moves(NoWeights())  # type: ignore[arg-type]
    assert moves.all("I can see that you are busy. But you never listen.") == ("blame",)
    assert moves.all("I can see that you are busy. What would you need?") == ("acknowledge", "open_question")


def test_files_of_scenarios_are_markdown(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="scenario folder"):
        scenarios.load(tmp_path / "none")
