"""Who lacks a right is told so; who could never hold it learns nothing, not even whether there is such a record."""

from __future__ import annotations

import re
from typing import Any

import pytest

from vendors.registry.models import Vendor

pytestmark = pytest.mark.django_db
NOWHERE = "CMO-2026-ZZZZZ"


def alpenglow(cast: Any) -> Vendor:
    found: Vendor = Vendor.objects.get(name__startswith="Alpenglow", sponsor=cast.sam.company)
    return found


def as_read(answer: Any) -> str:
    """The page without the random token of its forms."""
    return re.sub(r'="\w{64}"', "", answer.content.decode())


@pytest.mark.parametrize("address", ["/cmos/{}/", "/cmos/{}/agreements/", "/cmos/{}/edit/", "/api/v1/agreements/{}/"])
def test_a_partner_cannot_tell_a_sponsors_page_from_none(cast: Any, sign_in: Any, address: str) -> None:
    client = sign_in("pat")
    there = client.get(address.format(alpenglow(cast).number))
    nowhere, absent = client.get(address.format(NOWHERE)), client.get("/no-such-page/")
    assert (there.status_code, nowhere.status_code, absent.status_code) == (404, 404, 404)
    assert as_read(there) == as_read(nowhere)


def test_a_colleague_without_the_right_is_told_so(cast: Any, sign_in: Any) -> None:
    number = alpenglow(cast).number
    assert sign_in("eva").get(f"/cmos/{number}/edit/").status_code == 403
    assert sign_in("eva").patch(f"/api/v1/vendors/{number}/").status_code == 403


def test_a_partner_without_a_right_that_its_colleague_holds_is_told_so(sign_in: Any) -> None:
    assert sign_in("pat").get("/people/invite/").status_code == 403
    assert sign_in("uwe").get("/people/invite/").status_code == 200
