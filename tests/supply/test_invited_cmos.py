"""A sponsor invites a CMO as a company; its first person or its administrator accepts; the sponsor sees the same."""

from __future__ import annotations

import re
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from cmo_portal.accounts.actions import create_person, resend, withdraw
from cmo_portal.accounts.models import Company, User
from cmo_portal.records.actors import SETUP
from cmo_portal.records.trail import TrailEvent, write_many
from cmo_portal.records.workflow import WrongState
from communications.notices.tasks import mail_joining
from tests.supply.makers import make_site, make_vendor
from vendors.registry.cmo_invitations import CmoInvitation
from vendors.registry.joining_actions import accept_as_new, accept_for_company, invite_cmo
from vendors.registry.models import Site, Vendor

pytestmark = pytest.mark.django_db
WORDS = {"company": "Novum Fill GmbH", "country": "DE", "name": "Nele Novum", "password": "quiet-river-seven"}


@pytest.fixture
def vendor(cast: Any) -> Vendor:
    return make_vendor(cast.sam, "Novum")


def invited(vendor: Vendor, by: User, email: str = "nele@novum.example") -> CmoInvitation:
    invite_cmo(vendor, email=email, name="Nele", by=by)
    return CmoInvitation.objects.select_related("vendor__sponsor").get(vendor=vendor, status="open")


def opens(invitation: CmoInvitation) -> str:
    return f"/invitations/cmo/{invitation.token()}/"


def test_the_first_person_makes_the_company_and_administers_it(cast: Any, vendor: Vendor, sign_in: Any) -> None:
    site = make_site(vendor, cast.sam)
    client, stranger = sign_in("sam"), sign_in("")
    page = f"/cmos/{vendor.number}/invite/"
    assert page in client.get(vendor.get_absolute_url()).content.decode()
    assert client.post(page, {"email": "Nele@novum.example", "name": "Nele"}).status_code == 302
    invitation = CmoInvitation.objects.get(vendor=vendor)
    assert "Northgate Biopharma invites your company" in stranger.get(opens(invitation)).content.decode()
    assert stranger.post(opens(invitation), WORDS).status_code == 302
    person = User.objects.get(email="nele@novum.example")
    assert person.role_names == ("partner_admin",) and person.company_name == "Novum Fill GmbH"
    assert Site.objects.visible_to(person).get() == site
    assert stranger.login(email=person.email, password="quiet-river-seven")
    assert stranger.get(site.get_absolute_url()).status_code == 200
    assert stranger.get(opens(invitation)).status_code == 410
    text = client.get(page).content.decode()
    assert "Accepted" in text and "It has joined the portal" in text and "Send the invitation" not in text


def colleague(of: User, name: str, role: str) -> User:
    email = f"{name}@{of.email.partition('@')[2]}"
    return create_person(of.company, email=email, name=name, password="quiet-river-seven", roles=[role], by=SETUP)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="cmo_portal.accounts.backend.Backend")
    return client


@pytest.fixture
def manager(cast: Any) -> User:
    """Of Otter, which works with Alpenglow, but not yet with Baltic."""
    return colleague(cast.otto, "olga", "cmo_manager")


@pytest.fixture
def admin(cast: Any) -> User:
    return colleague(cast.bea, "boris", "partner_admin")


def test_an_administrator_accepts_for_the_company_that_is_there(manager: User, admin: User) -> None:
    companies = Company.objects.count()
    vendor = make_vendor(manager, "Baltic as Otter knows it")
    site = make_site(vendor, manager)
    invitation, client = invited(vendor, manager, admin.email), signed_in(admin)
    asked = Client().get(opens(invitation)).content.decode()
    assert f"Sign in as {admin.email}" in asked and "password" not in asked
    assert f"Accept for {admin.company.name}" in client.get(opens(invitation)).content.decode()
    assert client.get(site.get_absolute_url()).status_code == 404
    assert client.post(opens(invitation)).status_code == 302
    assert client.get(site.get_absolute_url()).status_code == 200
    assert Vendor.objects.get(pk=vendor.pk).company == admin.company
    assert Company.objects.count() == companies


def test_the_sponsor_reads_the_same_whether_the_company_was_there_or_not(manager: User, admin: User) -> None:
    """Before it is accepted and after: nothing but the names differs on the page, and the address stands nowhere."""
    pages = []
    for name, email in (("Baltic", admin.email), ("Novum", "nele@novum.example")):
        vendor = make_vendor(manager, name)
        invitation, client = invited(vendor, manager, email), signed_in(manager)
        before = client.get(f"/cmos/{vendor.number}/invite/").content.decode()
        assert invitation.token() not in before and invitation.nonce not in before
        if email == admin.email:
            accept_for_company(invitation, by=admin)
        else:
            accept_as_new(invitation, **WORDS)
        after = client.get(f"/cmos/{vendor.number}/invite/").content.decode()
        words = [re.sub(r'="\w{64}"', "", text) for text in (before, after)]
        for own in (vendor.name, vendor.number, email):
            words = [text.replace(own, "X") for text in words]
        acts = TrailEvent.objects.filter(record_number=vendor.number).order_by("seq").values_list("action", flat=True)
        pages.append([*words, *acts])
    assert pages[0] == pages[1]


