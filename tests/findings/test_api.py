"""The API of findings does what the pages do, with the same walls and sentences; a CMO gets a narrower view."""

from __future__ import annotations

from typing import Any

import pytest

from audits.findings.models import Finding
from audits.programme.models import Audit
from cmo_portal.records.signing import Signature
from tests.findings import places
from tests.findings.makers import WHOLE, fresh, make_audit, make_finding, make_place, to_review

pytestmark = pytest.mark.django_db
JSON = {"content_type": "application/json"}
PASSWORD = "Demo-portal-2026"


@pytest.fixture
def audit(cast: Any) -> Audit:
    return make_audit(cast, make_place(cast))


def at(number: str, act: str = "") -> str:
    return f"/api/v1/findings/{number}/{f'{act}/' if act else ''}"


def test_a_finding_is_recorded_revised_and_says_what_it_lacks(sign_in: Any, audit: Audit) -> None:
    leo = sign_in("leo")
    made = leo.post("/api/v1/findings/", {"audit": audit.number, "title": "Late entries"}, **JSON).json()
    assert (
        made["label"] == "F-01" and made["missing"]["refs"] == "Name the clause that is not met, like 21 CFR 211.192."
    )
    whole = leo.patch(at(made["number"]), {**WHOLE, "version": made["version"]}, **JSON).json()
    assert whole["missing"] == {} and whole["refs"] == WHOLE["refs"]
    stale = leo.patch(at(made["number"]), {"title": "x", "version": made["version"]}, **JSON)
    assert stale.status_code == 409
    kept = leo.patch(at(made["number"]), {"status": "issued", "version": whole["version"]}, **JSON)
    assert kept.json()["status"] == "draft"


def test_the_same_client_key_is_the_same_finding(sign_in: Any, audit: Audit) -> None:
    leo = sign_in("leo")
    sent = {"audit": audit.number, "title": "Late entries", "client_key": "tablet-9"}
    numbers = {leo.post("/api/v1/findings/", sent, **JSON).json()["number"] for _ in range(2)}
    assert len(numbers) == 1


def test_an_audit_of_another_sponsor_is_unknown(sign_in: Any) -> None:
    sent = {"audit": Finding.objects.get(number=places.otters()[0]).audit.number, "title": "x"}
    answer = sign_in("leo").post("/api/v1/findings/", sent, **JSON)
    assert answer.status_code == 400 and "There is no record with the number" in answer.json()["detail"]


def test_the_round_runs_over_the_api(sign_in: Any, audit: Audit, cast: Any) -> None:
    finding = make_finding(cast, audit)
    bare = make_finding(cast, audit)
    to_review(cast, audit)
    leo, quinn, sam, pat = (sign_in(name) for name in ("leo", "quinn", "sam", "pat"))
    emptied = leo.patch(at(bare.number), {"evidence": "", "version": bare.version}, **JSON).json()
    refused = quinn.post("/api/v1/factual-checks/", {"audit": audit.number}, **JSON)
    assert refused.status_code == 409 and refused.json()["detail"] == "F-02 lacks the objective evidence."
    leo.patch(at(bare.number), {"evidence": "Page 7.", "version": emptied["version"]}, **JSON)
    started = quinn.post("/api/v1/factual-checks/", {"audit": audit.number}, **JSON)
    assert started.status_code == 201 and started.json()["is_running"]
    said = {"verdict": "dispute", "text": "Page 13 was completed the same day."}
    assert pat.post(at(finding.number, "answer"), said, **JSON).json()["status"] == "disputed"
    assert pat.post(at(bare.number, "answer"), {"verdict": "dispute"}, **JSON).status_code == 400
    (kept,) = sam.get(at(finding.number, "comments")).json()
    assert kept["text"] == said["text"] and kept["author_name"] == "Pat Huber"
    word = {"outcome": "kept", "note": "The badge record shows it."}
    assert sam.post(at(finding.number, "settle"), word, **JSON).json()["dispute_outcome"] == "kept"
    check = f"/api/v1/factual-checks/{started.json()['number']}/"
    assert quinn.post(f"{check}end/", {"note": "No more to say"}, **JSON).json()["is_running"] is False
    assert quinn.post(f"{check}end/", {"note": "Again"}, **JSON).status_code == 409


