"""The remote path, against a server in another process."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from coach.session import Coach
from coach.settings import ChatSettings, Settings

KEY = "a-key-for-this-test-only"


@pytest.fixture(scope="module")
def endpoint(coach: Coach) -> Iterator[dict[str, str]]:
    env = {**os.environ, "COACH_SERVE_KEY": KEY}
    command = [sys.executable, "-m", "coach", "models", "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env) as server:
        assert server.stdout
        printed = ""
        while line := server.stdout.readline():
            printed += line
            if line == "}\n":
                break
        yield json.loads(printed)
        server.terminate()


def remote(settings: Settings, **chat: object) -> Coach:
    return Coach(settings.model_copy(update={"chat": ChatSettings.model_validate(chat)}))


def test_a_remote_model_writes_from_the_passages(settings: Settings, endpoint: dict[str, str]) -> None:
    coach = remote(settings, base_url=endpoint["base_url"], model=endpoint["model"], api_key=KEY, max_tokens=120)
    reply = coach.ask("How often should I meet my mentor?")
    assert (reply.model.mode, reply.model.tier) == ("remote", "large")
    assert reply.usage.completion_tokens > 0
    assert reply.timings.first_token_ms
    for citation in reply.citations:
        passage = " ".join(coach.library.passages[citation.passage].text.replace("> ", "").split())
        assert citation.quote in passage


@pytest.mark.parametrize(
    ("chat", "said"),
    [
        ({"base_url": "http://127.0.0.1:9/v1", "model": "m"}, "cannot be reached"),
        ({"model": "m", "api_key": "wrong"}, "refused the key"),
    ],
)
def test_a_failing_endpoint_is_told_and_the_library_answers(
    settings: Settings, endpoint: dict[str, str], chat: dict[str, str], said: str
) -> None:
    reply = remote(settings, **{"base_url": endpoint["base_url"], **chat}).ask("My mentor keeps cancelling.")
    assert said in reply.notice
    assert reply.model.mode == "guide-only"
    assert reply.citations


def test_the_key_is_never_shown(settings: Settings) -> None:
    chat = ChatSettings(base_url="http://127.0.0.1:9/v1", api_key=SecretStr(KEY))
    assert KEY not in repr(settings.model_copy(update={"chat": chat}))
