"""The demo's profiles: Alpenglow answers once, publishes twice to Northgate and once, with less, to Otter.

Northgate has read the first version, so that its tab shows what the second one changed.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from cmo_portal.accounts.models import User
from cmo_portal.records import attachments
from communications.profiles import actions, publishing
from vendors.registry.models import Vendor

SHEET = b"line;batch from;batch to;year\nA1;500;12000;2014\nA2;2000;60000;2021\nS1;300;5000;2018\n"


def yes(detail: str) -> dict[str, str]:
    return {"is": "yes", "detail": detail}


def no(detail: str) -> dict[str, str]:
    return {"is": "no", "detail": detail}


# question -> (answer, days since it was given)
ANSWERS: dict[str, tuple[Any, int]] = {
    "CO-01": ("Alpenglow Pharma Services GmbH, Linz, FN 214 870 k", 200),
    "CO-02": ("2009-04-01", 200),
    "CO-03": ("Family owned", 200),
    "CO-05": ("412", 60),
    "CO-06": (["Filling", "Lyophilisation", "Packaging", "Testing and release"], 60),
    "CO-08": (no("We make for customers only."), 400),
    "SI-01": (["Linz Aseptic, Hafenstraße 12, Linz: filling and testing", "Graz Solids, Graz: tablets"], 60),
    "SI-03": (["Linz: AGES, GMP certificate, sterile liquids"], 60),
    "SI-06": ("8200", 410),
    "SI-07": (no("Penicillins, hormones and cytotoxics are not handled."), 410),
    "QU-02": (yes("Last in May, a batch of vials."), 90),
    "QU-03": ("Dr M. Lechner; Dr A. Weiss stands in", 90),
    "QU-04": ("96", 30),
    "QU-05": ("88", 30),
    "QU-07": (yes("After three months, by quality."), 90),
    "PE-01": ("71", 90),
    "PE-04": (yes("Twice a year."), 90),
    "EQ-01": (["Line A1: vials, 500 to 12,000", "Line A2: vials, 2,000 to 60,000"], 120),
    "EQ-05": ("OEB 3", 120),
    "DI-04": (yes("Chromatography and filling line, before each release."), 120),
    "DI-07": ("Mostly electronic", 120),
    "SC-07": ("93", 30),
    "SC-08": ("Down to −20 °C", 120),
    "HS-01": (["ISO 14001, until June 2028"], 150),
    "BC-03": (yes("Line A1 takes over from A2 within eight weeks."), 760),
    "BC-04": ("48", 760),
    "IF-05": ("25", 100),
    "IF-06": ("2027-06-30", 100),
}
WIDE = ("company", "sites", "quality", "people", "equipment", "data", "supply", "finance")
NARROW = ("company", "sites", "equipment")


def days_ago(days: int) -> date:
    return timezone.localdate() - timedelta(days=days)


def relation(sponsor: User, cmo: User) -> Vendor:
    found: Vendor = Vendor.objects.select_related("sponsor", "company").get(
        sponsor=sponsor.company, company=cmo.company
    )
    return found


def seed(cast: dict[str, User]) -> None:
    pat, uwe = cast["pat"], cast["uwe"]
    for question, (value, days) in ANSWERS.items():
        by = uwe if question.startswith(("CO", "IF")) else pat
        actions.save_answer(question, by=by, value=value, as_of_date=days_ago(days))
    actions.mark_confidential("finance", by=uwe, confidential=True)
    lines = actions.answers_of(actions.profile_of(pat), pat)["EQ-01"]
    attachments.attach(lines, SimpleUploadedFile("lines.csv", SHEET), by=pat, title="Lines and batch sizes")
    now = timezone.now()
    northgate, otter = relation(cast["sam"], pat), relation(cast["otto"], pat)
    (first,) = publishing.publish(
        [northgate], WIDE, by=pat, note="Our profile, answered once.", at=now - timedelta(days=40)
    )
    publishing.publish([otter], NARROW, by=pat, note="Company, sites and lines.", at=now - timedelta(days=35))
    publishing.mark_read(first, by=cast["quinn"])
    actions.save_answer("QU-05", by=pat, value="91")
    actions.save_answer("QU-06", by=pat, value="Critical in 24 hours, major in three days, minor with the batch.")
    actions.save_answer("PE-04", by=pat, value="")
    actions.confirm(actions.answers_of(actions.profile_of(pat), pat)["QU-03"], by=pat)
    publishing.publish(
        [northgate], WIDE, by=pat, note="Deviations on time last quarter, and how we class them.",
        at=now - timedelta(days=4),
    )  # fmt: skip
    actions.save_answer("EQ-07", by=pat, value="Purified water and water for injection; nitrogen and air on site.")
