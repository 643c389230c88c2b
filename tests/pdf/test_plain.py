"""Documents hold what they were given, word for word, are accessible, and come out the same for the same facts."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader

from cmo_portal.lib.pdf import PdfFault, render_pdf

pytestmark = pytest.mark.embedded
AT = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
LETTER = {
    "title": "Notification of an audit",
    "number": "AUD-2026-7K3QD",
    "facts": [["Site", 'Łódź Østerlund, 4 "Rue" #1'], ["Empty", ""]],
    "parts": [
        {"heading": "Purpose", "text": "A *star*, a #hash, a $dollar$, a <label> and an @at.\nSecond line.\n\nNext."},
        {"heading": "Agenda", "head": ["Day", "Topic"], "rows": [[str(day), "Line"] for day in range(1, 90)]},
    ],
    "signatures": [{"name": "Quinn Abara", "meaning": "Approval", "at": "27 Nov 2026, 10:30 CET", "reason": ""}],
}


def words(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)


def test_what_a_person_wrote_stands_there_and_is_never_markup() -> None:
    text = words(render_pdf("plain.typ", LETTER, at=AT))
    for said in ("Łódź Østerlund", '"Rue" #1', "*star*", "#hash", "$dollar$", "<label>", "@at.", "Quinn Abara"):
        assert said in text


def test_each_page_carries_the_number_of_the_document_and_its_own() -> None:
    pages = PdfReader(BytesIO(render_pdf("plain.typ", LETTER, at=AT))).pages
    assert len(pages) > 2
    for place, page in enumerate(pages, start=1):
        text = page.extract_text()
        assert "AUD-2026-7K3QD" in text
        assert f"Page {place} of {len(pages)}" in text


def test_the_file_is_tagged_and_titled() -> None:
    reader = PdfReader(BytesIO(render_pdf("plain.typ", LETTER, at=AT)))
    assert reader.metadata is not None and reader.metadata.title == "Notification of an audit"
    assert "/StructTreeRoot" in reader.trailer["/Root"]


def test_the_same_facts_at_the_same_moment_give_the_same_bytes() -> None:
    assert render_pdf("plain.typ", LETTER, at=AT) == render_pdf("plain.typ", LETTER, at=AT)


def test_a_template_that_is_not_there_is_said() -> None:
    with pytest.raises(PdfFault, match=r"nowhere\.typ"):
        render_pdf("nowhere.typ", LETTER, at=AT)
