"""Sections of a user's document cut into passages of a size that can be found and cited."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator

from coach.library.extract import Section

SHORTEST, LONGEST = 40, 130  # words
WIDEST = 8 * LONGEST  # characters, for scripts without spaces
LONGEST_PLACE = 80  # characters
ENDS = tuple(
    re.compile(end)  # of a paragraph, a sentence, a line, a word: the first kind there is
    for end in (r"\n\n", r"[.!?\u2026][\"')\]\u201d\u2019]*\s+|[\u3002\uff01\uff1f]", r"\n", r"\s+")
)


def chunks(sections: Iterable[Section]) -> Iterator[tuple[str, str]]:
    """(place, text) of passages of 40 to 130 words. Only a page, or the last section, may be shorter.

    A short section goes on into the next one; a page never does, so that its number is right.
    """
    place, flow = "", ""
    for section in sections:
        own = f"page {section.page}" if section.page else section.heading[:LONGEST_PLACE]
        if flow and (section.page or _size(flow) >= SHORTEST):
            yield from ((place, piece) for piece in _pieces(flow))
            flow = ""
        place = place if flow else own
        # A heading that is the place need not be said twice.
        heading = "" if place == section.heading and section.text else section.heading
        flow = "\n\n".join(part for part in (flow, heading, section.text) if part)
    yield from ((place, piece) for piece in _pieces(flow))


def _pieces(text: str) -> Iterator[str]:
    words = len(text.split())  # counted once: a long text has many pieces
    while (left := max(words, math.ceil(len(text) / 8))) > LONGEST:
        # Parts of nearly the same length, so that no scrap is left at the end.
        aim = min(LONGEST, math.ceil(1.15 * left / math.ceil(left / LONGEST)))
        window = text[: 8 * aim]
        after = [m.end() for m in re.finditer(r"\S+\s*", window)][:aim]
        window = window[: after[-1]]
        floor = after[SHORTEST - 1] if len(after) > SHORTEST else len(window) // 2
        found = ([m.end() for m in end.finditer(window, floor)] for end in ENDS)
        cut = next((places[-1] for places in found if places), len(window))
        yield text[:cut].strip()
        words -= len(text[:cut].split())
        text = text[cut:].strip()
    if text:
        yield text


def _size(text: str) -> int:
    """Words; in a script without spaces, as many as would take its room."""
    return max(len(text.split()), math.ceil(len(text) / 8))
