"""CMOs are invited over the API as on the pages: the same refusals, and never the mail's address."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from cmo_portal.records.actors import SETUP
from cmo_portal.records.trail import write_many
from communications.notices.tasks import mail_joining
from tests.supply.makers import make_vendor
from vendors.registry.actions import retire
from vendors.registry.cmo_invitations import CmoInvitation
from vendors.registry.joining_actions import accept_as_new
from vendors.registry.models import Vendor

pytestmark = pytest.mark.django_db
URL = "/api/v1/cmo-invitations/"
WORDS = {"company": "Novum Fill GmbH", "country": "DE", "name": "Nele Novum", "password": "quiet-river-seven"}


@pytest.fixture
def vendor(cast: Any) -> Vendor:
    return make_vendor(cast.sam, "Novum")


def post(client: Any, url: str, body: Any = None) -> Any:
    return client.post(url, body or {}, content_type="application/json")


def asking_for(vendor: Vendor, email: str = "nele@novum.example") -> dict[str, str]:
    return {"cmo": vendor.number, "email": email, "name": "Nele"}


@pytest.mark.parametrize("who", ["sam", "ada"])
def test_a_cmo_is_invited_and_read(vendor: Vendor, sign_in: Any, who: str) -> None:
    """Also by the administrator, who opens no CMO otherwise."""
    client = sign_in(who)
    made = post(client, URL, asking_for(vendor, "Nele@Novum.example"))
    assert made.status_code == 201
    row = made.json()
    assert (row["cmo"], row["cmo_name"], row["email"]) == (vendor.number, "Novum", "nele@novum.example")
    assert (row["status"], row["delivered_at"]) == ("open", None)
    assert client.get(f"{URL}{row['number']}/").json() == row
    assert client.get(f"{URL}?cmo={vendor.number}&status=open").json()["results"] == [row]
    assert client.get(f"{URL}?cmo={vendor.number}&status=accepted").json()["results"] == []
    mail_joining(row["number"])
    assert mail.outbox[0].to == ["nele@novum.example"]
    assert client.get(f"{URL}{row['number']}/").json()["delivered_at"]


def test_no_answer_holds_what_opens_the_invitation(vendor: Vendor, sign_in: Any) -> None:
    client = sign_in("sam")
    made = post(client, URL, asking_for(vendor))
    here = f"{URL}{made.json()['number']}/"
    answers = [made, client.get(URL), client.get(here), post(client, f"{here}resend/")]
    invitation = CmoInvitation.objects.select_related("vendor__sponsor").get(vendor=vendor)
    for answer in answers:
        assert invitation.nonce not in answer.content.decode() and invitation.token() not in answer.content.decode()


def test_an_invitation_is_sent_again_and_withdrawn(vendor: Vendor, sign_in: Any) -> None:
    client = sign_in("sam")
    first = post(client, URL, asking_for(vendor)).json()
    here, before = f"{URL}{first['number']}/", CmoInvitation.objects.get(vendor=vendor).nonce
    with time_machine.travel(timezone.now() + timezone.timedelta(minutes=5)):
        again = post(client, f"{here}resend/")
    assert (again.status_code, again.json()["status"]) == (200, "open")
    assert again.json()["expires_at"] > first["expires_at"]
    assert CmoInvitation.objects.get(vendor=vendor).nonce != before
    assert post(client, f"{here}withdraw/").json()["status"] == "withdrawn"
    for act, sentence in (("resend", "This invitation is closed"), ("withdraw", "closed already")):
        refused = post(client, f"{here}{act}/")
        assert refused.status_code == 409 and sentence in refused.json()["detail"]
        assert refused.headers["content-type"] == "application/problem+json"
    assert post(client, URL, asking_for(vendor)).status_code == 201


def test_a_cmo_that_cannot_be_invited_now(cast: Any, vendor: Vendor, sign_in: Any) -> None:
    client = sign_in("sam")

    def refused(sentence: str) -> None:
        answer = post(client, URL, asking_for(vendor))
        assert answer.status_code == 409 and sentence in answer.json()["detail"]

    assert post(client, URL, asking_for(vendor)).status_code == 201
    refused("invited already")
    invitation = CmoInvitation.objects.select_related("vendor__sponsor").get(vendor=vendor)
    accept_as_new(invitation, **WORDS)
    refused("has joined already")
    assert post(client, f"{URL}{invitation.number}/withdraw/").status_code == 409
    vendor = make_vendor(cast.sam, "Closed Works")
    retire(vendor, by=SETUP, reason="Closed")
    refused("is retired")


def test_what_is_wrong_stands_with_its_field(cast: Any, vendor: Vendor, sign_in: Any) -> None:
    client, foreign = sign_in("sam"), make_vendor(cast.otto, "Otterwerk")
    cases = {
        "email": [asking_for(vendor, "nobody"), asking_for(vendor, cast.eva.email)],
        "name": [asking_for(vendor) | {"name": ""}],
        "cmo": [asking_for(foreign), {"email": "a@novum.example", "name": "A"}],
    }
    for field, bodies in cases.items():
        for body in bodies:
            answer = post(client, URL, body)
            assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert not CmoInvitation.objects.exists()


def test_the_list_costs_the_same_at_3_and_at_300(cast: Any, sign_in: Any, query_count: Any, settings: Any) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}  # of the throttle
    client, now = sign_in("sam"), timezone.now()
    client.get(URL)
    for count in (3, 300):
        vendors = [Vendor(sponsor=cast.sam.company, name=f"Aa {count} {n:04}") for n in range(count)]
        write_many(vendors, by=SETUP, action="cmo.add")
        sent = [CmoInvitation(vendor=v, email="a@a.example", name="A", nonce="x", expires_at=now) for v in vendors]
        write_many(sent, by=SETUP, action="joining.send")
        query_count("supply", "api-cmo-invitations", partial(client.get, f"{URL}?page_size=100"))
