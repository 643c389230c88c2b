"""`seed_scale --audits` makes audits whose days, statuses and CAPAs fit together, always the same, trails and all."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import Count, F
from django.test.utils import CaptureQueriesContext

from audits.capa.models import CapaLink, EffectivenessCheck, Response
from audits.findings.models import Finding
from audits.findings.vocabulary import NEEDS_RESPONSE
from audits.programme.models import Audit
from audits.trends.scale_story import audit_story, capa_story
from cmo_portal.records import sealing

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 27)


def made(model: Any, path: str) -> Any:
    return model.objects.filter(**{f"{path}site__name__startswith": "Plant "})


def seed(count: int) -> None:
    call_command("seed_scale", "--audits", str(count), verbosity=0)


def test_it_makes_what_was_asked_with_about_ten_findings_an_audit() -> None:
    seed(200)
    audits, findings = made(Audit, ""), made(Finding, "audit__")
    assert audits.count() == 200 and 8.5 < findings.count() / 200 < 12
    assert audits.values("status").distinct().count() >= 5
    assert set(findings.values_list("classification", flat=True)) == {
        "critical",
        "major",
        "other",
        "observation",
        "positive",
    }
    assert findings.filter(repeat_of__isnull=False, repeat_of__audit__site=F("audit__site")).exists()
    per_site = audits.values("site").annotate(n=Count("pk")).values_list("n", flat=True)
    assert set(per_site) == {8}


def test_every_issued_finding_that_asks_for_a_response_has_its_capa_and_no_other() -> None:
    seed(60)
    issued = made(Finding, "audit__").filter(issued_date__isnull=False)
    assert issued.exists()
    assert not issued.filter(classification__in=NEEDS_RESPONSE, capa_link=None).exists()
    assert not made(CapaLink, "finding__audit__").exclude(finding__classification__in=NEEDS_RESPONSE).exists()
    links = made(CapaLink, "finding__audit__").annotate(n=Count("responses"))
    assert not links.exclude(n=F("rounds")).exists()
    assert not links.filter(status="closed").exclude(finding__status="closed", ball="").exists()
    assert not made(Audit, "").filter(status="closed", findings__status="responded").exists()


def test_trails_and_due_items_hold() -> None:
    seed(16)
    for model in (Audit, Finding, CapaLink, Response, EffectivenessCheck):
        assert model.objects.exists() and list(sealing.verify_records(model)) == []
    call_command("rebuild_due_items", "--check", verbosity=0)


def test_the_same_number_gives_the_same_rows() -> None:
    def rows(after: int) -> list[Any]:
        found = made(Finding, "audit__").filter(pk__gt=after).order_by("pk")
        return list(found.values_list("audit__site__name", "label", "title", "classification", "status", "issued_date"))

    seed(20)
    last = Finding.objects.latest("pk").pk
    first = rows(0)
    seed(20)
    assert len(first) > 100 and rows(last) == first


def test_a_later_run_goes_on_with_more_plants() -> None:
    seed(4)
    seed(40)
    assert made(Audit, "").values("site").distinct().count() == 5


def test_it_takes_no_more_statements_for_more_rows() -> None:
    seed(200)

    def cost(count: int) -> int:
        with CaptureQueriesContext(connection) as asked:
            seed(count)
        return len(asked)

    assert cost(8) * 4 > cost(200)  # eight waves of 1 and of 25


@pytest.mark.parametrize("seed_number", range(60))
def test_days_run_forwards_and_none_lies_ahead(seed_number: int) -> None:
    story = audit_story(seed_number, seed_number % 8, 8, TODAY)
    assert story.start <= story.end and (story.notified is None or story.notified < story.start)
    assert story.issued is None or story.end < story.issued <= TODAY
    assert story.is_held == (story.status not in ("planned", "notified", "in_progress", "cancelled"))
    issued = TODAY - timedelta(days=seed_number * 11)
    capa = capa_story(Random(seed_number), ("critical", "major", "other")[seed_number % 3], issued, TODAY)
    days = [issued, capa.first, capa.returned, capa.accepted, capa.implemented, capa.checked, capa.judged, capa.closed]
    known = [day for day in days if day]
    assert known == sorted(known) and known[-1] <= TODAY
    assert (capa.closed is not None) == (capa.status == "closed")
