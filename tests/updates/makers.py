"""Updates as the people of the demo post them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from communications.updates.actions import post_new, start_draft
from communications.updates.models import Update, UpdateDraft
from vendors.registry.models import Site, Vendor

SECRET = "Quizzical stopper story"


def relation(sponsor: str = "Northgate", cmo: str = "Alpenglow") -> Vendor:
    rows = Vendor.objects.select_related("sponsor", "company")
    found: Vendor = rows.get(sponsor__name__startswith=sponsor, company__name__startswith=cmo)
    return found


def linz() -> Site:
    found: Site = Site.objects.get(vendor=relation(), name="Linz Aseptic")
    return found


def hours_ago(hours: float) -> datetime:
    return timezone.now() - timedelta(hours=hours)


def of_deviation(**values: Any) -> dict[str, Any]:
    return {
        "title": SECRET,
        "site": linz(),
        "product": "NGB-204",
        "batch": "A2-1",
        "classification": "critical",
        "aware_at": hours_ago(2),
        "details": {"action": "Stopped."},
    } | values


def deviation(by: Any, **values: Any) -> Update:
    return post_new(relation(), "deviation", by=by, **of_deviation(**values))


def draft(by: Any, **values: Any) -> UpdateDraft:
    return start_draft(relation(), "deviation", by=by, **of_deviation(**values))


def change(by: Any, **values: Any) -> Update:
    given = {
        "title": "Another filter",
        "site": linz(),
        "classification": "major",
        "planned_date": timezone.localdate() + timedelta(days=200),
        "details": {"current": "A", "proposed": "B", "why": "C", "filing": "no"},
    }
    return post_new(relation(), "change_proposal", by=by, **given | values)


def fresh(update: Update) -> Update:
    found: Update = Update.objects.with_places().get(pk=update.pk)
    return found
