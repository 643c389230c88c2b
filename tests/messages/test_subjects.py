"""Threads about records: each kind has its button and its page, shared where both read it, hidden with it."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from audits.capa.models import CapaLink
from audits.conduct.models import DocumentRequest
from audits.findings.models import Finding
from communications.messages import actions, subjects
from communications.messages.models import Thread
from tests.findings import places
from tests.updates.makers import posted, site_of
from vendors.registry.supply import Agreement, Batch

pytestmark = pytest.mark.django_db


def address(record: Any) -> str:
    return reverse("communications:record-threads", args=[record.record_type(), record.number])


def records(cast: Any) -> dict[str, Any]:
    """One of each kind: of Northgate and Alpenglow, which reads the first four."""
    issued = Finding.objects.get(number=places.issued()[0])
    both = {"wall_owner": cast.sam.company_id, "wall_partner": cast.pat.company_id, "wall_shared": True}
    return {
        "finding": issued,
        "capa": CapaLink.objects.filter(**both).first(),
        "request": DocumentRequest.objects.filter(**both).first(),
        "update": posted(cast.pat, site_of()),
        "agreement": Agreement.objects.filter(vendor__sponsor=cast.sam.company).first(),
        "batch": Batch.objects.filter(supply__product__sponsor=cast.sam.company).first(),
    }


def test_each_kind_of_record_leads_to_its_threads(cast: Any, sign_in: Any) -> None:
    sam, pat, bea, otto = (sign_in(who) for who in ("sam", "pat", "bea", "otto"))
    for kind, record in records(cast).items():
        theirs = kind not in ("agreement", "batch")
        page = sam.get(record.get_absolute_url()).content.decode()
        assert f'href="{address(record)}"' in page, kind
        assert (f'href="{address(record)}"' in pat.get(record.get_absolute_url()).content.decode()) is theirs, kind
        start = f"{reverse('communications:thread-create')}?type={record.record_type()}&about={record.number}"
        starts = f"?type={record.record_type()}&amp;about={record.number}"
        assert starts in sam.get(address(record)).content.decode(), kind
        sent = sam.post(start, {"subject": f"About the {kind}", "body": "Quincunx.", "readers": "shared"})
        assert sent.status_code == (302 if theirs else 422) or not theirs, kind
        thread = Thread.objects.filter(subject=f"About the {kind}").first()
        if thread is None:
            thread = actions.start_with(by=cast.sam, subject=f"About the {kind}", body="Quincunx.", record=record)
        assert thread.is_shared is theirs, kind
        for client, status in ((sam, 200), (pat, 200 if theirs else 404), (bea, 404), (otto, 404)):
            assert client.get(address(record)).status_code == status, kind
            assert client.get(thread.get_absolute_url()).status_code == status, kind
        if theirs:
            assert f"About the {kind}" in pat.get(address(record)).content.decode()
    assert sam.get("/conversations/accounts.user/X/").status_code == 404


def test_a_thread_is_hidden_with_its_record(cast: Any, sign_in: Any) -> None:
    draft = Finding.objects.get(number=places.draft()[0])
    thread = actions.start_with(by=cast.leo, subject="A draft", body="Quincunx of a draft.", record=draft)
    poll = reverse("communications:thread-since", args=[thread.number])
    for who, status in (("leo", 200), ("eva", 404), ("pat", 404), ("bea", 404)):
        client = sign_in(who)
        for page in (address(draft), thread.get_absolute_url(), f"{poll}?about=audits.finding", poll):
            assert client.get(page).status_code == status, (who, page)
        for page in ("/threads/?q=quincunx", "/search/?q=quincunx", "/api/v1/messages/?search=quincunx", "/"):
            assert (" of a draft." in client.get(page).content.decode()) is (who == "leo"), page
    with pytest.raises(ValueError, match="subject already"):
        subjects.add(subjects.kinds["audits.finding"])
