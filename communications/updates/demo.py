"""The demo's updates: between Northgate and Alpenglow in varied states, one of Otter's, one of Baltic's, and a draft.

Pat and Bea post for their CMOs, Sam and Quinn read and decide for Northgate. Days lie before the seed.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from cmo_portal.accounts.demo import PASSWORD
from cmo_portal.accounts.models import User
from cmo_portal.records.signing import Credentials
from communications.updates.actions import amend, move, post, start_draft
from communications.updates.models import Update
from vendors.registry.models import Site, Vendor

Cast = dict[str, User]
PROOF = Credentials(PASSWORD)


def ago(*, days: int = 0, hours: int = 0) -> datetime:
    return timezone.now() - timedelta(days=days, hours=hours)


def ahead(days: int) -> Any:
    return timezone.localdate() + timedelta(days=days)


def relation(sponsor: User, cmo: User) -> Vendor:
    found: Vendor = Vendor.objects.select_related("sponsor", "company").get(
        sponsor=sponsor.company, company=cmo.company
    )
    return found


def told(vendor: Vendor, code: str, by: User, at: datetime, **values: Any) -> Update:
    """Posted at `at`, as somebody would have written it then."""
    return post(start_draft(vendor, code, by=by, **values), by=by, at=at)


def seed(cast: Cast) -> None:
    vendor = relation(cast["sam"], cast["pat"])
    linz = Site.objects.get(vendor=vendor, name="Linz Aseptic")
    seed_events(vendor, linz, cast)
    seed_plans(vendor, linz, cast)
    seed_of_sponsor(vendor, cast)
    seed_others(cast)


def seed_events(vendor: Vendor, linz: Site, cast: Cast) -> None:
    """A deviation whose clock runs, a late result with a question, an early word that became a major deviation."""
    pat = cast["pat"]
    told(
        vendor, "deviation", pat, ago(hours=3), title="Stopper bowl alarm not followed up during filling", site=linz,
        product="NGB-204", batch="A2-26118", classification="critical", detected_at=ago(hours=9),
        aware_at=ago(hours=5), description="The alarm was acknowledged without the bowl being checked.",
        details={"action": "Filling stopped, batch on hold, line A2 locked.", "reference": "DEV-26-204"},
    )  # fmt: skip
    late = told(
        vendor, "oos", pat, ago(days=9), title="Assay below its limit at 12 months", site=linz, product="NGB-204",
        batch="A2-25077", aware_at=ago(days=20), description="The 12-month pull at 5 °C.",
        details={"test": "Potency by cell assay", "specification": "80 to 120 %", "result": "74 %",
                 "confirmed": "confirmed"},
    )  # fmt: skip
    move(late, "ask", by=cast["quinn"], reason="Which other batches share this drug substance?", at=ago(days=8))
    early = told(
        vendor, "deviation", pat, ago(days=30), title="Particles seen after a change of filter", site=linz,
        product="NGB-204", batch="A2-26101", classification="open", aware_at=ago(days=30, hours=6),
        description="Two vials of one tray. We tell it before it is classified.",
        details={"action": "Tray set aside, filter kept for analysis."},
    )  # fmt: skip
    move(early, "acknowledge", by=cast["sam"], at=ago(days=29))
    amend(
        early, by=pat, reason="Classified after the first look: the fibres come from the filter.", at=ago(days=26),
        classification="major",
    )  # fmt: skip
    move(early, "acknowledge", by=cast["quinn"], at=ago(days=25))
    minor = told(
        vendor, "deviation", pat, ago(days=60), title="Label roll mounted the wrong way round", site=linz,
        product="NGB-204", batch="A2-26077", classification="minor", aware_at=ago(days=61),
        description="Found at line clearance; no label was applied.", details={"action": "Roll changed."},
    )  # fmt: skip
    move(minor, "acknowledge", by=cast["sam"], at=ago(days=59))
    move(minor, "close", by=pat, reason="The roll holder now fits one way only. No product affected.", at=ago(days=40))
    start_draft(
        vendor, "complaint", by=pat, title="Cracked vial reported by a pharmacy", site=linz, product="NGB-204",
        classification="major", aware_at=ago(hours=10), details={"market": "Austria"},
    )  # fmt: skip


def seed_plans(vendor: Vendor, linz: Site, cast: Cast) -> None:
    """A change that waits for its decision, an inspection, a certificate, open slots, a key person."""
    pat = cast["pat"]
    change = told(
        vendor, "change_proposal", pat, ago(days=6), title="Second supplier of 20 mm stoppers", site=linz,
        product="NGB-204", classification="major", planned_date=ahead(150),
        description="The present supplier moves its plant next year.",
        details={"current": "Stoppers from one plant in Bavaria.", "proposed": "The same stopper from a second plant.",
                 "why": "Supply would stop for eight weeks otherwise.", "filing": "yes", "reference": "CC-26-031"},
    )  # fmt: skip
    move(change, "acknowledge", by=cast["sam"], at=ago(days=5))
    visit = told(
        vendor, "inspection", pat, ago(days=14), title="AGES announced an inspection of the sterile area", site=linz,
        aware_at=ago(days=14, hours=20), planned_date=ahead(25),
        details={"authority": "AGES", "stage": "announced", "scope": "Annex 1, line A2"},
    )  # fmt: skip
    move(visit, "acknowledge", by=cast["quinn"], at=ago(days=13))
    told(
        vendor, "capacity_offer", pat, ago(days=3), title="Two PPQ slots open on line A2", site=linz,
        details={"line": "Line A2", "service": "fill_finish", "dosage_form": "vial_liquid",
                 "window_start": ahead(150).isoformat(), "window_end": ahead(180).isoformat(), "quantity": "2",
                 "unit": "batches", "confidence": "high", "expires_date": ahead(45).isoformat()},
    )  # fmt: skip
    told(
        vendor, "key_person", pat, ago(days=2), title="New qualified person at Linz", site=linz,
        planned_date=ahead(60), details={"role": "Qualified person", "follows": "Dr M. Lechner"},
    )  # fmt: skip


def seed_of_sponsor(vendor: Vendor, cast: Cast) -> None:
    told(
        vendor, "forecast", cast["sam"], ago(days=1), title="Forecast of NGB-204 for next year", product="NGB-204",
        details={"period": "Next four quarters", "quantities": "Q1 4 batches\nQ2 4 batches\nQ3 5 batches\nQ4 5 batches",
                 "binding": "The first quarter"},
    )  # fmt: skip
    told(
        vendor, "answer_due", cast["quinn"], ago(days=1), title="Nitrosamine assessment of the new stoppers",
        product="NGB-204", planned_date=ahead(20), description="We need it for the variation.",
    )  # fmt: skip


def seed_others(cast: Cast) -> None:
    """One to another sponsor of the same CMO, and one of another CMO of the same sponsor: neither knows of the rest."""
    told(
        relation(cast["otto"], cast["pat"]), "batch_status", cast["pat"], ago(days=4),
        title="Fill of OTX-11 moves by a week", product="OTX-11", batch="S1-26009", planned_date=ahead(12),
        details={"stage": "delayed"},
    )  # fmt: skip
    baltic = relation(cast["sam"], cast["bea"])
    made = told(
        baltic, "change_proposal", cast["bea"], ago(days=12), title="Label printer replaced by the same model",
        site=Site.objects.get(vendor=baltic, name="Kaunas Packaging"), classification="minor", planned_date=ahead(120),
        details={"current": "Printer of 2014.", "proposed": "The same model, new.", "why": "No spare parts.",
                 "filing": "no"},
    )  # fmt: skip
    move(made, "accept", by=cast["quinn"], reason="As proposed.", credentials=PROOF, at=ago(days=7))
