"""Cleans the identifiers of sites and organisations into one spelling each, so that two sources meet in the same text.

All are kept as text: they are names made of digits, never numbers to reckon with.
"""

from __future__ import annotations

import re

from cmo_portal.lib.cells import shown

SHORTENED = re.compile(r"\d(\.\d+)?[eE]\+?\d+")


def clean_fei(text: str) -> str:
    """FDA Establishment Identifier: 7 or 10 digits as text without zero padding, `0003005949964.0` -> `3005949964`.

    Source: FDA, "FEI Search Portal" (7 or 10 digits). Exports by spreadsheet programs add blanks, a trailing `.0` or
    zero padding, which all mean the same number. Raises ValueError with the sentence for the field.
    """
    digits = _without_blanks(text)
    if SHORTENED.fullmatch(digits):
        raise ValueError(f"{shown(text)} was shortened by a spreadsheet program: format the FEI column as text.")
    digits = re.sub(r"\.0*$", "", digits).lstrip("0")
    if not re.fullmatch(r"\d{7}|\d{10}", digits, re.ASCII):
        raise ValueError(f"{shown(text)} is not an FEI: write its 7 or 10 digits, such as 3001234567.")
    return digits


def clean_duns(text: str) -> str:
    """D-U-N-S number: 9 digits as text, hyphens and blanks taken out, leading zeros kept, `00-121-3784` -> `001213784`.

    Source: Dun & Bradstreet, "What is a D-U-N-S Number" (nine digits). Missing zeros are not guessed.
    Raises ValueError with the sentence for the field.
    """
    digits = re.sub(r"[-\u2010-\u2015]", "", _without_blanks(text))
    digits = re.sub(r"\.0*$", "", digits)
    if not re.fullmatch(r"\d{9}", digits, re.ASCII):
        raise ValueError(
            f"{shown(text)} is not a DUNS number: write its 9 digits with the leading zeros "
            "(a spreadsheet program drops them unless the column is text)."
        )
    return digits


def clean_oms_organisation(text: str) -> str:
    """Organisation in the EMA's OMS register, `ORG-` and 9 digits: `org-100008368` -> `ORG-100008368`.

    Source: EMA, "Organisation Management Service (OMS)". Raises ValueError with the sentence for the field.
    """
    return _clean_oms(text, "ORG", "organisation")


def clean_oms_location(text: str) -> str:
    """Location in the EMA's OMS register, `LOC-` and 9 digits: `loc-100003164` -> `LOC-100003164`.

    Source: EMA, "Organisation Management Service (OMS)". Raises ValueError with the sentence for the field.
    """
    return _clean_oms(text, "LOC", "location")


def _clean_oms(text: str, prefix: str, noun: str) -> str:
    identifier = re.sub(r"[\u2010-\u2015]", "-", _without_blanks(text)).upper()
    if not re.fullmatch(rf"{prefix}-\d{{9}}", identifier, re.ASCII):
        raise ValueError(
            f"{shown(text)} is not an OMS {noun}: write {prefix}- and 9 digits, such as {prefix}-100001234."
        )
    return identifier


def _without_blanks(text: str) -> str:
    return "".join(text.split())
