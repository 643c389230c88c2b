"""Small makers for tests: relations, answers and published versions, through the same actions as the pages."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from cmo_portal.records.attachments import Attachment, attach
from communications.profiles import actions, publishing
from communications.profiles.models import Answer, Publication, PublishedContent
from vendors.registry.models import Vendor

SECRET = "Zwiebelfisch in the autoclave"  # words that stand nowhere else
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


def pdf(name: str = "manual.pdf", more: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF + more, content_type="application/pdf")


def relation(sponsor: str = "Northgate", cmo: str = "Alpenglow") -> Vendor:
    rows = Vendor.objects.select_related("sponsor", "company")
    found: Vendor = rows.get(sponsor__name__startswith=sponsor, company__name__startswith=cmo)
    return found


def answered(question: str, value: Any, by: Any, **more: Any) -> Answer:
    return actions.save_answer(question, by=by, value=value, **more)


def answer_to(question: str, by: Any) -> Answer:
    return actions.answers_of(actions.profile_of(by), by)[question]


def evidence(question: str, by: Any, name: str = "manual.pdf", more: bytes = b"") -> Attachment:
    return attach(answer_to(question, by), pdf(name, more), by=by)


def published(by: Any, *sections: str, to: str = "Northgate", note: str = "New.") -> Publication:
    (made,) = publishing.publish([relation(to)], sections or ("quality",), by=by, note=note)
    return made


def said(publication: Publication) -> PublishedContent:
    return PublishedContent.objects.select_related("publication__vendor").get(publication=publication)


def body(client: Any, path: str) -> str:
    response = client.get(path)
    found = b"".join(response.streaming_content) if response.streaming else response.content
    return str(found.decode(errors="replace"))
