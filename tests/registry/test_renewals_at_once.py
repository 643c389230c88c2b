"""Two certificates of one site that are written at once: the second sees the first before it says what is owed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.server import ROOT, Installation, database

pytestmark = pytest.mark.postgres
BEGIN = """
import sys, time
from datetime import timedelta
import django
django.setup()
from django.db import transaction
from django.utils import timezone
from cmo_portal.accounts.actions import create_company
from cmo_portal.accounts.models import Company
from cmo_portal.records.actors import SETUP
from cmo_portal.records.context import acting_as
from cmo_portal.records.deadlines import DueItem
from vendors.registry.actions import add_vendor
from vendors.registry.agreement_actions import add_agreement
from vendors.registry.models import Site
from vendors.registry.site_actions import add_certificate, add_site
today = timezone.localdate()

def certificate(days):
    site = Site.objects.select_related("vendor").get()
    return add_certificate(
        site, by=SETUP, kind="gmp", authority="BASG", reference=f"R{days}",
        issue_date=today - timedelta(days=1000 - days), expires_date=today + timedelta(days=days),
    )

def agreement(days):
    return add_agreement(
        Site.objects.select_related("vendor").get().vendor, by=SETUP, kind="cda", title=f"CDA {days}", parties="Both",
        signed_date=today - timedelta(days=9), effective_date=today - timedelta(days=9),
        expires_date=today + timedelta(days=days),
    )
"""
PLACE = """
with acting_as(SETUP):
    sponsor = create_company("Only Pharma", kind="sponsor", by=SETUP)
    add_site(add_vendor(sponsor, by=SETUP, name="Alone"), by=SETUP, name="Linz")
"""
ADD = """
with acting_as(SETUP), transaction.atomic():
    globals()[sys.argv[1]](int(sys.argv[2]))
    print("written", flush=True)
    time.sleep(float(sys.argv[3]))
"""
OWED = """
with acting_as(SETUP):
    print(*DueItem.objects.filter(is_open=True).values_list("title", flat=True), sep=", ")
"""


def start(made: Installation, script: str, *words: str) -> subprocess.Popen[str]:
    environment = {**made.environment, "DJANGO_SETTINGS_MODULE": "cmo_portal.settings"}
    command = [sys.executable, "-c", BEGIN + script, *words]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


@pytest.mark.parametrize(("noun", "left"), [("certificate", "R700"), ("agreement", "CDA 700")])
def test_the_one_that_is_followed_is_owed_no_longer(noun: str, left: str, tmp_path: Path) -> None:
    with database(tmp_path) as made:
        start(made, PLACE).communicate(timeout=90)
        first = start(made, ADD, noun, "700", "8")
        assert first.stdout is not None and first.stdout.readline() == "written\n"
        second = start(made, ADD, noun, "300", "0")  # begins while the first is not committed
        second.communicate(timeout=90)
        first.communicate(timeout=90)
        assert (first.returncode, second.returncode) == (0, 0)
        owed, _ = start(made, OWED).communicate(timeout=90)
        assert left in owed and "300" not in owed
        made.manage("rebuild_due_items", "--check")
