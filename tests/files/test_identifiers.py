"""Each identifier has one spelling, whatever a spreadsheet program did to it, and a wrong one is refused in words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from vendors.registry.identifiers import clean_duns, clean_fei, clean_oms_location, clean_oms_organisation


@pytest.mark.parametrize(
    "text",
    [
        "3005949964",
        " 3005949964 ",
        "3005949964.0",
        "3005949964.00",
        "0003005949964",
        "300 594 9964",
        "3005949964\u00a0",
    ],
)
def test_every_spelling_of_an_fei_is_the_same_text(text: str) -> None:
    assert clean_fei(text) == "3005949964"


@pytest.mark.parametrize("text", ["1811396", "0001811396", "1811396.0"])
def test_an_fei_of_seven_digits_loses_its_padding(text: str) -> None:
    assert clean_fei(text) == "1811396"


@pytest.mark.parametrize(
    "text",
    ["", "-", "0", "123456", "12345678", "123456789", "30059499641", "3005949964.5", "ABC", "\uff13005949964"],
)
def test_a_wrong_fei_is_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(ValueError, match="is not an FEI: write its 7 or 10 digits"):
        clean_fei(text)


def test_an_fei_shortened_by_a_spreadsheet_program_is_not_guessed() -> None:
    with pytest.raises(ValueError, match="format the FEI column as text"):
        clean_fei("3.00595E+09")


@pytest.mark.parametrize("text", ["001213784", "00-121-3784", "00 121 3784", "001213784.0", "00\u2013121\u20133784"])
def test_duns_keeps_its_leading_zeros_and_loses_its_hyphens(text: str) -> None:
    assert clean_duns(text) == "001213784"


@pytest.mark.parametrize("text", ["", "1213784", "1213784.0", "0012137840", "00121378A"])
def test_a_wrong_duns_is_refused_and_missing_zeros_are_not_guessed(text: str) -> None:
    with pytest.raises(ValueError, match="write its 9 digits with the leading zeros"):
        clean_duns(text)


@pytest.mark.parametrize(
    ("clean", "text", "identifier"),
    [
        (clean_oms_organisation, " org-100008368 ", "ORG-100008368"),
        (clean_oms_location, "LOC\u2013100003164", "LOC-100003164"),
    ],
)
def test_oms_identifiers_come_in_capitals_with_a_plain_hyphen(
    clean: Callable[[str], str], text: str, identifier: str
) -> None:
    assert clean(text) == identifier


@pytest.mark.parametrize(
    ("clean", "text", "words"),
    [
        (clean_oms_organisation, "LOC-100003164", "is not an OMS organisation: write ORG- and 9 digits"),
        (clean_oms_organisation, "ORG-10000836", "is not an OMS organisation"),
        (clean_oms_location, "ORG-100008368", "is not an OMS location: write LOC- and 9 digits"),
        (clean_oms_location, "100003164", "is not an OMS location"),
    ],
)
def test_a_wrong_oms_identifier_is_refused(clean: Callable[[str], str], text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        clean(text)
