"""Misspelt words of a message, put right by the library's own words, so that search meets what was meant."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files

from symspellpy import SymSpell, Verbosity

SHORTEST, TWICE_WRONG = 4, 7  # letters from which a word is corrected, and from which two changes are allowed
WORD = re.compile(r"[a-z]+(?:'[a-z]+)?", re.IGNORECASE)


class Spelling:
    """Knows the words of some texts; a word that is neither among them nor in an English dictionary is misspelt."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._counts = Counter(word.lower() for text in texts for word in WORD.findall(text))
        self._near = SymSpell(max_dictionary_edit_distance=2, prefix_length=7)
        for word, count in self._counts.items():
            self._near.create_dictionary_entry(word, count)

    def correct(self, text: str) -> str:
        """The text with each misspelt word replaced by the nearest known one; names without a near word stay."""
        return WORD.sub(lambda found: self._word(found.group(0)), text)

    def _word(self, word: str) -> str:
        plain = word.lower()
        if len(plain) < SHORTEST or plain in self._counts or plain in _english():
            return word
        distance = 2 if len(plain) >= TWICE_WRONG else 1
        near = self._near.lookup(plain, Verbosity.TOP, max_edit_distance=distance)
        return near[0].term if near else word


@lru_cache(maxsize=1)
def _english() -> frozenset[str]:
    """SymSpell's list of 82,765 English words (SCOWL checked against Google Books n-grams)."""
    rows = (files("symspellpy") / "frequency_dictionary_en_82_765.txt").read_text(encoding="utf-8-sig").splitlines()
    return frozenset(row.split(" ")[0] for row in rows)
