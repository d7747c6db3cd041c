"""llama.cpp's own server inside this process, closed to everyone who does not hold its key.

Its defaults are open (any origin, no key, slots and a web page on), so each is set here and a test tries to get in.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CHAT_CONTEXT = 8192  # tokens, for prompt and answer together
CACHE_MIB = 512  # llama.cpp's own default is 8192
EMBED_BATCH = 2048  # tokens of passages embedded at once


@dataclass(frozen=True)
class LocalServer:
    """A running server. `handle` keeps it alive: dropping it stops the server."""

    base_url: str
    api_key: str
    handle: Any


def _parameters(model: Path, alias: str, api_key: str, port: int, threads: int | None) -> Any:
    import xllamacpp

    p = xllamacpp.CommonParams()
    p.model.path = str(model)
    p.model_alias = alias
    p.hostnames = ["127.0.0.1"]
    p.port = port
    p.api_keys = [api_key]
    p.cors_origins = "http://127.0.0.1"
    p.endpoint_slots = False
    p.endpoint_metrics = False
    p.endpoint_props = False
    p.ui = False
    p.offline = True
    p.verbosity = 0
    p.cache_ram_mib = CACHE_MIB
    p.cpuparams.n_threads = threads or min(8, max(1, os.cpu_count() or 1))
    return p


def _start(parameters: Any, api_key: str) -> LocalServer:
    import xllamacpp

    handle = xllamacpp.Server(parameters)
    return LocalServer(f"{handle.listening_address.rstrip('/')}/v1", api_key, handle)


def start_chat(model: Path, alias: str, *, api_key: str | None = None, port: int = 0) -> LocalServer:
    """Load a chat model and serve it on loopback. `port` 0 takes a free one; without a key a random one is made."""
    key = api_key or secrets.token_urlsafe(32)
    p = _parameters(model, alias, key, port, None)
    p.n_ctx = CHAT_CONTEXT
    p.n_parallel = 1
    return _start(p, key)


def start_embedder(model: Path, alias: str) -> LocalServer:
    """Load an embedding model (mean pooling)."""
    import xllamacpp

    key = secrets.token_urlsafe(32)
    p = _parameters(model, alias, key, 0, None)
    p.embedding = True
    p.pooling_type = xllamacpp.llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
    p.n_ctx = EMBED_BATCH
    p.n_batch = EMBED_BATCH
    p.n_ubatch = EMBED_BATCH
    p.n_parallel = 4
    return _start(p, key)
