"""The embedded server is closed to everyone but the coach."""

import httpx
import pytest

from coach.models import local_server, weights
from coach.settings import Settings


@pytest.fixture(scope="module")
def server(settings: Settings) -> local_server.LocalServer:
    return local_server.start_chat(weights.pull(weights.CHAT, settings.cache_dir), "m")


CHAT = {"model": "m", "messages": [{"role": "user", "content": "Say yes."}], "max_tokens": 2}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", "/index.html"),
        ("GET", "/slots"),
        ("GET", "/props"),
        ("GET", "/metrics"),
        ("POST", "/v1/chat/completions"),
        ("POST", "/completion"),
        ("POST", "/tokenize"),
    ],
)
def test_without_the_key_nothing_opens(server: local_server.LocalServer, method: str, path: str) -> None:
    root = server.base_url.removesuffix("/v1")
    for headers in ({}, {"Authorization": "Bearer guess"}):
        answer = httpx.request(method, root + path, headers=headers, json=CHAT if method == "POST" else None)
        assert answer.status_code in (401, 404), (path, answer.status_code)


def test_with_the_key_slots_and_page_stay_shut(server: local_server.LocalServer) -> None:
    root, headers = server.base_url.removesuffix("/v1"), {"Authorization": f"Bearer {server.api_key}"}
    assert httpx.get(root + "/slots", headers=headers).status_code != 200
    assert httpx.get(root + "/", headers=headers).status_code == 404
    answer = httpx.post(server.base_url + "/chat/completions", headers=headers, json=CHAT, timeout=60)
    assert answer.status_code == 200


def test_another_web_page_is_not_let_in(server: local_server.LocalServer) -> None:
    root = server.base_url.removesuffix("/v1")
    answer = httpx.options(root + "/v1/chat/completions", headers={"Origin": "https://evil.example"})
    assert answer.headers.get("access-control-allow-origin") not in ("*", "https://evil.example")


def test_it_listens_on_loopback_with_a_key_nobody_can_guess(server: local_server.LocalServer) -> None:
    assert server.base_url.startswith("http://127.0.0.1:")
    assert len(server.api_key) >= 40
