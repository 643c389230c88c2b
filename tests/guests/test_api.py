"""Links over the API and in search: the pages' actions and sentences, and never a secret."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from communications.guests.models import GuestLink
from communications.guests.vocabulary import LinkState
from tests.guests.makers import MIRIAM, browser, card, door_of, fresh, let_in

pytestmark = pytest.mark.django_db
PATH = "/api/v1/guest-links/"


def test_ask_renew_and_revoke(cast: Any, sign_in: Any) -> None:
    sam, asked = sign_in("sam"), card()
    sent = {
        "about_type": "audits.documentrequest",
        "about_number": asked.number,
        "email": MIRIAM,
        "name": "Miriam Holzer",
    }
    made = sam.post(PATH, sent | {"days": 3})
    assert made.status_code == 201 and made.json()["state"] == "unsent"
    assert not {"secret_digest", "code_digest", "entry_digest"} & set(made.json())
    link = GuestLink.objects.get(number=made.json()["number"])
    assert (link.expires_at - timezone.now()).days == 2
    assert sam.post(PATH, sent).status_code == 400, "this address has a link to this already"
    assert sam.post(PATH, sent | {"about_type": "audits.audit"}).status_code == 400
    assert sam.post(PATH, sent | {"days": 91}).status_code == 400
    first = door_of(link)
    renewed = sam.post(f"{PATH}{link.number}/renew/")
    assert renewed.status_code == 200 and browser().get(first).status_code == 410
    let_in(fresh(link))
    assert [row["state"] for row in sam.get(f"{PATH}?q=miriam&state=open").json()["results"]].count("opened") == 1
    assert "Miriam Holzer" in sam.get("/search/?q=Miriam").content.decode()
    assert sam.post(f"{PATH}{link.number}/revoke/", {}).status_code == 400
    over = sam.post(f"{PATH}{link.number}/revoke/", {"reason": "Sent to the wrong person"})
    assert over.status_code == 200 and over.json()["state"] == "revoked"
    assert sam.post(f"{PATH}{link.number}/renew/").status_code == 409
    assert sam.post(f"{PATH}{link.number}/revoke/", {"reason": "Again"}).status_code == 409
    listed = sam.get("/links/?state=revoked").content.decode()
    assert (
        MIRIAM in listed
        and "Nobody was asked" not in listed
        and MIRIAM not in sam.get("/links/?state=open").content.decode().replace("miriam.holzer", "")
    )
    shown = sam.get(f"/links/{link.number}/").content.decode()
    assert "Sent to the wrong person" in shown and "came in with the code" in shown
    assert fresh(link).state(timezone.now()) == LinkState.REVOKED
    page = sam.get(f"/links/for/document-request/{asked.number}/").content.decode()
    assert "Revoked" in page and "Send the link" in page
    assert sam.get("/links/for/selection/SEL-2026-ZZZZZ/").status_code == 404
