"""Findings are combined into a major, and taken out of it, over the API as on the pages."""

from __future__ import annotations

from typing import Any

import pytest

from audits.findings.models import Finding
from audits.programme.models import Audit
from tests.findings import places
from tests.findings.makers import fresh, make_audit, make_finding, make_place

pytestmark = pytest.mark.django_db
COMBINE = "/api/v1/findings/combine/"
JSON = {"content_type": "application/json"}


@pytest.fixture
def audit(cast: Any) -> Audit:
    return make_audit(cast, make_place(cast))


def separate(client: Any, number: str, **sent: Any) -> Any:
    return client.post(f"/api/v1/findings/{number}/separate/", sent, **JSON)


def test_several_others_become_a_major_and_one_is_taken_out_again(sign_in: Any, audit: Audit, cast: Any) -> None:
    parts = [make_finding(cast, audit, classification="other") for _ in range(3)]
    numbers = [part.number for part in parts]
    leo = sign_in("leo")
    sent = {"audit": audit.number, "parts": [*numbers, numbers[0]], "title": "Records", "reason": "A pattern."}
    made = leo.post(COMBINE, sent, **JSON)
    assert made.status_code == 201, made.content
    whole = made.json()
    assert (whole["classification"], whole["classification_reason"]) == ("major", "A pattern.")
    assert {fresh(part).combined_into.number for part in parts} == {whole["number"]}  # type: ignore[union-attr]
    assert "reason" in separate(leo, numbers[0]).json()["errors"]
    assert separate(leo, numbers[0], reason="Another matter.").json()["combined_into"] is None
    two_left = separate(leo, numbers[1], reason="Another matter.")
    assert two_left.status_code == 409 and "withdraw it instead" in two_left.json()["detail"]


def test_what_cannot_be_combined_is_refused_in_sentences(sign_in: Any, audit: Audit, cast: Any) -> None:
    one, major = (make_finding(cast, audit, classification=kind) for kind in ("other", "major"))
    otters, leo = places.otters()[0], sign_in("leo")
    for parts, words in (
        ([one.number], "Choose at least 2 findings."),
        ([one.number, major.number], "is not classified as other"),
        ([one.number, places.draft()[0]], "is no draft of this audit"),
        ([one.number, otters], f"There is no record with the number {otters}."),
        ([one.number, "ZZZZ"], "There is no record with the number ZZZZ."),
    ):
        sent = {"audit": audit.number, "parts": parts, "title": "Records", "reason": "A pattern."}
        answer = leo.post(COMBINE, sent, **JSON)
        assert answer.status_code == 400 and words in answer.content.decode(), parts
    assert not Finding.objects.filter(audit=audit, title="Records").exists()
