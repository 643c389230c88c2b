"""Moves the date of certificates by a day, one write each: `python -m tests.faults.move Z02500 Z02501 ...`"""

from __future__ import annotations

import sys
from datetime import timedelta

import django

django.setup()

from cmo_portal.records.actors import SETUP  # noqa: E402
from cmo_portal.records.context import acting_as  # noqa: E402
from cmo_portal.records.trail import write  # noqa: E402
from vendors.registry.models import Certificate  # noqa: E402

with acting_as(SETUP):
    print("ready", flush=True)
    for reference in sys.argv[1:]:
        certificate = Certificate.objects.get(reference=reference)
        certificate.expires_date += timedelta(days=1)
        write(certificate, by=SETUP, action="certificate.revise")
        print(reference, flush=True)
