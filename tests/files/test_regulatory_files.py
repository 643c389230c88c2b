"""The public files as they really arrive: other header shapes, double rows, damaged cells, and people's names."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date

import pytest

from cmo_portal.lib.spreadsheets import read_rows, write_csv, write_xlsx
from cmo_portal.lib.tables import LeftOut, Refused, Repeated, UnknownFile, recognise
from tests.files.makers import (
    INSPECTION_HEADINGS,
    REGISTRATION_HEADINGS,
    SECOND_SHAPE,
    csv_file,
    inspection,
    registration,
    text_file,
    xlsx_file,
)
from vendors.regulatory.files import (
    INSPECTIONS,
    KINDS,
    PROJECT_AREAS,
    Classification,
    InspectionRow,
    Outcome,
    RegistrationRow,
    project_area,
    read,
    worst_by_inspection,
    worst_class,
)

AS_OF = date(2025, 12, 31)


def inspections(*rows: Sequence[str], headings: Sequence[str] = INSPECTION_HEADINGS) -> list[Outcome]:
    return list(read(csv_file(headings, *rows), as_of=AS_OF))


def registrations(*rows: Sequence[str]) -> list[Outcome]:
    return list(read(csv_file(REGISTRATION_HEADINGS, *rows), as_of=AS_OF))


def refused(outcomes: list[Outcome]) -> Refused:
    assert len(outcomes) == 1
    assert isinstance(outcomes[0], Refused)
    return outcomes[0]


# --- inspections -------------------------------------------------------------------------------


def test_an_inspection_row_is_typed() -> None:
    assert inspections(inspection()) == [
        InspectionRow(
            number=2,
            inspection_id="9900001",
            project_area="Drug Quality Assurance",
            fei="3009990001",
            legal_name="Birkenhof Sterile GmbH",
            end_date=date(2025, 3, 14),
            classification=Classification.VAI,
            country="Germany",
            city="Lindau",
            fiscal_year=2025,
            has_posted_citations=True,
            product_type="Drugs",
        )
    ]


def test_preamble_and_the_second_header_shape_give_the_same_row_with_its_address() -> None:
    preamble = [["FDA Data Dashboard - Inspections"], ["Filters: Country/Area: Germany, France"], []]
    body = [
        [f" {heading} " for heading in SECOND_SHAPE],
        inspection(SECOND_SHAPE, Zip_Code="88131", Address_Line_2="B"),
    ]
    reading = read(csv_file(*preamble, *body), as_of=AS_OF, name="download.csv")
    assert reading.facts.header_row == 4
    assert reading.facts.preamble == ("FDA Data Dashboard - Inspections", "Filters: Country/Area: Germany, France")
    [row] = reading
    assert isinstance(row, InspectionRow)
    assert (row.number, row.address, row.postcode, row.fei) == (5, "Hafenweg 3, B", "88131", "3009990001")


def test_workbook_with_numbers_and_real_dates_gives_the_same_rows_as_text() -> None:
    row: list[object] = list(inspection())
    row[0], row[6], row[7], row[9] = 3009990001.0, 2025, 9900001, date(2025, 3, 14)
    assert list(read(xlsx_file(INSPECTION_HEADINGS, row), as_of=AS_OF)) == inspections(inspection())


def test_one_inspection_with_two_areas_is_two_rows_and_the_worst_class_counts() -> None:
    rows = inspections(
        inspection(),
        inspection(Project_Area="Generic Drug Evaluation", Classification="Official Action Indicated (OAI)"),
        inspection(Inspection_ID="9900002", Classification="NAI"),
        inspection(Inspection_ID="9900002", Classification="OAI", Project_Area="Unapproved and Misbranded Drugs"),
    )
    found = [row for row in rows if isinstance(row, InspectionRow)]
    assert len(found) == 4
    assert worst_by_inspection(found) == {"9900001": Classification.OAI, "9900002": Classification.NAI}


@pytest.mark.parametrize(
    ("classes", "worst"), [(["NAI", "OAI", "VAI"], "OAI"), (["VAI", "NAI"], "VAI"), (["NAI"], "NAI"), ([], None)]
)
def test_worst_class_is_official_before_voluntary_before_none(classes: list[str], worst: str | None) -> None:
    assert worst_class(map(Classification, classes)) == worst


def test_the_same_row_twice_is_passed_over() -> None:
    assert inspections(inspection(), inspection(), inspection(FEI_Number="3009990001.0"))[1:] == [
        Repeated(3, 2),
        Repeated(4, 2),
    ]


def test_the_same_key_with_another_class_is_refused_with_both_rows() -> None:
    outcome = refused(inspections(inspection(), inspection(Inspection_ID="1"), inspection(Classification="NAI"))[2:])
    assert outcome.number == 4
    assert outcome.reason.startswith("Rows 2 and 4 have the same Inspection ID “9900001” and Project Area")


def test_bioresearch_rows_are_left_out_without_their_values_even_when_they_are_wrong() -> None:
    outcomes = inspections(
        inspection(Project_Area="Bioresearch Monitoring", Legal_Name="Dr A. Example"),
        inspection(Project_Area=" BIORESEARCH  monitoring", FEI_Number="wrong"),
        [*inspection(Project_Area="Bioresearch Monitoring")[:-1], "torn", "apart"],
    )
    assert [type(outcome) for outcome in outcomes] == [LeftOut] * 3
    assert "Example" not in repr(outcomes)


@pytest.mark.parametrize(
    "spelling", ["Human Cellular, Tissues and Gene Therapies", "human cellular tissues & gene therapies"]
)
def test_areas_are_known_whatever_their_punctuation(spelling: str) -> None:
    assert (project_area(spelling).code, project_area(spelling).is_gmp) == ("41", True)


def test_gmp_areas_are_those_of_the_list_and_an_unknown_area_is_stored_but_not_counted() -> None:
    assert {area.code for area in PROJECT_AREAS if area.is_gmp} == {"56", "46", "52", "45", "42", "41"}
    unknown = project_area("Compounding Evaluation")
    assert (unknown.is_gmp, unknown.is_stored) == (False, True)


@pytest.mark.parametrize(
    ("changes", "column", "words"),
    [
        ({"FEI_Number": "300594"}, "FEI Number", "is not an FEI"),
        ({"FEI_Number": ""}, "FEI Number", "FEI Number is empty: write its 7 or 10 digits."),
        ({"Inspection_ID": "-"}, "Inspection ID", "Inspection ID is empty"),
        ({"Inspection_ID": "abc"}, "Inspection ID", "is not a whole number"),
        (
            {"Inspection_End_Date": "01/01/2026"},
            "Inspection End Date",
            "ends on 2026-01-01, after the date of the file",
        ),
        ({"Inspection_End_Date": "13/01/2025"}, "Inspection End Date", "no day of the calendar"),
        ({"Classification": "Bad"}, "Classification", "“Bad” is not a classification: write NAI, VAI or OAI."),
        ({"Project_Area": ""}, "Project Area", "Project Area is empty"),
        ({"Posted_Citations": "perhaps"}, "Posted Citations", "write Yes or No"),
    ],
)
def test_a_wrong_cell_refuses_its_row_with_column_reason_and_original_values(
    changes: dict[str, str], column: str, words: str
) -> None:
    row = inspection(**changes)
    outcome = refused(inspections(row))
    assert (outcome.number, outcome.column) == (2, column)
    assert words in outcome.reason
    assert list(outcome.values) == row


def test_an_inspection_on_the_day_of_the_file_is_taken() -> None:
    assert isinstance(inspections(inspection(Inspection_End_Date="12/31/2025"))[0], InspectionRow)


def test_one_empty_field_more_than_the_header_is_tolerated_and_a_filled_one_is_not() -> None:
    assert isinstance(inspections([*inspection(), ""])[0], InspectionRow)
    outcome = refused(inspections([*inspection(), "GmbH"]))
    assert outcome.reason.startswith("The row has 16 fields and the header 15: put a value")


def test_of_two_columns_with_the_same_heading_the_first_counts() -> None:
    doubled = inspections([*inspection(), "Paris"], headings=[*INSPECTION_HEADINGS, "City"])
    assert doubled == inspections(inspection())


def test_a_good_row_after_a_refused_one_is_still_read() -> None:
    outcomes = inspections(inspection(FEI_Number="x"), inspection())
    assert [type(outcome) for outcome in outcomes] == [Refused, InspectionRow]


# --- registrations -----------------------------------------------------------------------------


def test_a_registration_row_is_typed_and_holds_no_contact() -> None:
    outcomes = registrations(registration())
    assert outcomes == [
        RegistrationRow(
            number=2,
            fei="3009990001",
            duns="001234567",
            firm_name="Birkenhof Sterile GmbH",
            address="Hafenweg 3, Lindau, Bavaria 88131, Germany (DEU)",
            country="DEU",
            expiration_date=date(2025, 12, 31),
            operations=("ANALYSIS", "MANUFACTURE", "PACK"),
            registrant_name="Birkenhof Holding",
            registrant_duns="007654321",
            is_excluded=False,
        )
    ]
    assert "Beispiel" not in repr(outcomes)


def test_fdas_own_tab_file_gives_the_same_rows_as_csv() -> None:
    names = {"FIRM_NAME": "Lück, Ångström & Söhne", "EXCLUSION_FLAG": "Y"}
    header = [" FEI_NUMBER", *REGISTRATION_HEADINGS[1:]]
    tab = text_file(header, [*registration(**names), ""], delimiter="\t", encoding="iso-8859-1")
    marked = text_file(REGISTRATION_HEADINGS, [f'"{value}"' for value in registration(**names)], encoding="utf-8-sig")
    assert list(read(tab, as_of=AS_OF)) == list(read(marked, as_of=AS_OF)) == registrations(registration(**names))


def test_one_fei_with_two_duns_is_two_registrations_and_padding_makes_no_third() -> None:
    outcomes = registrations(
        registration(), registration(DUNS_NUMBER="00-765-4321"), registration(FEI_NUMBER="0003009990001")
    )
    assert [type(outcome) for outcome in outcomes] == [RegistrationRow, RegistrationRow, Repeated]


@pytest.mark.parametrize(
    ("changes", "column", "words"),
    [
        ({"FEI_NUMBER": "30099900012"}, "FEI_NUMBER", "is not an FEI"),
        ({"DUNS_NUMBER": "1234567"}, "DUNS_NUMBER", "9 digits with the leading zeros"),
        ({"ADDRESS": "Hafenweg 3, Lindau"}, "ADDRESS", "does not end with the country's three letters"),
        ({"EXPIRATION_DATE": ""}, "EXPIRATION_DATE", "EXPIRATION_DATE is empty: write MM/DD/YYYY."),
        ({"EXCLUSION_FLAG": "X"}, "EXCLUSION_FLAG", "neither yes nor no"),
    ],
)
def test_a_refused_registration_says_why_and_hands_back_no_contact(
    changes: dict[str, str], column: str, words: str
) -> None:
    outcome = refused(registrations(registration(**changes)))
    assert outcome.column == column
    assert words in outcome.reason
    assert outcome.values[2] == "Birkenhof Sterile GmbH"
    assert "Beispiel" not in repr(outcome)
    assert "erika@" not in repr(outcome)


def test_a_torn_registration_hands_back_nothing_because_contacts_may_have_moved() -> None:
    torn = text_file(REGISTRATION_HEADINGS, registration(ADDRESS="Weg 3, Lindau (DEU)"))
    outcome = refused(list(read(torn, as_of=AS_OF)))
    assert (outcome.number, outcome.values) == (2, ())


def test_a_registration_that_expires_after_the_day_of_the_file_is_taken() -> None:
    assert isinstance(registrations(registration(EXPIRATION_DATE="12/31/2026"))[0], RegistrationRow)


# --- which file it is --------------------------------------------------------------------------


def test_each_kind_is_recognised_by_its_headings_in_any_order() -> None:
    assert recognise(csv_file(INSPECTION_HEADINGS), KINDS).code == "fda_inspections"
    assert recognise(csv_file(REGISTRATION_HEADINGS[::-1]), KINDS).code == "fda_registrations"


@pytest.mark.parametrize(
    ("stream", "kind", "sentences"),
    [
        (
            csv_file(["Colour", "Taste"], ["red", "sweet"]),
            None,
            [
                "none of the known kinds",
                "“FDA inspections details” (Inspection ID,",
                "“FDA drug establishment",
                "row 1: Colour, Taste.",
            ],
        ),
        (
            csv_file([heading for heading in INSPECTION_HEADINGS if heading != "Inspection ID"], ["1"]),
            None,
            [
                "looks like “FDA inspections details”, but has no column “Inspection ID”",
                "row 1: FEI Number, Legal Name",
            ],
        ),
        (csv_file(REGISTRATION_HEADINGS), "fda_inspections", ["none of the known kinds", "row 1: FEI_NUMBER"]),
        (
            csv_file(INSPECTION_HEADINGS),
            "recalls",
            ["no kind of file 'recalls': write one of fda_inspections, fda_reg"],
        ),
        (csv_file(["", ""]), None, ["The file has no rows."]),
    ],
    ids=["unknown", "missing column", "another kind", "no such kind", "blank"],
)
def test_an_unknown_file_is_told_what_is_known_and_what_was_found(
    stream: io.BytesIO, kind: str | None, sentences: list[str]
) -> None:
    with pytest.raises(UnknownFile) as caught:
        read(stream, kind, as_of=AS_OF)
    for sentence in sentences:
        assert sentence in str(caught.value)


def test_facts_of_the_file_are_those_an_import_records() -> None:
    facts = read(csv_file(INSPECTION_HEADINGS, inspection()), as_of=AS_OF, name="inspections.csv").facts
    assert (facts.name, facts.kind, facts.snapshot_date) == ("inspections.csv", INSPECTIONS.code, AS_OF)
    assert (len(facts.sha256), facts.header_row, facts.preamble) == (64, 1, ())


def test_a_reading_can_be_gone_through_twice() -> None:
    reading = read(csv_file(INSPECTION_HEADINGS, inspection()), as_of=AS_OF)
    assert list(reading) == list(reading)


# --- refused rows go out, are mended, and come back ----------------------------------------------


def test_refused_rows_are_written_with_row_column_and_reason_beside_their_own_columns() -> None:
    reading = read(csv_file(INSPECTION_HEADINGS, inspection(), inspection(FEI_Number="x")), as_of=AS_OF)
    rows = list(reading.refused_file(row for row in reading if isinstance(row, Refused)))
    assert rows[0] == [*INSPECTION_HEADINGS, "Row in the file", "Refused for", "Reason"]
    assert rows[1][:-1] == [*inspection(FEI_Number="x"), 3, "FEI Number"]


@pytest.mark.parametrize("as_workbook", [False, True])
def test_a_mended_file_of_refused_rows_is_read_like_the_first(as_workbook: bool) -> None:
    changes = {"Legal_Name": "=HYPERLINK(1)", "City": "-", "State": "+49"}
    reading = read(csv_file(INSPECTION_HEADINGS, inspection(FEI_Number="wrong", **changes)), as_of=AS_OF)
    rows = list(reading.refused_file(row for row in reading if isinstance(row, Refused)))
    rows[1][0] = "3009990001"
    content = (
        write_xlsx("Refused", [str(name) for name in rows[0]], rows[1:]).read()
        if as_workbook
        else b"".join(write_csv(rows))
    )
    assert list(read(io.BytesIO(content), as_of=AS_OF)) == inspections(inspection(**changes))


def test_a_csv_of_refused_rows_saved_as_a_workbook_loses_its_guarding_apostrophes() -> None:
    guarded = list(
        read_rows(csv_file(inspection()), delimiter=";")
    )  # the cells as a program shows them: with apostrophes
    assert "'-" in guarded[0].values[0]
    row = [f"'{value}" if value == "-" else value for value in inspection()]
    assert list(read(xlsx_file(INSPECTION_HEADINGS, row), as_of=AS_OF)) == inspections(inspection())
