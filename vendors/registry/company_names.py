"""What is left of a company's name when its legal form and the order of its words are taken away."""

from __future__ import annotations

import re

from cmo_portal.lib.texts import folded

# Legal forms as they stand in names of contract manufacturers; several words are written as one below.
LEGAL_FORMS = frozenset(
    [
        "ab",
        "ag",
        "aps",
        "as",
        "asa",
        "bhd",
        "bv",
        "bvba",
        "co",
        "corp",
        "corporation",
        "company",
        "cv",
        "doo",
        "eood",
        "gmbh",
        "ges",
        "inc",
        "incorporated",
        "kft",
        "kg",
        "kgaa",
        "kk",
        "limited",
        "llc",
        "llp",
        "lp",
        "ltd",
        "mbh",
        "nv",
        "ood",
        "oy",
        "oyj",
        "plc",
        "private",
        "pte",
        "pty",
        "pvt",
        "sa",
        "sarl",
        "sas",
        "sdn",
        "se",
        "sl",
        "spa",
        "sp",
        "spzoo",
        "srl",
        "sro",
        "uab",
        "ug",
        "zrt",
        "and",
        "und",
        "et",
    ]
)
POLISH = re.compile(r"\bsp\W*z\W*o\W*o\b")  # Sp. z o.o.
LETTERS = re.compile(r"(?<=\b\w)\.(?=\w\b)\.?")  # the dots of S.A., B.V., s.r.o.


def core_of(name: str) -> str:
    """`Alpenglow Pharma GmbH & Co. KG` and `Pharma Alpenglow` -> `alpenglow pharma`.

    Words in the order of the alphabet, each once, without accents, case, punctuation and legal forms. A name that is
    nothing but a legal form keeps its words.
    """
    bare = LETTERS.sub("", POLISH.sub(" ", folded(name)))
    words = set(re.findall(r"\w+", bare))
    return " ".join(sorted(words - LEGAL_FORMS or words))[:200]
