"""Texts made comparable: without accents and case, the same on every database engine."""

from __future__ import annotations

import unicodedata


def folded(text: str) -> str:
    """`ÉTAPE  Łódź` -> `etape łodz`: what search and sort columns hold and what is searched for."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(bare.casefold().split())
