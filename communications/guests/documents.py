"""A document that an audit asks for, answered by a link: files, words, or both; the card is then provided."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.core.files.base import File
from django.db import transaction

from audits.conduct import visit_actions
from audits.conduct.models import DocumentRequest
from audits.conduct.vocabulary import WAITING
from audits.conduct.workflows import REQUEST
from audits.programme.querysets import OVER
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import PARTNER, SPONSOR, Guest
from cmo_portal.records.attachments import attach, attachments_of, kept_or_gone
from communications.guests.fields import FilesField
from communications.guests.kinds import Answerable, Filed

READS = ("audit__site__vendor__sponsor", "audit__site__vendor__company")


class DocumentForm(forms.Form):
    attached = FilesField(label="The document", required=False)
    words = forms.CharField(
        label="Note",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Where it can be seen, if it is too large or may not leave the site.",
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, record: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = record.version

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not values.get("attached") and not values["words"].strip():
            self.add_error("attached", "Attach the document, or write where it can be seen.")
        return values


def refusal(request: DocumentRequest) -> str | None:
    if not request.is_shared:
        return "The CMO has not been notified of the audit yet: the request goes out with the notification."
    if request.audit.status in OVER:
        return f"The audit is {request.audit.get_status_display().lower()}."
    if request.status not in WAITING:
        return f"This request is {request.get_status_display().lower()}."  # type: ignore[attr-defined]
    return None


def shown(request: DocumentRequest, asked_at: datetime) -> list[str]:
    """What the request hangs on. Its sponsor's name and its site's are on the page; nothing else of them is."""
    vendor = request.audit.site.vendor
    found = [request.audit, request.audit.site, vendor, vendor.sponsor, vendor.company]
    return [record.number for record in found if record is not None]


def story(request: DocumentRequest, guest: Guest) -> dict[str, Any]:
    return {"files": list(attachments_of(request, guest)), "audit": request.audit, "site": request.audit.site}


def file(
    request: DocumentRequest, *, by: Guest, words: str, files: Iterable[File[Any]], version: int | None, number: str
) -> Filed:
    """The words go below those that stand on the card, since the CMO's people may have written some."""
    words = words.strip()
    with kept_or_gone(), transaction.atomic():
        visit_actions.refuse_files(request)
        if words:
            told = f"{request.partner_note}\n\n{by.spoken_name}: {words}".strip()
            visit_actions.note_request(request, by=by, partner_note=told, assignee=request.assignee, version=version)
            version = None
        kept = [attach(request, each, by=by) for each in files]
        visit_actions.move_request(request, "provide", by=by, version=version)
    return Filed(words, kept, request)


DOCUMENTS = Answerable(
    model=DocumentRequest,
    slug="document-request",
    noun="a document",
    asks={SPONSOR: P.AUDIT_PLAN, PARTNER: P.REQUEST_ANSWER},
    rows=lambda reader: DocumentRequest.objects.open_to(reader),
    title=str,
    vendor=lambda request: request.audit.site.vendor,
    refusal=refusal,
    shown=shown,
    grants=frozenset({P.REQUEST_ANSWER}),
    moves=(REQUEST.by_name["provide"],),
    story=story,
    form=DocumentForm,
    file=file,
    template="communications/guest_document.html",
    reads=READS,
)
