"""Who gets what at the registry's addresses: the pages of CMOs are their sponsor's, sites are read by both sides."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from cmo_portal.accounts.models import SavedView, User
from cmo_portal.accounts.saved_views import save_view
from cmo_portal.records.actors import SETUP
from cmo_portal.records.attachments import attach
from tests.house.matrix import PARTNER, SPONSOR, Row, answers
from vendors.registry.actions import retire
from vendors.registry.models import (
    Capability,
    CapacityOffer,
    Certificate,
    Contact,
    ContainmentBand,
    FormerFei,
    Site,
    Vendor,
)

ALL = (*SPONSOR, *PARTNER, "otto")
READERS = ("sam", "quinn", "leo", "eva", "tom", "priya", "ines")


def rest(*named: str) -> tuple[str, ...]:
    return tuple(name for name in ALL if name not in named)


def linz() -> Site:
    return Site.objects.get(fei="3009912011", vendor__sponsor__name="Northgate Biopharma")


def alpenglow() -> Vendor:
    return linz().vendor


def numbered(find: Callable[[], Any]) -> Callable[[], list[Any]]:
    return lambda: [find().number]


def first(model: Any) -> Callable[[], list[Any]]:
    return numbered(lambda: model.objects.filter(site=linz()).order_by("pk").first())


def retired(find: Callable[[], Any]) -> Callable[[], list[Any]]:
    """The number of a record that was retired a moment ago."""

    def act() -> list[Any]:
        record = find()
        retire(record, by=SETUP, reason="For the matrix")
        return [record.number]

    return act


def contact() -> Contact:
    return Contact.objects.filter(vendor=alpenglow()).order_by("pk")[0]


def file_of_site(shared: bool) -> Callable[[], list[Any]]:
    def act() -> list[Any]:
        upload = SimpleUploadedFile("notes.txt", b"line by line")
        return [attach(linz(), upload, by=SETUP, shared=shared).number]

    return act


def view_of_sam() -> SavedView:
    sam = User.objects.get(email__startswith="sam@")
    return save_view(sam, page="vendors:cmo-list", name="Mine", query="q=linz", by=sam)


READ = answers(ok=(*READERS, "otto"), forbidden=("ada",), hidden=PARTNER)
OF_NORTHGATE = answers(ok=READERS, hidden=("otto", *PARTNER), forbidden=("ada",))
SITE = answers(ok=(*READERS, "pat", "uwe"), hidden=("bea", "otto"), forbidden=("ada",))
MANAGER = answers(ok=("sam",), forbidden=rest("sam", *PARTNER), hidden=PARTNER)
EDITORS = answers(ok=("sam", "leo"), forbidden=rest("sam", "leo", *PARTNER), hidden=PARTNER)
OFFERERS = answers(ok=("sam", "pat"), hidden=("bea",), forbidden=rest("sam", "pat", "bea"))
KEEPERS = answers(
    ok=("sam", "quinn", "leo", "pat"),
    hidden=("bea", "otto"),
    forbidden=rest("sam", "quinn", "leo", "pat", "bea", "otto"),
)
MANAGER_POSTS = {**MANAGER, "sam": 302}
EDITORS_POST = {**EDITORS, "sam": 302, "leo": 302}
INTERNAL_FILE = {**SITE, "pat": 404, "uwe": 404}
FILE_EDITORS = {**EDITORS, "otto": 404}

CMOS = [
    Row("vendors:cmo-list", READ),
    Row("vendors:cmo-export", READ, lambda: ["csv"]),
    Row("vendors:cmo-create", MANAGER),
    Row("vendors:cmo-detail", OF_NORTHGATE, numbered(alpenglow)),
    Row("vendors:cmo-sites", OF_NORTHGATE, numbered(alpenglow)),
    Row("vendors:cmo-contacts", OF_NORTHGATE, numbered(alpenglow)),
    Row("vendors:cmo-documents", OF_NORTHGATE, numbered(alpenglow)),
    Row("vendors:cmo-history", OF_NORTHGATE, numbered(alpenglow)),
    Row("vendors:cmo-edit", MANAGER, numbered(alpenglow)),
    Row("vendors:cmo-retire", MANAGER, numbered(alpenglow)),
    Row("vendors:cmo-restore", MANAGER_POSTS, retired(alpenglow), "post"),
    Row("vendors:contact-create", MANAGER, numbered(alpenglow)),
    Row("vendors:contact-edit", MANAGER, numbered(contact)),
    Row("vendors:contact-retire", MANAGER, numbered(contact)),
    Row("vendors:contact-restore", MANAGER_POSTS, retired(contact), "post"),
]
SITES = [
    Row("vendors:site-list", answers(ok=rest("ada"), forbidden=("ada",))),
    Row("vendors:site-detail", SITE, numbered(linz)),
    Row("vendors:site-documents", SITE, numbered(linz)),
    Row("vendors:site-history", OF_NORTHGATE, numbered(linz)),
    Row("vendors:site-create", EDITORS, numbered(alpenglow)),
    Row("vendors:site-edit", EDITORS, numbered(linz)),
    Row("vendors:site-retire", EDITORS, numbered(linz)),
    Row("vendors:site-restore", EDITORS_POST, retired(linz), "post"),
    Row("vendors:former-fei-create", EDITORS, numbered(linz)),
    Row("vendors:former-fei-edit", EDITORS, first(FormerFei)),
    Row("vendors:capability-create", EDITORS, numbered(linz)),
    Row("vendors:capability-edit", EDITORS, first(Capability)),
    Row("vendors:capability-retire", EDITORS, first(Capability)),
    Row("vendors:capability-restore", EDITORS_POST, retired(lambda: Capability.objects.filter(site=linz())[0]), "post"),
    Row("vendors:band-create", EDITORS, numbered(linz)),
    Row("vendors:band-edit", EDITORS, first(ContainmentBand)),
]
PAPERS = [
    Row("vendors:certificate-create", KEEPERS, numbered(linz)),
    Row("vendors:certificate-detail", SITE, first(Certificate)),
    Row("vendors:certificate-edit", EDITORS, first(Certificate)),
    Row("vendors:certificate-retire", EDITORS, first(Certificate)),
    Row(
        "vendors:certificate-restore", EDITORS_POST, retired(lambda: Certificate.objects.filter(site=linz())[0]), "post"
    ),
    Row("vendors:offer-create", OFFERERS, numbered(linz)),
    Row("vendors:offer-detail", SITE, first(CapacityOffer)),
    Row("vendors:offer-edit", OFFERERS, first(CapacityOffer)),
    Row("vendors:offer-sign-off", OFFERERS, first(CapacityOffer)),
    Row("vendors:offer-withdraw", OFFERERS, first(CapacityOffer)),
    Row("vendors:file-download", SITE, file_of_site(shared=True), note="shared"),
    Row("vendors:file-download", INTERNAL_FILE, file_of_site(shared=False), note="internal"),
    Row("vendors:file-retire", FILE_EDITORS, file_of_site(shared=True)),
    Row("vendors:file-restore", {**FILE_EDITORS, "sam": 302, "leo": 302}, file_of_site(shared=True), "post"),
]

everyone = answers(ok=ALL)
OWN_VIEW = {**dict.fromkeys(ALL, 404), "sam": 302, "": 302}
VIEWS = [
    Row("accounts:view-save", dict.fromkeys(ALL, 404) | {"": 302}, note="of no list"),
    Row("accounts:view-remove", OWN_VIEW, numbered(view_of_sam), "post"),
    Row("accounts:view-restore", OWN_VIEW, numbered(view_of_sam), "post"),
]


def api(given: dict[str, int], **others: int) -> dict[str, int]:
    return {**given, "": 401, **others}


LISTS = api(answers(ok=rest("ada"), forbidden=("ada",)))
REASON = {"reason": "For the matrix"}


def collection(name: str, find: Callable[[], Any], read: dict[str, int], change: dict[str, int]) -> list[Row]:
    """The rows of one collection of the API; an empty body is refused (400) only by who may write."""
    writers = {person: 400 if status == 200 else status for person, status in change.items()}
    return [
        Row(f"api-{name}-list", LISTS),
        Row(f"api-{name}-list", {**writers, "": 401}, method="post", note="add"),
        Row(f"api-{name}-detail", api(read), numbered(find)),
        Row(f"api-{name}-detail", api(change), numbered(find), "patch"),
    ]


def retiring(name: str, find: Callable[[], Any], change: dict[str, int]) -> list[Row]:
    writers = {person: 400 if status == 200 else status for person, status in change.items()}
    return [
        Row(f"api-{name}-retire", {**writers, "": 401}, numbered(find), "post", note="without a reason"),
        Row(f"api-{name}-restore", {**change, "": 401}, retired(find), "post"),
    ]


READ_SITE = answers(ok=(*READERS, "pat", "uwe"), hidden=("bea", "otto"), forbidden=("ada",))
WITHOUT = ("eva", "tom", "priya", "ines", "ada", "uwe")
ADD_CERTIFICATE = answers(ok=rest(*WITHOUT), forbidden=WITHOUT)
ADD_OFFER = answers(ok=("sam", "pat", "bea"), forbidden=rest("sam", "pat", "bea"))
CHANGE_OFFER = {**ADD_OFFER, "bea": 404}


def unsigned() -> CapacityOffer:
    return CapacityOffer.objects.get(site=linz(), signed_off_by="")


def of_linz(model: Any) -> Callable[[], Any]:
    return lambda: model.objects.filter(site=linz()).order_by("pk")[0]


certificates = of_linz(Certificate)
API = [
    *collection("vendors", alpenglow, READ_SITE, MANAGER),
    *retiring("vendors", alpenglow, MANAGER),
    *collection("contacts", contact, READ_SITE, MANAGER),
    *retiring("contacts", contact, MANAGER),
    *collection("sites", linz, READ_SITE, EDITORS),
    *retiring("sites", linz, EDITORS),
    *collection("capabilities", of_linz(Capability), READ_SITE, EDITORS),
    *retiring("capabilities", of_linz(Capability), EDITORS),
    Row("api-certificates-list", LISTS),
    Row(
        "api-certificates-list",
        {person: 400 if status == 200 else status for person, status in ADD_CERTIFICATE.items()} | {"": 401},
        method="post",
        note="add",
    ),
    Row("api-certificates-detail", api(READ_SITE), numbered(certificates)),
    Row("api-certificates-detail", api(EDITORS), numbered(certificates), "patch"),
    *retiring("certificates", certificates, EDITORS),
    Row("api-capacity-offers-list", LISTS),
    Row(
        "api-capacity-offers-list",
        {person: 400 if status == 200 else status for person, status in ADD_OFFER.items()} | {"": 401},
        method="post",
        note="add",
    ),
    Row("api-capacity-offers-detail", api(READ_SITE), numbered(unsigned)),
    Row("api-capacity-offers-detail", api(CHANGE_OFFER), numbered(unsigned), "patch"),
    Row(
        "api-capacity-offers-sign-off",
        {**CHANGE_OFFER, "sam": 400, "pat": 400, "": 401},
        numbered(unsigned),
        "post",
    ),
    Row("api-capacity-offers-withdraw", {**CHANGE_OFFER, "sam": 400, "pat": 400, "": 401}, numbered(unsigned), "post"),
]

ROWS = [*CMOS, *SITES, *PAPERS, *VIEWS, *API]
