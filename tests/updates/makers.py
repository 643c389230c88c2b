"""Small makers for tests: relations, drafts and posted updates, through the same actions as the pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from cmo_portal.accounts.models import User
from cmo_portal.records.signing import Credentials
from communications.updates.actions import post_new, start_draft
from communications.updates.models import Update, UpdateDraft
from vendors.registry.models import Site

PROOF = Credentials("Demo-portal-2026")
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
SECRET = "Zwiebelfisch in the glove port"  # words that stand nowhere else


def pdf(name: str = "photo.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF, content_type="application/pdf")


def site_of(sponsor: str = "Northgate", name: str = "Linz Aseptic") -> Site:
    rows = Site.objects.select_related("vendor__sponsor", "vendor__company")
    found: Site = rows.get(vendor__sponsor__name__startswith=sponsor, name=name)
    return found


def hours_ago(hours: float) -> datetime:
    return timezone.now() - timedelta(hours=hours)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


def deviation(site: Site, **more: Any) -> dict[str, Any]:
    """What a deviation needs to be posted, as of three hours ago."""
    return {
        "title": SECRET, "site": site, "classification": "critical", "aware_at": hours_ago(3), "batch": "ZW-77",
        "details": {"action": "Batch on hold."},
    } | more  # fmt: skip


def change(site: Site, **more: Any) -> dict[str, Any]:
    return {
        "title": "Second stopper supplier", "site": site, "classification": "major",
        "planned_date": timezone.localdate() + timedelta(days=200),
        "details": {"current": "One.", "proposed": "Two.", "why": "Supply.", "filing": "no"},
    } | more  # fmt: skip


def draft_of(by: User, site: Site, **more: Any) -> UpdateDraft:
    return start_draft(site.vendor, "deviation", by=by, **deviation(site, **more))


def posted(by: User, site: Site, code: str = "deviation", **more: Any) -> Update:
    values = {"deviation": deviation, "change_proposal": change}[code](site, **more)
    return fresh(post_new(site.vendor, code, by=by, **values))


def fresh(update: Update) -> Update:
    found: Update = Update.objects.with_places().get(pk=update.pk)
    return found
