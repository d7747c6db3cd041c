"""The chat model: whichever OpenAI-compatible endpoint is set, else OpenAI by key, else embedded, else none."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import openai
from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_openai import ChatOpenAI
from pydantic import SecretStr

from coach.errors import ModelError, ModelRejected, ModelUnavailable
from coach.models import local_server, weights
from coach.settings import Settings
from coach.types import ModelInfo, Usage

OPENAI_MODEL = "gpt-4o-mini"
OPENAI_URL = "https://api.openai.com/v1"
NO_MODEL = ModelInfo("library guide", "guide-only", "none")


@dataclass(frozen=True)
class Choice:
    """Which model will be used, and why."""

    info: ModelInfo
    why: str
    next_step: str = ""
    base_url: str = ""
    key: SecretStr | None = None


def choose(settings: Settings) -> Choice:
    """Decide from settings and the files on this machine; nothing is contacted."""
    chat = settings.chat
    tier: Any = chat.tier or "large"
    if chat.base_url:
        info = ModelInfo(chat.model or "default", "remote", tier)
        step = "" if chat.model else "Set COACH_CHAT__MODEL to the model's name."
        return Choice(info, "COACH_CHAT__BASE_URL is set", step, chat.base_url, chat.api_key or SecretStr("none"))
    key = chat.api_key or settings.openai_api_key
    if key and key.get_secret_value():
        return Choice(
            ModelInfo(chat.model or OPENAI_MODEL, "remote", tier), "an OpenAI key is set", "", OPENAI_URL, key
        )
    if not chat.embedded:
        return Choice(NO_MODEL, "COACH_CHAT__EMBEDDED is false", "Unset it to use the embedded model.")
    if weights.find(weights.CHAT, settings.cache_dir):
        return Choice(ModelInfo(weights.CHAT.name, "embedded", "small"), "no endpoint and no key; weights are here")
    return Choice(NO_MODEL, "no endpoint, no key, and no weights", "Run `coach models pull`.")


@dataclass
class Call:
    """What one model call cost; filled while it streams."""

    started: float = field(default_factory=time.monotonic)
    first_token: float | None = None
    usage: Usage = field(default_factory=Usage)


class Chat:
    """Streams text from the chosen model. Safe to share between threads; the embedded server starts at first use."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._server: local_server.LocalServer | None = None

    def choice(self) -> Choice:
        """Which model would answer now."""
        return choose(self._settings)

    def stream(
        self,
        messages: list[BaseMessage],
        call: Call,
        *,
        max_tokens: int | None = None,
        schema: dict[str, Any] | None = None,
    ) -> Iterator[str]:
        """Yield text as it comes; `call` takes usage and the time of the first token.

        Raises:
            ModelUnavailable: no model, no connection, or a deadline passed.
            ModelRejected: the endpoint refused key, model name or request.
        """
        choice = self.choice()
        if choice.info.mode == "guide-only":
            raise ModelUnavailable(f"No language model is in use ({choice.why}). {choice.next_step}".strip())
        extra: dict[str, Any] = {}
        if schema is not None:
            extra["response_format"] = {
                "type": "json_schema",
                "json_schema": {"name": "answer", "schema": schema, "strict": True},
            }
        try:
            client = self._client(choice, max_tokens or self._settings.chat.max_tokens)
            for chunk in client.stream(messages, **extra):
                self._count(chunk, call)
                if time.monotonic() - call.started > self._settings.chat.total_timeout:
                    raise ModelUnavailable("The model took too long; try again, or choose a faster model.")
                if text := str(chunk.text):
                    call.first_token = call.first_token or time.monotonic()
                    yield text
        except ModelError:
            raise
        except Exception as error:
            raise _ours(error, choice) from error

    def _count(self, chunk: AIMessageChunk, call: Call) -> None:
        if used := chunk.usage_metadata:
            cached = (used.get("input_token_details") or {}).get("cache_read", 0)
            call.usage = replace(
                call.usage,
                prompt_tokens=used["input_tokens"],
                completion_tokens=used["output_tokens"],
                cached_tokens=cached or 0,
            )

    def _client(self, choice: Choice, max_tokens: int) -> ChatOpenAI:
        url, key = choice.base_url, choice.key
        if choice.info.mode == "embedded":
            server = self._embedded()
            url, key = server.base_url, SecretStr(server.api_key)
        chat = self._settings.chat
        return ChatOpenAI(
            model=choice.info.name,
            base_url=url,
            api_key=key,
            temperature=0,
            max_tokens=max_tokens,  # type: ignore[call-arg]
            timeout=httpx.Timeout(chat.token_timeout, connect=chat.connect_timeout),
            max_retries=2,
            stream_usage=True,
        )

    def _embedded(self) -> local_server.LocalServer:
        with self._lock:
            if self._server is None:
                path = weights.require(weights.CHAT, self._settings.cache_dir)
                self._server = local_server.start_chat(path, weights.CHAT.name)
            return self._server


def _ours(error: Exception, choice: Choice) -> ModelError:
    name = choice.info.name
    if isinstance(error, openai.AuthenticationError | openai.PermissionDeniedError):
        return ModelRejected("The model's endpoint refused the key; check COACH_CHAT__API_KEY or OPENAI_API_KEY.")
    if isinstance(error, openai.NotFoundError):
        return ModelRejected(f"The endpoint does not know the model {name!r}; set COACH_CHAT__MODEL to one it has.")
    if isinstance(error, openai.RateLimitError):
        return ModelUnavailable("The endpoint is over its limit; wait a minute and try again.")
    if isinstance(error, openai.APITimeoutError | httpx.TimeoutException):
        return ModelUnavailable("The model took too long; try again, or choose a faster model.")
    if isinstance(error, openai.APIConnectionError | httpx.TransportError):
        return ModelUnavailable("The model's endpoint cannot be reached; check COACH_CHAT__BASE_URL and the network.")
    if isinstance(error, openai.BadRequestError):
        return ModelRejected(f"The endpoint refused the request for {name!r}; check COACH_CHAT__MODEL.")
    return ModelUnavailable(f"The model {name!r} failed; try again, or run `coach doctor`.")
