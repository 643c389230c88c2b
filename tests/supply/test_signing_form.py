"""The signing form asks for exactly what the signer has set up, and refuses at the field that was wrong."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.urls import reverse

from cmo_portal.records.signing import Signature
from tests.supply import places
from tests.supply.makers import make_vendor
from vendors.registry.agreement_actions import add_agreement, end_agreement
from vendors.registry.supply import Qualification, cda_in_force

pytestmark = pytest.mark.django_db
PASSWORD = "Demo-portal-2026"


@pytest.fixture
def secret(cast: Any) -> str:
    made = totp.generate_totp_secret()
    totp.TOTP.activate(cast.quinn, made)
    return made


def code_now(secret: str) -> str:
    counter = next(iter(totp.yield_hotp_counters_from_time()))
    return str(totp.format_hotp_value(totp.hotp_value(secret, counter)))


def test_somebody_with_an_authenticator_signs_with_password_and_code(secret: str, sign_in: Any) -> None:
    (number,) = places.pending()
    address = reverse("vendors:qualification-move", args=[number, "approve"])
    quinn = sign_in("quinn")
    assert "Code of your authenticator" in quinn.get(address).content.decode()
    without = quinn.post(address, {"password": PASSWORD})
    assert without.status_code == 422
    wrong = quinn.post(address, {"password": PASSWORD, "code": "000000"})
    assert wrong.status_code == 422 and 'id="id_code_error"' in wrong.content.decode()
    assert 'id="id_password_error"' not in wrong.content.decode()
    assert not Signature.objects.filter(record_number=number).exists()
    assert quinn.post(address, {"password": PASSWORD, "code": code_now(secret)}).status_code == 302
    assert Qualification.objects.get(number=number).status == "approved"


def test_guessing_the_password_is_stopped_after_five_tries(sign_in: Any) -> None:
    (number,) = places.pending()
    address = reverse("vendors:qualification-move", args=[number, "approve"])
    quinn = sign_in("quinn")
    for _ in range(5):
        quinn.post(address, {"password": "guess"})
    answer = quinn.post(address, {"password": PASSWORD})
    assert answer.status_code == 422 and "Too many wrong tries" in answer.content.decode()


def test_a_cda_stands_from_its_first_day_to_its_last_and_not_after_an_early_end(cast: Any) -> None:
    vendor = make_vendor(cast.sam, "Dateless")
    first, last = date(2024, 3, 1), date(2025, 2, 28)
    facts = {"kind": "cda", "title": "CDA", "parties": "Both", "signed_date": first}
    agreement = add_agreement(vendor, by=cast.sam, effective_date=first, expires_date=last, **facts)
    day = timedelta(days=1)
    assert [cda_in_force(vendor, when) for when in (first - day, first, last, last + day)] == [False, True, True, False]
    end_agreement(agreement, by=cast.sam, ended_date=date(2024, 6, 1), reason="Project stopped")
    assert cda_in_force(vendor, date(2024, 5, 31)) and not cda_in_force(vendor, date(2024, 6, 1))


def test_another_kind_of_agreement_is_no_cda(cast: Any) -> None:
    vendor = make_vendor(cast.sam, "Msaless")
    first = date(2024, 3, 1)
    add_agreement(vendor, by=cast.sam, kind="msa", title="M", parties="x", signed_date=first, effective_date=first)
    assert not cda_in_force(vendor, date(2024, 4, 1))
