"""The log over the API: the same actions, a sequence that a reader can follow without a gap, and versions."""

from __future__ import annotations

from typing import Any

import pytest

from communications.messages.models import InternalNote, Message, Thread
from tests.findings import places
from tests.messages.makers import alpenglow, fresh, in_days
from vendors.registry.models import Site

pytestmark = pytest.mark.django_db
THREADS, MESSAGES = "/api/v1/threads/", "/api/v1/messages/"


def send(client: Any, address: str, method: str = "post", **values: Any) -> Any:
    return getattr(client, method)(address, values, content_type="application/json")


def test_a_conversation_over_the_api(cast: Any, sign_in: Any) -> None:
    sam, pat, bea = sign_in("sam"), sign_in("pat"), sign_in("bea")
    site = Site.objects.get(name="Linz Aseptic", vendor=alpenglow(cast))
    about = {"about_type": "vendors.site", "about_number": site.number}
    made = send(sam, THREADS, subject="Probes", body="How many?", ball="them", **about)
    assert made.status_code == 201, made.json()
    number = made.json()["number"]
    assert (made.json()["status"], made.json()["cmo"]) == ("awaiting_cmo", site.vendor.number)
    answered = send(pat, MESSAGES, thread=number, body="32.", ball="them", answer_due_date=in_days(2).isoformat())
    assert answered.status_code == 201, answered.json()
    assert answered.json()["sequence"] == 2 and answered.json()["author_side"] == "partner"
    later = sam.get(f"{MESSAGES}?thread={number}&after=1").json()["results"]
    assert [(row["sequence"], row["body"]) for row in later] == [(2, "32.")]
    assert later[0]["sha256"] == answered.json()["sha256"]
    assert send(bea, MESSAGES, thread=number, body="x").status_code == 400, "no such thread for a competitor"
    assert bea.get(f"{MESSAGES}?thread={number}").json()["results"] == []
    version = sam.get(f"{THREADS}{number}/").json()["version"]
    assert send(sam, f"{THREADS}{number}/", "patch", subject="x").status_code == 400
    assert send(sam, f"{THREADS}{number}/", "patch", subject="x", version=version - 1).status_code == 409
    assert send(sam, f"{THREADS}{number}/", "patch", subject="Probes on LY-3", version=version).status_code == 200
    assert send(sam, f"{THREADS}{number}/transitions/", name="await_sponsor").status_code == 409
    assert send(sam, f"{THREADS}{number}/transitions/", name="resolve").json()["status"] == "resolved"
    assert fresh(Thread.objects.get(number=number)).answer_due_date is None
    own = answered.json()["number"]
    assert send(pat, f"{MESSAGES}{own}/acknowledge/").status_code == 409
    assert send(sam, f"{MESSAGES}{own}/acknowledge/").status_code == 204
    for method in ("put", "patch", "delete"):
        assert send(sam, f"{MESSAGES}{own}/", method, body="x", version=1).status_code == 403, "there is no such act"
    assert Message.objects.get(number=own).body == "32."


def test_notes_and_hidden_records_over_the_api(cast: Any, sign_in: Any) -> None:
    sam, pat = sign_in("sam"), sign_in("pat")
    cmo = alpenglow(cast).number
    number = send(sam, THREADS, subject="Prices", body="Please quote.", cmo=cmo).json()["number"]
    assert send(sam, f"{THREADS}{number}/notes/", body="Not above 12.").status_code == 201
    assert send(pat, f"{THREADS}{number}/notes/", body="Not below 14.").status_code == 201
    assert [row["body"] for row in pat.get(f"{THREADS}{number}/notes/").json()] == ["Not below 14."]
    assert [row["body"] for row in sam.get(f"{THREADS}{number}/notes/").json()] == ["Not above 12."]
    assert InternalNote.objects.filter(thread__number=number).count() == 2
    hidden = {"about_type": "audits.finding", "about_number": places.draft()[0]}
    absent = {"about_type": "audits.finding", "about_number": "ZZZZ"}
    answers = [send(pat, THREADS, subject="x", body="x", **about) for about in (hidden, absent)]
    assert [answer.status_code for answer in answers] == [400, 400]
    assert answers[0].json() == answers[1].json(), "what is hidden answers like what is not there"
    kept = send(sam, THREADS, subject="Ours", body="x", cmo=cmo, is_shared=False).json()
    assert kept["is_shared"] is False and pat.get(f"{THREADS}{kept['number']}/").status_code == 404