def test_another_class_is_signed_over_the_api(sign_in: Any) -> None:
    (number,) = places.waiting()
    quinn = sign_in("quinn")
    sent = {"classification": "major", "reason": "Seen twice."}
    assert quinn.post(at(number, "reclassify"), sent, **JSON).status_code == 403
    assert quinn.post(at(number, "reclassify"), sent | {"password": "wrong"}, **JSON).status_code == 403
    assert not Signature.objects.filter(record_number=number).exists()
    done = quinn.post(at(number, "reclassify"), sent | {"password": PASSWORD}, **JSON)
    assert done.json()["classification"] == "major" and Signature.objects.filter(record_number=number).count() == 1


def test_only_moves_that_are_made_alone_are_offered(sign_in: Any) -> None:
    (number,) = places.waiting()
    names = {row["name"] for row in sign_in("quinn").get(at(number, "transitions")).json()["transitions"]}
    assert names == {"recall", "withdraw"}
    issue = sign_in("quinn").post(at(number, "transitions"), {"name": "issue"}, **JSON)
    assert issue.status_code == 409 and "follows from another act" in issue.json()["detail"]


def test_repeats_are_proposed_and_confirmed_over_the_api(sign_in: Any, cast: Any) -> None:
    site = Finding.objects.select_related("audit__site").get(number=places.issued()[0]).audit.site
    earlier = Finding.objects.get(number=places.issued()[0])
    values = {"title": "Media-fill interventions are not recorded", "system": "production", "refs": earlier.refs}
    draft = make_finding(cast, make_audit(cast, site), **values)
    leo = sign_in("leo")
    (first, *_) = leo.get(at(draft.number, "repeats")).json()
    assert first["number"] == earlier.number and first["why"].startswith("Same clauses")
    done = leo.post(at(draft.number, "repeat"), {"earlier": earlier.number, "reason": "It is back."}, **JSON).json()
    assert (done["classification"], done["repeat_of"]) == ("major", earlier.number)
    back = leo.post(at(draft.number, "repeat"), {"earlier": None, "reason": "Another form"}, **JSON).json()
    assert (back["classification"], back["repeat_of"]) == ("other", None)


def test_a_cmo_reads_its_own_and_less_of_them(sign_in: Any) -> None:
    mine = sign_in("bea").get("/api/v1/findings/?page_size=100").json()["results"]
    assert {row["sponsor"] for row in mine} == {"Northgate Biopharma"} and len(mine) == 3
    hidden = {"version", "item", "cmo", "missing", "is_shared", "is_late", "combined_into"}
    assert not any(hidden & set(row) for row in mine)
    both = sign_in("pat").get("/api/v1/findings/?page_size=100").json()["results"]
    assert {row["sponsor"] for row in both} == {"Northgate Biopharma", "Otter Therapeutics"}
    assert {row["sponsor"] for row in both} and all(row["status"] != "draft" for row in both)


def test_neither_sponsor_learns_of_the_others_audit_of_the_same_plant(sign_in: Any) -> None:
    otters, northgates = places.otters()[0], places.issued()[0]
    numbers = {who: {row["number"] for row in sign_in(who).get("/api/v1/findings/?page_size=100").json()["results"]}
               for who in ("leo", "otto", "pat")}  # fmt: skip
    assert otters in numbers["otto"] and otters not in numbers["leo"] and {otters, northgates} <= numbers["pat"]
    assert northgates not in numbers["otto"]
    assert sign_in("leo").get(f"/api/v1/findings/?q={otters}").json()["results"] == []


def test_notes_are_read_and_written_by_the_team_alone(sign_in: Any) -> None:
    (number,) = places.waiting()
    leo = sign_in("leo")
    assert leo.post(at(number, "notes"), {"text": "Ask about lot 7."}, **JSON).status_code == 201
    assert [row["text"] for row in sign_in("quinn").get(at(number, "notes")).json()] == ["Ask about lot 7."]
    assert sign_in("bea").get(at(number, "notes")).status_code == 404


def test_the_register_answers_to_words(sign_in: Any) -> None:
    found = sign_in("pat").get("/api/v1/clauses/?q=cleaning validation").json()
    assert found[0] == {"source": "ICH Q7", "clause": "12.7", "title": "Cleaning validation", "words": "ICH Q7 12.7"}
    assert len(sign_in("leo").get("/api/v1/clauses/").json()) > 200


def test_a_wording_over_the_api_opens_the_second_round(sign_in: Any) -> None:
    (number,) = places.disputed()
    sent = {"outcome": "reworded", "note": "Seven are counted.", "statement": "Two of nine stops were not counted."}
    done = sign_in("sam").post(at(number, "settle"), sent, **JSON).json()
    assert done["statement"] == sent["statement"] and done["factual_round"] == 2
    assert fresh(Finding.objects.get(number=number)).status == "in_factual_check"
