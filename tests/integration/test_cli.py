"""The command line, as scripts use it."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from coach.session import Coach
from coach.store import Store


def run(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "coach", *args]
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, **env}, check=False, timeout=180)


def test_a_reply_in_json_holds_what_programs_need(coach: Coach, tmp_path: Path) -> None:
    done = run("ask", "--json", "My mentor keeps cancelling our meetings.", COACH_DATA_DIR=str(tmp_path))
    reply = json.loads(done.stdout)
    assert {
        "reply", "sentences", "citations", "skill", "questions", "artifact", "safety", "model", "timings", "usage",
        "conversation",
    } <= set(reply)  # fmt: skip
    assert {"id", "passage", "title", "heading", "quote", "path"} == set(reply["citations"][0])
    assert {"first_content_ms", "first_token_ms", "total_ms"} == set(reply["timings"])
    again = json.loads(
        run("ask", "--json", "What could I say?", "--conversation", reply["conversation"], COACH_DATA_DIR=str(tmp_path))
        .stdout
    )  # fmt: skip
    assert again["citations"][0]["heading"] == "Words you can use"


def test_batch_goes_on_where_it_stopped_and_keeps_other_keys(coach: Coach, tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    rows = [{"id": n, "turns": ["What does a mentor do?"], "mine": "kept"} for n in range(2)]
    source.write_text("".join(json.dumps(r) + "\n" for r in rows))
    target.write_text(json.dumps({**rows[0], "replies": ["from the first run"]}) + "\n" + '{"id": 1, "tur')
    done = run("batch", str(source), str(target), COACH_DATA_DIR=str(tmp_path), COACH_CHAT__EMBEDDED="false")
    assert done.returncode == 0, done.stderr
    out = [json.loads(line) for line in target.read_text().splitlines()]
    assert [r["id"] for r in out] == [0, 1]
    assert out[0]["replies"] == ["from the first run"]
    assert out[1]["mine"] == "kept"
    assert out[1]["replies"][0]["model"]["mode"] == "guide-only"


@pytest.mark.parametrize(
    ("args", "env", "said"),
    [
        (["ask", ""], {}, "The message is empty"),
        (["ask", "a" * 100_000], {}, "shorten it"),
        (["ask", "hello", "--skill", "nope"], {}, "no skill"),
        (["ask", "hello", "--conversation", "nope"], {}, "no such conversation"),
        (["ask", "hello"], {"COACH_KNOWLEDGE_DIR": "/nowhere"}, "COACH_KNOWLEDGE_DIR"),
        (["ask", "hello"], {"COACH_CHAT__MAX_TOKENS": "lots"}, "COACH_CHAT__MAX_TOKENS"),
        (["ask", "hello"], {"COACH_CHAT__MODLE": "x"}, "COACH_CHAT__MODLE"),
        (["ask", "hello"], {"COACH_DATA_DIR": "/proc/nope"}, "COACH_DATA_DIR"),
        (["batch", "/nowhere.jsonl", "/tmp/out.jsonl"], {}, "cannot be read"),
    ],
)
def test_bad_input_is_one_sentence_and_a_failing_exit(
    tmp_path: Path, args: list[str], env: dict[str, str], said: str
) -> None:
    done = run(*args, **{"COACH_DATA_DIR": str(tmp_path), **env})
    assert done.returncode != 0
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_killed_turn_loses_nothing_that_was_typed(coach: Coach, tmp_path: Path) -> None:
    text = "My mentor keeps cancelling our meetings and I wrote a lot about it."
    command = [sys.executable, "-m", "coach", "ask", text]
    with subprocess.Popen(command, env={**os.environ, "COACH_DATA_DIR": str(tmp_path)}) as turn:
        store = Store(f"sqlite:///{tmp_path / 'coach.db'}")
        deadline = time.monotonic() + 60
        while not store.conversations() and time.monotonic() < deadline:
            time.sleep(0.05)
        turn.send_signal(signal.SIGKILL)
    kept = store.messages(store.conversations()[0].id)
    assert kept[0].text == text
    assert json.loads(run("doctor", "--json", COACH_DATA_DIR=str(tmp_path)).stdout)
