"""Time limits over the API: the pages' numbers, rights and refusals; a CMO finds nothing."""

from __future__ import annotations

from typing import Any

import pytest

from audits.programme.limits import LIMITS, limits_of
from audits.programme.steering import AgreementLimits, AuditLimits
from cmo_portal.records.trail import TrailEvent
from tests.supply import places

pytestmark = pytest.mark.django_db
OWN, AGREED = "/api/v1/audit-limits/", "/api/v1/agreement-limits/"


class Sender:
    """One person's programs."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def post(self, path: str, **body: Any) -> Any:
        return self.client.post(path, body, content_type="application/json")

    def patch(self, path: str, **body: Any) -> Any:
        return self.client.patch(path, body, content_type="application/json")


@pytest.fixture
def sam(sign_in: Any) -> Sender:
    return Sender(sign_in("sam"))


def test_numbers_are_set_first_then_changed_with_the_version_that_was_read(sam: Sender, cast: Any) -> None:
    assert sam.client.get(OWN).json()["results"] == []
    made = sam.post(OWN, values={"report_days": 21, "response_critical_days": 5}, reason="Our procedure 12")
    assert made.status_code == 201 and made.json()["values"] == {"report_days": 21, "response_critical_days": 5}
    assert limits_of(cast.sam.company)["report_days"] == 21
    one = f"{OWN}{made.json()['number']}/"
    changed = sam.patch(one, values={"response_critical_days": None}, reason="As any", version=made.json()["version"])
    assert changed.status_code == 200 and changed.json()["values"] == {"report_days": 21}
    late = sam.patch(one, values={"report_days": 25}, reason="Longer", version=made.json()["version"])
    assert late.status_code == 409 and AuditLimits.objects.get().values == {"report_days": 21}
    events = TrailEvent.objects.filter(record_number=made.json()["number"]).order_by("pk")
    assert [event.reason for event in events] == ["Our procedure 12", "As any"]


def test_who_sets_first_overwrites_no_colleague(sam: Sender) -> None:
    sam.post(OWN, values={"report_days": 21}, reason="Ours")
    assert sam.post(OWN, values={"report_days": 28}, reason="Mine").status_code == 409
    agreement = places.agreement()[0]
    body: dict[str, Any] = {"agreement": agreement, "reason": "Section 7"}
    assert sam.post(AGREED, values={"report_days": 20}, **body).status_code == 201
    assert sam.post(AGREED, values={"report_days": 10}, **body).status_code == 409


def test_an_agreement_says_its_own_and_stays_with_them(sam: Sender) -> None:
    agreement = places.agreement()[0]
    made = sam.post(AGREED, agreement=agreement, values={"response_days": 10}, reason="Section 7").json()
    assert (made["agreement"], made["values"]) == (agreement, {"response_days": 10}) and "holds" in made
    one = f"{AGREED}{made['number']}/"
    amended = sam.patch(one, values={"response_days": 12}, reason="Amended", version=made["version"]).json()
    assert amended["values"] == {"response_days": 12}
    sent = {"agreement": "AGR-2026-00000", "values": {"response_days": 9}, "reason": "x", "version": amended["version"]}
    moved = sam.patch(one, **sent)
    assert moved.status_code == 400 and "stay with their agreement" in moved.content.decode()
    assert AgreementLimits.objects.get(number=made["number"]).values == {"response_days": 12}


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"report_days": 0}, "Give a number from 1 to 120."),
        ({"unknown": 3}, "There is no limit of this name."),
        ({"report_days": "soon"}, "valid integer"),
        ("soon", "dictionary"),
    ],
)
def test_bad_numbers_get_a_sentence(values: Any, sentence: str, sam: Sender) -> None:
    for address, more in ((OWN, {}), (AGREED, {"agreement": places.agreement()[0]})):
        answer = sam.post(address, values=values, reason="x", **more)
        assert answer.status_code == 400 and sentence in answer.content.decode()
    assert not AuditLimits.objects.exists()


def test_a_change_says_why(sam: Sender) -> None:
    answer = sam.post(OWN, values={"report_days": 21})
    assert answer.status_code == 400 and "reason" in answer.json()["errors"]


def test_what_holds_is_told_with_units_ranges_and_sides(sam: Sender, sign_in: Any) -> None:
    sam.post(OWN, values={"report_days": 21}, reason="Ours")
    rows = {row["name"]: row for row in sign_in("ines").get(f"{OWN}in-force/").json()}
    assert set(rows) == set(LIMITS)
    assert (rows["report_days"]["number"], rows["report_days"]["default"], rows["report_days"]["side"]) == (
        21, 30, "sponsor",
    )  # fmt: skip


@pytest.mark.parametrize("name", ["quinn", "ines"])
def test_who_only_reads_sets_nothing(name: str, sign_in: Any) -> None:
    reader = Sender(sign_in(name))
    assert reader.post(OWN, values={"report_days": 21}, reason="x").status_code == 403
    assert not AuditLimits.objects.exists()


def test_another_sponsor_and_a_cmo_find_none(sam: Sender, sign_in: Any) -> None:
    number = sam.post(OWN, values={"report_days": 21}, reason="Ours").json()["number"]
    assert sign_in("otto").get(f"{OWN}{number}/").status_code == 404
    for address in (OWN, AGREED, f"{OWN}{number}/", f"{OWN}in-force/"):
        assert sign_in("pat").get(address).status_code == 404
