"""Nothing is added to or changed at the sites of a CMO that its sponsor has retired."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from vendors.registry import site_actions
from vendors.registry.actions import retire, revise
from vendors.registry.models import Site

pytestmark = pytest.mark.django_db


def test_a_cmo_promises_nothing_to_a_sponsor_who_retired_it(cast: Any, linz: Site, sign_in: Any) -> None:
    client, link = sign_in("pat"), f"/sites/{linz.number}/certificates/new/"
    assert link in client.get(linz.get_absolute_url()).content.decode()
    retire(linz.vendor, by=cast.sam, reason="The contract ended")
    assert link not in client.get(linz.get_absolute_url()).content.decode()
    sent = {"kind": "gmp", "authority": "AGES", "reference": "R1", "issue_date": "2026-01-01"}
    answer = client.post(link, sent)
    assert answer.status_code == 422 and "The CMO is retired" in answer.content.decode()


def test_a_site_of_a_retired_cmo_does_not_change(cast: Any, linz: Site) -> None:
    retire(linz.vendor, by=cast.sam, reason="The contract ended")
    with pytest.raises(ValidationError, match="The CMO is retired"):
        revise(linz, by=cast.sam, city="Wels")
    with pytest.raises(ValidationError, match="The CMO is retired"):
        site_actions.add_former_fei(linz, by=cast.sam, fei="3001111111")
    assert not linz.certificates.filter(issue_date__gt=date(2026, 11, 26)).exists()