@pytest.mark.parametrize(
    ("who", "sentence"),
    [("bea", "Only an administrator"), ("otto", "not one of a CMO"), ("uwe", "went to another address")],
)
def test_nobody_else_accepts(cast: Any, vendor: Vendor, sign_in: Any, who: str, sentence: str) -> None:
    email = "nele@novum.example" if who == "uwe" else getattr(cast, who).email
    invitation = invited(vendor, cast.sam, email)
    answer = sign_in(who).post(opens(invitation))
    assert answer.status_code == 403 and sentence in answer.content.decode()
    assert Vendor.objects.get(pk=vendor.pk).company_id is None


def test_a_company_joins_a_sponsor_once(cast: Any, vendor: Vendor) -> None:
    """Alpenglow works with Northgate as another CMO: the sponsor merges the two first. Alpenglow reads no number."""
    invitation = invited(vendor, cast.sam, cast.uwe.email)
    with pytest.raises(ValidationError, match="cannot be accepted as things stand"):
        accept_for_company(invitation, by=cast.uwe)
    assert CmoInvitation.objects.get(pk=invitation.pk).status == "open"
    assert Vendor.objects.get(pk=vendor.pk).company_id is None


def test_an_address_that_was_resent_withdrawn_used_or_old_opens_nothing(cast: Any, vendor: Vendor) -> None:
    invitation = invited(vendor, cast.sam)
    old = opens(invitation)
    resend(invitation, by=cast.sam)
    assert [Client().get(address).status_code for address in (old, opens(invitation))] == [410, 200]
    with time_machine.travel(timezone.now() + timezone.timedelta(days=15)):
        assert Client().get(opens(invitation)).status_code == 410
        with pytest.raises(ValidationError, match="has ended"):
            accept_as_new(invitation, **WORDS)
    withdraw(invitation, by=cast.sam)
    assert Client().get(opens(invitation)).status_code == 410
    assert Client().post(opens(invitation), WORDS).status_code == 410
    assert not User.objects.filter(email=invitation.email).exists()


def test_two_who_open_the_address_at_once_make_one_company(cast: Any, vendor: Vendor) -> None:
    first, second = (
        invited(vendor, cast.sam),
        CmoInvitation.objects.select_related("vendor__sponsor").get(vendor=vendor),
    )
    accept_as_new(first, **WORDS)
    companies = Company.objects.count()
    with pytest.raises(ValidationError, match="has ended"):
        accept_as_new(second, **WORDS)
    assert Company.objects.count() == companies


def test_a_weak_password_leaves_no_company_behind(cast: Any, vendor: Vendor) -> None:
    invitation = invited(vendor, cast.sam)
    answer = Client().post(opens(invitation), WORDS | {"password": "password"})
    assert answer.status_code == 422 and not Company.objects.filter(name=WORDS["company"]).exists()


def test_who_is_invited_and_who_is_not(cast: Any, vendor: Vendor, manager: User) -> None:
    with pytest.raises(ValidationError, match="colleague"):
        invite_cmo(vendor, email=cast.eva.email, name="Eva", by=cast.sam)
    with pytest.raises(PermissionDenied):
        invite_cmo(vendor, email="x@novum.example", name="X", by=cast.quinn)
    invite_cmo(vendor, email="x@novum.example", name="X", by=cast.ada)
    with pytest.raises(WrongState, match="invited already"):
        invite_cmo(vendor, email="y@novum.example", name="Y", by=cast.sam)
    joined = Vendor.objects.get(sponsor=cast.sam.company, company=cast.pat.company)
    with pytest.raises(WrongState, match="has joined already"):
        invite_cmo(joined, email="y@novum.example", name="Y", by=cast.sam)
    assert signed_in(manager).get(f"/cmos/{vendor.number}/invite/").status_code == 404


def test_an_administrator_finds_the_cmos_to_invite_and_reads_nothing_else(
    vendor: Vendor, sign_in: Any, many: Any, query_count: Any
) -> None:
    client = sign_in("ada")
    assert vendor.name in client.get("/cmos/invitations/").content.decode()
    assert client.get(vendor.get_absolute_url()).status_code == 403
    for count in (3, 300):
        many(count)
        query_count("supply", "joining-list", lambda: client.get("/cmos/invitations/"))


@pytest.fixture
def many(cast: Any) -> Any:
    def make(count: int) -> None:
        rows = [Vendor(sponsor=cast.sam.company, name=f"Aa {count} {n:04}") for n in range(count)]
        write_many(rows, by=SETUP, action="cmo.add")

    return make


def test_the_mail_goes_out_once(cast: Any, vendor: Vendor) -> None:
    invitation = invited(vendor, cast.sam)
    for _ in range(2):
        mail_joining(invitation.number)
    (sent,) = mail.outbox
    assert sent.to == ["nele@novum.example"] and opens(invitation) in str(sent.body)
    assert "Northgate Biopharma invites your company" in sent.subject and vendor.number not in str(sent.body)
    page = signed_in(cast.sam).get(f"/cmos/{vendor.number}/invite/").content.decode()
    assert ">Sent<" in page and "Resend" in page


def test_the_page_resends_and_withdraws(cast: Any, vendor: Vendor, sign_in: Any) -> None:
    invitation, client = invited(vendor, cast.sam), sign_in("sam")
    page = f"/cmos/{vendor.number}/invite/"
    assert "sent again" in client.post(f"{page}resend/", follow=True).content.decode()
    assert CmoInvitation.objects.get(pk=invitation.pk).nonce != invitation.nonce
    text = client.post(f"{page}withdraw/", follow=True).content.decode()
    assert "Withdrawn" in text and "Send the invitation" in text
    assert "no open invitation" in client.post(f"{page}resend/", follow=True).content.decode()
