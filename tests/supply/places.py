"""Rows of the demo that addresses need: found by what they are, never by a number."""

from __future__ import annotations

from cmo_portal.accounts.models import User
from vendors.registry import importing
from vendors.registry.cmo_invitations import CmoInvitation
from vendors.registry.deadline_policies import DeadlinePolicy
from vendors.registry.joining_actions import invite_cmo
from vendors.registry.models import Vendor
from vendors.registry.runs import ImportRun
from vendors.registry.supply import Agreement, Batch, Product, Qualification, Supply


def cmo() -> list[str]:
    return [Vendor.objects.get(sponsor__name__startswith="Northgate", name__startswith="Alpenglow").number]


def product() -> list[str]:
    return [Product.objects.get(code="NGB-204").number]


def development() -> list[str]:
    return [Product.objects.get(code="NGB-412").number]


def supply() -> list[str]:
    return [Supply.objects.get(product__code="NGB-204", site__name="Linz Aseptic").number]


def batch() -> list[str]:
    return [Batch.objects.get(batch_number="L2612-01").number]


def agreement() -> list[str]:
    return [Agreement.objects.get(reference="NG-MSA-003").number]


def pending() -> list[str]:
    return [Qualification.objects.get(site__name="Graz Solids", service="dp_mfg").number]


def pair() -> list[str]:
    return [*cmo(), Vendor.objects.get(sponsor__name__startswith="Northgate", name__startswith="Baltic").number]


def not_joined() -> list[str]:
    return [Vendor.objects.get(sponsor__name__startswith="Northgate", name="Corvus Sterile").number]


def joining_invitation() -> CmoInvitation:
    vendor = Vendor.objects.get(number=not_joined()[0])
    return invite_cmo(vendor, email="cara@corvus.example", name="Cara", by=sam())


def joining_token() -> list[str]:
    return [joining_invitation().token()]


def cmo_invitation() -> list[str]:
    return [joining_invitation().number]


def sam() -> User:
    found: User = User.objects.get(email__startswith="sam@")
    return found


def imported() -> list[str]:
    """A file that Sam sent, waiting for his word, with a refused row."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    text = b"CMO name,Country\nMatrix Pharma,CH\nBad Pharma,Nowhere\n"
    run: ImportRun = importing.send_file(sam().company, SimpleUploadedFile("matrix.csv", text), by=sam())
    importing.work(run.number)
    return [run.number]


def policy() -> list[str]:
    return [DeadlinePolicy.objects.get(sponsor__name__startswith="Northgate", kind="response.due", facet="").number]
