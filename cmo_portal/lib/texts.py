"""Texts made comparable: without accents and case, the same on every database engine."""

from __future__ import annotations

import textwrap
import unicodedata

MOST_WORDS = 10  # each word is a condition of the query; nobody types more, and a thousand would break it


def search_words(text: str) -> list[str]:
    """What a search looks for: the first ten different words of `text`."""
    return list(dict.fromkeys(text.split()))[:MOST_WORDS]


def folded(text: str) -> str:
    """`ÉTAPE  Łódź` -> `etape łodz`: what search and sort columns hold and what is searched for."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(bare.casefold().split())


def cut(text: str, length: int) -> str:
    """`text` in one line of at most `length` characters; what is left out ends at a word and leaves an ellipsis."""
    short = textwrap.shorten(text, length, placeholder=" …")
    return short if short != "…" else f"{text[: length - 1]}…"  # its first word is longer than the line
