"""Two people take the same name at once: the second reads the sentence, not an error of the server."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.server import ROOT, Installation, database

pytestmark = pytest.mark.postgres
SCRIPT = """
import sys, time, django
django.setup()
from django.core.exceptions import ValidationError
from django.db import transaction
from cmo_portal.accounts.models import Company
from cmo_portal.records.actors import SETUP
from cmo_portal.records.context import acting_as
from vendors.registry.actions import add_vendor
with acting_as(SETUP):
    sponsor = Company.objects.get(kind="sponsor")
    try:
        with transaction.atomic():
            add_vendor(sponsor, by=SETUP, name="Taken Pharma")
            print("written", flush=True)
            time.sleep(float(sys.argv[1]))
    except ValidationError as error:
        print(error.messages[0], flush=True)
"""
SPONSOR = """
import django
django.setup()
from cmo_portal.accounts.actions import create_company
from cmo_portal.records.actors import SETUP
from cmo_portal.records.context import acting_as
with acting_as(SETUP):
    create_company("Only Pharma", kind="sponsor", by=SETUP)
"""


def start(made: Installation, script: str, *words: str) -> subprocess.Popen[str]:
    environment = {**made.environment, "DJANGO_SETTINGS_MODULE": "cmo_portal.settings"}
    command = [sys.executable, "-c", script, *words]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


def test_a_name_taken_between_the_check_and_the_save_is_refused_with_its_sentence(tmp_path: Path) -> None:
    with database(tmp_path) as made:
        start(made, SPONSOR).communicate(timeout=60)
        first = start(made, SCRIPT, "8")
        assert first.stdout is not None and first.stdout.readline() == "written\n"
        second = start(made, SCRIPT, "0")  # its check sees nothing of the first; its save waits for it
        said, _ = second.communicate(timeout=60)
        first.communicate(timeout=60)
        assert said.startswith("You already have a CMO of this name") and second.returncode == 0
