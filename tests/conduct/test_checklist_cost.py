"""Checklist pages, the screen's data and sending cost the same for three questions and for three hundred."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from audits.conduct import template_actions
from audits.conduct.models import ChecklistItem, ChecklistTemplate, ScribeNote, TemplateQuestion
from cmo_portal.records.trail import write_many
from tests.conduct.makers import answering, begun_audit, send, thing, url
from tests.conduct.test_sync import PIXEL

pytestmark = pytest.mark.django_db
WORDS = {"system": "quality", "topic": "Cost", "question": "Is it?"}


@pytest.mark.parametrize("count", [3, 300])
def test_pages_and_sending_cost_the_same_at_3_and_at_300(
    count: int, cast: Any, sign_in: Any, query_count: Any, settings: Any
) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}  # of the throttle
    leo, audit = cast.leo, begun_audit(cast)
    company = leo.company
    lists = [ChecklistTemplate(sponsor=company, name=f"Cost {n}") for n in range(count)]
    write_many(lists, by=leo, action="test")
    asked = [TemplateQuestion(template=lists[0], code=f"C-{n}", position=n, **WORDS) for n in range(count)]
    write_many(asked, by=leo, action="test")
    template_actions.move_template(lists[0], "publish", by=leo)
    given = {"answer": "yes", "answered_by": leo, "answered_at": timezone.now()}
    items = [ChecklistItem(audit=audit, code=f"C-{n}", position=n, **WORDS, **given) for n in range(count)]
    write_many(items, by=leo, action="test")
    notes = [ScribeNote(audit=audit, item=i, author=leo, noted_at=timezone.now(), text="Cost") for i in items]
    write_many(notes, by=leo, action="test")
    client = sign_in("leo")
    client.get("/")
    addresses = {
        "template-list": url("template-list"),
        "template-detail": url("template-detail", lists[0].number),
        "library": url("library"),
        "audit-checklist": url("audit-checklist", audit.number),
        "item-detail": url("item-detail", items[0].number),
        "note-detail": url("note-detail", notes[0].number),
        "conduct": url("conduct", audit.number),
        "conduct-data": url("conduct-data", audit.number),
        "api-checklist-templates": "/api/v1/checklist-templates/?page_size=100",
        "api-checklist-questions": f"/api/v1/checklist-templates/{lists[0].number}/questions/",
        "api-checklist-items": f"/api/v1/checklist-items/?audit={audit.number}&page_size=100",
        "api-scribe-notes": f"/api/v1/scribe-notes/?audit={audit.number}&page_size=100",
    }
    for name, address in addresses.items():
        assert query_count("checklists", name, partial(client.get, address)).status_code == 200
    sent = {
        "send-answer": partial(send, client, audit, answering(leo, items[1], "no", "Cost.")),
        "send-note": partial(send, client, audit, thing(leo, "note", item=items[1].number, text="Cost.")),
        "send-photo": partial(
            send, client, audit, thing(leo, "photo", item=items[1].number), SimpleUploadedFile("c.png", PIXEL)
        ),
        "send-stale-answer": partial(send, client, audit, answering(leo, ChecklistItem(number=items[1].number), "yes")),
    }
    for name, act in sent.items():
        assert query_count("checklists", name, act).status_code == (409 if "stale" in name else 200)
    query_count("checklists", "put-a-checklist", partial(put, client, audit, lists[0]))


def put(client: Any, audit: Any, template: Any) -> None:
    reply = client.post(url("checklist-put", audit.number), {"template": template.number})
    assert reply.status_code == 302
