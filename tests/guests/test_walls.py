"""For a guest there is one thing: no other page, file, API or search, and on PostgreSQL no other row."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from audits.conduct.models import AgendaItem, DocumentRequest
from audits.programme.models import Audit
from cmo_portal.accounts.models import Company, User
from cmo_portal.records.attachments import Attachment, attach
from cmo_portal.records.context import acting_as
from cmo_portal.records.scope import Walled
from cmo_portal.records.trail import TrailEvent, note
from communications.guests import entering
from communications.guests.models import GuestLink
from tests.guests.makers import acts, card, fresh, inside, let_in, made, text
from tests.house.test_gate import as_read
from tests.house.test_matrix import ROWS
from vendors.registry.models import Site, Vendor

pytestmark = pytest.mark.django_db
OTHER = "Index of procedures"


def test_a_link_opens_one_thing_and_nothing_beside_it(cast: Any) -> None:
    mine, theirs = made(cast, card()), made(cast, card(OTHER), email="b@alpenglow.example", name="Ben Ott")
    other_file = attach(card(OTHER), text("other.txt"), by=cast.leo)
    visitor = let_in(mine)
    value = visitor.cookies["cmo_visit"].value
    nowhere = visitor.get("/by-link/LNK-2026-ZZZZZ/")
    for path in (inside(theirs), f"{inside(theirs)}receipt/", f"{inside(theirs)}files/{other_file.number}/"):
        carried = Client(headers={"cookie": f"cmo_visit={value}"}).get(path)
        assert carried.status_code == 410 and as_read(carried) == as_read(nowhere), path
    assert visitor.get(f"{inside(mine)}files/{other_file.number}/").status_code == 404
    assert visitor.get(f"{inside(mine)}files/ZZZZZZZZZZZZZZZZ/").status_code == 404
    swapped = value.replace(mine.number, theirs.number)
    assert Client(headers={"cookie": f"cmo_visit={swapped}"}).get(inside(theirs)).status_code == 410


def test_the_cookie_of_a_visit_is_nobody_at_every_other_address(cast: Any) -> None:
    """Even where a browser would send it, which its path forbids: each answers as it does to a stranger."""
    link = made(cast, card())
    value = let_in(link).cookies["cmo_visit"].value
    guest, asked = Client(headers={"cookie": f"cmo_visit={value}"}), card()
    pages = [
        reverse(row.url_name) for row in ROWS if row.method == "get" and row.args is list and row.answers[""] != 200
    ]
    pages += [asked.get_absolute_url(), asked.audit.get_absolute_url(), f"/links/for/document-request/{asked.number}/"]
    pages += ["/search/?q=Validation", f"/api/v1/document-requests/{asked.number}/", f"/links/{link.number}/"]
    for url in pages:
        assert guest.get(url).status_code in (302, 401, 404), url
    assert len(pages) > 60


@pytest.mark.parametrize("who", ["otto", "bea", "pat"])
def test_whom_a_company_asks_is_its_own_business(who: str, cast: Any, sign_in: Any) -> None:
    link = made(cast, card())
    client, person = sign_in(who), getattr(cast, who)
    for path in (f"/links/{link.number}/", f"/links/{link.number}/revoke/", f"/api/v1/guest-links/{link.number}/"):
        assert client.get(path).status_code == 404
    for path in ("/links/", "/links/?q=Miriam", "/search/?q=Miriam Holzer", "/api/v1/guest-links/?q=Miriam"):
        if who == "pat" and path == "/links/":
            continue
        assert link.number not in client.get(path).content.decode()
    assert client.post(f"/links/{link.number}/renew/").status_code == 404
    if who != "pat":
        item = f"/links/for/document-request/{link.about_number}/"
        assert client.get(item).status_code == 404 and client.post(item, {"email": "x@y.example"}).status_code == 404
        sent = {"about_type": link.about_type, "about_number": link.about_number, "email": "x@y.example", "name": "X"}
        absent = client.post("/api/v1/guest-links/", sent | {"about_number": "REQ-2026-ZZZZZ"})
        refused = client.post("/api/v1/guest-links/", sent)
        assert refused.status_code == 400 and refused.json() == absent.json()
    with acting_as(person):
        assert not GuestLink.objects.visible_to(person).filter(pk=link.pk).exists()


def named(guest: Any) -> dict[type[Any], set[str]]:
    """What the guest of a document request may read, by model, as this test says it."""
    asked = card()
    vendor = asked.audit.site.vendor
    companies = {each.number for each in (vendor.sponsor, vendor.company) if each}
    return {
        DocumentRequest: {asked.number},
        Audit: {asked.audit.number},
        Site: {asked.audit.site.number},
        Vendor: {vendor.number},
        Company: companies,
        GuestLink: {guest.ref.removeprefix("guest:")},
    }


def test_in_every_table_a_guest_sees_what_is_named_and_nothing_else(cast: Any) -> None:
    asked, link = card(), made(cast, card())
    shared = attach(asked, text("a.txt"), by=cast.leo)
    attach(asked, text("b.txt"), by=cast.leo, shared=False)
    attach(card(OTHER), text("c.txt"), by=cast.leo)
    guest = entering.guest_at(link)
    note(asked, by=guest, action="guest_link.enter_link")
    wanted = named(guest)
    for model in (m for m in apps.get_models() if issubclass(m, Walled)):
        scoped: Any = model.objects.visible_to(guest)  # type: ignore[attr-defined]
        bare: Any = model._base_manager.all()
        with acting_as(guest):
            for rows in [scoped, bare] if connection.vendor == "postgresql" else [scoped]:
                if model is Attachment:
                    assert [each.number for each in rows] == [shared.number]
                elif model is TrailEvent:
                    assert {each.actor_ref for each in rows} == {guest.ref}, "a guest reads its own acts"
                elif model._meta.label == "records.DueItem":
                    assert {each.record_number for each in rows} == {asked.number}
                else:
                    assert {each.number for each in rows} == wanted.get(model, set()), model


@pytest.mark.postgres
@pytest.mark.parametrize(
    "statement",
    [
        "update audits_audit set purpose = 'x'",
        "update vendors_site set name = 'x'",
        "update vendors_vendor set name = 'x'",
        "update accounts_company set name = 'x'",
        "insert into records_trailevent (record_type, record_number, seq, at, actor_ref, actor_name, action, body,"
        " salt, sealed, hash, wall_shared) values ('x','x',1,now(),'USR-1','x','x','{}','','','x',false)",
    ],
)
def test_what_a_guest_may_read_it_may_not_therefore_write(statement: str, cast: Any) -> None:
    guest = entering.guest_at(made(cast, card()))
    with pytest.raises(DatabaseError), transaction.atomic(), acting_as(guest), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.postgres
def test_what_a_guest_writes_ends_at_its_own_rows(cast: Any) -> None:
    guest = entering.guest_at(made(cast, card()))
    with acting_as(guest), connection.cursor() as cursor:
        for statement, rows in (
            ("update audits_documentrequest set details = details", 1),
            ("update communications_guestlink set uses = uses", 1),
            ("update audits_agendaitem set topic = 'x'", 0),
            ("update accounts_user set name = 'x'", 0),
        ):
            cursor.execute(statement)
            assert cursor.rowcount == rows, statement
    other = card(OTHER)
    with pytest.raises(DatabaseError), transaction.atomic(), acting_as(guest):
        attach(other, text("c.txt"), by=guest)
    assert AgendaItem.objects.exclude(topic="x").exists() and User.objects.exclude(name="x").exists()


def test_no_secret_is_stored_told_or_trailed(cast: Any, sign_in: Any) -> None:
    link = made(cast, card())
    visitor = let_in(link)
    value = visitor.cookies["cmo_visit"].value
    stored = fresh(link)
    secrets = {stored.secret_digest, stored.entry_digest, value.split(":")[1]}
    assert stored.code_digest == "" and len(secrets) == 3
    told = "".join(TrailEvent.objects.filter(record_number=link.number).values_list("body", flat=True))
    told += sign_in("sam").get(f"/api/v1/guest-links/{link.number}/").content.decode()
    told += sign_in("sam").get(f"/links/{link.number}/").content.decode()
    assert not any(secret in told for secret in secrets) and acts(link)
