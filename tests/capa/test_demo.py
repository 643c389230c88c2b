"""The demo shows a CAPA in every state, and the walls between the two sponsors stand in it too."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from audits.capa.models import Capa, CapaLink, Extension, OwnLink, ResponseDraft
from audits.programme.demo import audit
from audits.programme.steering import AuditTrigger
from cmo_portal.records.deadlines import DueItem

pytestmark = pytest.mark.django_db


def test_the_demo_has_a_capa_in_every_state() -> None:
    rows = CapaLink.objects.values_list("response_status", "status")
    assert {response for response, _ in rows} == {"due", "submitted", "returned", "accepted"}
    assert {status for response, status in rows if response == "accepted"} == {
        *("proposed", "date_agreed", "implementing", "implemented", "effectiveness_due", "effective"),
        *("not_effective", "closed"),
    }
    assert Extension.objects.filter(status="requested").exists() and ResponseDraft.objects.exists()
    assert AuditTrigger.objects.filter(kind="overdue_capa").exists()


def test_a_cmo_that_has_not_joined_has_a_recorded_answer_and_one_that_waits() -> None:
    links = CapaLink.objects.with_places().filter(finding__audit=audit("absent")).order_by("finding__label")
    assert [(link.has_joined, link.response_status, link.status) for link in links] == [
        (False, "accepted", "date_agreed"),
        (False, "due", "proposed"),
    ]
    response = links[0].responses.get()
    assert response.is_recorded_by_sponsor and response.author_name == "Livia Bonfanti"


def test_a_critical_finding_waits_for_its_containment_by_the_hour(sign_in: Any) -> None:
    link = CapaLink.objects.with_places().get(contain_at__isnull=False, contained_at=None)
    assert (link.finding.audit, link.finding.classification) == (audit("absent"), "critical")
    assert timezone.now() < link.contain_at <= timezone.now() + timedelta(hours=72)
    item = DueItem.objects.get(kind="finding.contain", is_open=True)
    assert (item.record_number, item.due_at, item.is_urgent) == (link.number, link.contain_at, True)
    desk = sign_in("leo").get(reverse("communications:deadline-list") + "?q=containment").content.decode()
    assert f"Containment of {link.finding.label}" in desk


def test_the_oldest_audit_is_closed_with_its_capas() -> None:
    closed = audit("closed")
    assert closed.status == "closed"
    assert set(CapaLink.objects.filter(finding__audit=closed).values_list("status", flat=True)) == {"closed"}


def test_one_capa_of_alpenglow_answers_both_sponsors_unknown_to_either(cast: Any) -> None:
    capa = Capa.objects.get()
    owners = OwnLink.objects.filter(capa=capa).values_list("link__wall_owner", flat=True)
    assert set(owners) == {cast.sam.company_id, cast.otto.company_id}
    for person in (cast.sam, cast.otto):
        assert not Capa.objects.visible_to(person).exists() and not OwnLink.objects.visible_to(person).exists()
