"""The API does what the pages do, with the same walls and sentences."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from cmo_portal.records.signing import Signature
from tests.supply import places
from tests.supply.makers import make_site, make_vendor
from vendors.registry.models import Vendor
from vendors.registry.supply import Qualification

pytestmark = pytest.mark.django_db
JSON = {"content_type": "application/json"}
PASSWORD = "Demo-portal-2026"


def moves(number: str) -> str:
    return f"/api/v1/qualifications/{number}/transitions/"


def test_a_product_is_added_revised_and_counted(sign_in: Any, cast: Any) -> None:
    sam = sign_in("sam")
    facts = {"code": "A-1", "name": "Api", "modality": "mab", "dosage_form": "pfs", "stage": "clinical"}
    made = sam.post("/api/v1/products/", facts, **JSON).json()
    assert made["number"].startswith("PRD-") and made["sourcing"] == []
    again = sam.post("/api/v1/products/", facts, **JSON)
    assert again.status_code == 400 and "code exists already" in again.json()["detail"]
    site = make_site(make_vendor(cast.sam), cast.sam)
    row = {"product": made["number"], "site": site.number, "service": "testing", "stage": "clinical"}
    supply = sam.post("/api/v1/supplies/", row, **JSON).json()
    read = sam.get(f"/api/v1/products/{made['number']}/").json()
    assert read["sourcing"] == [
        {"service": "testing", "kind": "sole", "alternatives": 0, "words": "Testing laboratory: sole source"}
    ]
    ended = sam.patch(f"/api/v1/supplies/{supply['number']}/", {"stage": "ended", "version": supply["version"]}, **JSON)
    assert ended.json()["stage"] == "ended"
    stale = sam.patch(f"/api/v1/products/{made['number']}/", {"name": "B", "version": 0}, **JSON)
    assert stale.status_code == 409


def test_numbers_of_another_sponsor_are_unknown(sign_in: Any, cast: Any) -> None:
    foreign = make_site(make_vendor(cast.otto, "Otterwerk"), cast.otto)
    row = {"product": places.product()[0], "site": foreign.number, "service": "testing", "stage": "clinical"}
    answer = sign_in("sam").post("/api/v1/supplies/", row, **JSON)
    assert answer.status_code == 400 and "There is no record" in answer.json()["detail"]
    assert sign_in("otto").get(f"/api/v1/products/{places.product()[0]}/").status_code == 404


def test_the_moves_are_offered_to_whom_they_belong(sign_in: Any) -> None:
    (number,) = places.pending()
    assert sign_in("sam").get(moves(number)).json() == {"transitions": []}
    offered = sign_in("quinn").get(moves(number)).json()["transitions"]
    names = {row["name"]: row for row in offered}
    assert names["approve"]["is_signed"] and names["approve"]["refusal"] is None
    assert names["approve_conditionally"]["refusal"] is None


def test_a_decision_is_signed_over_the_api(sign_in: Any) -> None:
    (number,) = places.pending()
    quinn = sign_in("quinn")
    wrong = quinn.post(moves(number), {"name": "approve", "password": "wrong"}, **JSON)
    assert wrong.status_code == 403 and "not your password" in wrong.json()["detail"]
    none = quinn.post(moves(number), {"name": "approve"}, **JSON)
    assert none.status_code == 403
    assert quinn.post(moves(number), {"name": "fly", "password": PASSWORD}, **JSON).status_code == 400
    done = quinn.post(moves(number), {"name": "approve", "password": PASSWORD, "expires_date": "2099-01-01"}, **JSON)
    assert (done.status_code, done.json()["status"], done.json()["expires_date"]) == (200, "approved", "2099-01-01")
    assert Signature.objects.filter(record_number=number).count() == 1
    again = quinn.post(moves(number), {"name": "approve", "password": PASSWORD}, **JSON)
    assert again.status_code == 409 and "needs the status" in again.json()["detail"]


def test_a_move_without_its_right_is_forbidden_and_unknown_to_others(sign_in: Any) -> None:
    (number,) = places.pending()
    body = {"name": "approve", "password": PASSWORD}
    assert sign_in("sam").post(moves(number), body, **JSON).status_code == 403
    assert sign_in("otto").post(moves(number), body, **JSON).status_code == 404
    assert Qualification.objects.get(number=number).status == "pending"


def test_a_field_that_a_move_does_not_take_is_refused(sign_in: Any) -> None:
    (number,) = places.pending()
    body = {"name": "approve", "password": PASSWORD, "rationale": "x"}
    answer = sign_in("quinn").post(moves(number), body, **JSON)
    assert answer.status_code == 400 and "does not take it" in answer.json()["detail"]


def test_a_batch_is_moved_over_the_api(sign_in: Any) -> None:
    (number,) = places.batch()
    sam = sign_in("sam")
    assert (
        sam.post(f"/api/v1/batches/{number}/transitions/", {"name": "start"}, **JSON).json()["status"] == "in_process"
    )
    reject = sam.post(f"/api/v1/batches/{number}/transitions/", {"name": "reject"}, **JSON)
    assert reject.status_code == 409 and "needs a reason" in reject.json()["detail"]


def test_agreements_are_filtered_and_ended(sign_in: Any) -> None:
    sam = sign_in("sam")
    expiring = sam.get("/api/v1/agreements/?state=expiring").json()["results"]
    assert {row["reference"] for row in expiring} == {"NG-MSA-003"}
    (number,) = places.agreement()
    body = {"ended_date": "2001-01-01", "reason": "x"}
    early = sam.post(f"/api/v1/agreements/{number}/end/", body, **JSON)
    assert early.status_code == 400 and "came into force" in early.json()["detail"]


def test_an_import_goes_from_file_to_rows_over_the_api(sign_in: Any) -> None:
    sam = sign_in("sam")
    file = SimpleUploadedFile("cmos.csv", b"CMO name,Country\nApi Pharma,CH\nBad,Nowhere\n")
    run = sam.post("/api/v1/cmo-imports/", {"file": file})
    assert run.status_code == 201 and run.json()["status"] == "preview"
    base = f"/api/v1/cmo-imports/{run.json()['number']}"
    (refused,) = sam.get(f"{base}/rows/?outcome=refused").json()
    assert (refused["row"], refused["column"], refused["cells"]) == (3, "Country", ["Bad", "Nowhere"])
    done = sam.post(f"{base}/confirm/").json()
    assert (done["status"], done["added"], done["refused"]) == ("done", 1, 1)
    assert Vendor.objects.filter(name="Api Pharma").exists()
    assert sam.post(f"{base}/confirm/").status_code == 409
    bad = sam.post("/api/v1/cmo-imports/", {"file": SimpleUploadedFile("x.csv", b"Colour\nred\n")})
    assert bad.status_code == 400 and "none of the known kinds" in bad.json()["detail"]
