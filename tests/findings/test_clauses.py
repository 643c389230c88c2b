"""The register of clauses: what people type is understood, what is none is refused with a sentence."""

from __future__ import annotations

import pytest

from audits.findings import clauses


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("21 CFR 211.192", "21 CFR 211.192"),
        ("21cfr211.22(d)", "21 CFR 211.22(d)"),
        ("21 CFR Part 211.113(b)", "21 CFR 211.113(b)"),
        ("21 CFR 11.10(e)", "21 CFR 11.10(e)"),
        ("21 CFR 210.1", "21 CFR 210.1"),
        ("EU GMP 5.29", "EU GMP 5.29"),
        ("EU-GMP Part I, chapter 7", "EU GMP 7"),
        ("EU GMP annex 1, 9.34", "EU GMP Annex 1, 9.34"),
        ("EU GMP Annex 15", "EU GMP Annex 15"),
        ("Q7 12.7", "ICH Q7 12.7"),
        ("ICH Q10 3.2.2", "ICH Q10 3.2.2"),
        ("ICH Q9(R1) 4.3", "ICH Q9 4.3"),
        (" 21 CFR 211.192 ; ", "21 CFR 211.192"),
    ],
)
def test_a_clause_is_understood_as_people_write_it(typed: str, words: str) -> None:
    assert clauses.parse(typed).words == words


@pytest.mark.parametrize(
    "typed", ["211.192", "21 CFR 211.999", "21 CFR 211.1925", "EU GMP 12", "EU GMP Annex 18", "ICH Q8 2", "GMP", ""]
)
def test_what_is_no_clause_of_the_register_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(ValueError, match=r"not in the register: search by a word, or write it like 21 CFR 211\.192"):
        clauses.parse(typed)


def test_a_deeper_clause_carries_the_title_of_what_it_lies_under() -> None:
    assert clauses.parse("21 CFR 211.22(d)").title == clauses.BY_NAME["21 CFR 211", "211.22"].title
    assert clauses.parse("EU GMP 5.29").title == "Audits of makers and distributors of active substances"
    assert clauses.parse("EU GMP 5.30").title == "Production"


def test_a_number_that_only_begins_alike_lies_elsewhere() -> None:
    assert clauses.parse("EU GMP Annex 11, 9").title == "Computerised systems"
    assert clauses.above("ICH Q7", "12.7") != clauses.above("ICH Q7", "1")


@pytest.mark.parametrize(
    ("words", "first"),
    [("investigation", "21 CFR 211.192"), ("211.19", "21 CFR 211.192"), ("annex 11", "EU GMP Annex 11"),
     ("supplier q7", "ICH Q7 7.1"), ("AUDIT TRAIL", "21 CFR 11.10(e)"), ("211.22(d)", "21 CFR 211.22(d)")],
)  # fmt: skip
def test_the_search_finds_by_word_or_number(words: str, first: str) -> None:
    assert clauses.search(words)[0].words == first


def test_the_search_finds_nothing_for_nonsense_and_stops_at_its_limit() -> None:
    assert clauses.search("zeppelin") == []
    assert len(clauses.search("records", limit=3)) == 3


def test_the_register_holds_every_source_of_the_field() -> None:
    assert set(clauses.REGISTER) == {"21 CFR 211", "21 CFR 210", "21 CFR 11", "EU GMP", "ICH Q7", "ICH Q9", "ICH Q10"}
    assert len({(row.source, row.clause) for row in clauses.CLAUSES}) == len(clauses.CLAUSES) > 200
    assert {str(n) for n in range(1, 10)} <= {row.clause for row in clauses.CLAUSES if row.source == "EU GMP"}
    assert {str(n) for n in range(1, 21)} <= {row.clause for row in clauses.CLAUSES if row.source == "ICH Q7"}


def test_every_clause_reads_back_as_itself() -> None:
    for row in clauses.CLAUSES:
        assert clauses.parse(row.words) == row


def test_a_topic_is_the_registers_clause_whoever_wrote_the_reference() -> None:
    assert clauses.topic({"source": "21 CFR 211", "clause": "211.22(a)"}) == "21 CFR 211.22"
    assert clauses.topic({"source": "21 CFR", "clause": "211.22"}) == "21 CFR 211.22"
    assert clauses.topic({"source": "PIC/S PI 041", "clause": "5"}) == "PIC/S PI 041 5"
