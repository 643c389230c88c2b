"""Files on the pages of records: listed, added, handed out as downloads, retired.

Whose file it is stands in (about_type, about_number); a subject says once, with `register`, what its records ask.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from cmo_portal.accounts.forms import ReasonForm
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.pages import say
from cmo_portal.lib.uploads import RefusedUpload
from cmo_portal.records import attachments
from cmo_portal.records.actors import PARTNER, Actor
from cmo_portal.records.attachments import Attachment
from cmo_portal.records.gate import personal, require
from cmo_portal.records.record import Record
from cmo_portal.records.trail import TrailEvent, note
from vendors.registry.edits import form_page
from vendors.registry.forms import AttachForm

SHARED, INTERNAL = "shared", "internal"


@dataclass(frozen=True)
class Rule:
    """What the files of one kind of record ask: the permissions to read, add and retire, and the page they stand on."""

    read: str
    add: str
    retire: str
    page: str


rules: dict[str, Rule] = {}


def register(record_type: str, rule: Rule) -> None:
    """`register("vendors.site", Rule(...))`, in a subject's hooks."""
    rules[record_type] = rule


register("vendors.vendor", Rule(P.SITE_VIEW, P.CMO_EDIT, P.CMO_EDIT, "vendors:cmo-documents"))
register("vendors.site", Rule(P.SITE_VIEW, P.CERTIFICATE_ADD, P.SITE_EDIT, "vendors:site-documents"))
register("vendors.certificate", Rule(P.SITE_VIEW, P.CERTIFICATE_ADD, P.SITE_EDIT, "vendors:certificate-detail"))


def listed(rows: QuerySet[Attachment], reader: Actor) -> QuerySet[Attachment]:
    """Attachments with `added_by`, where the reader may know it, from the first entry of their trail."""
    first = TrailEvent.objects.visible_to(reader).filter(
        record_type=Attachment.record_type(), record_number=OuterRef("number"), seq=1
    )
    return rows.annotate(added_by=Subquery(first.values("actor_name")))


def shelf(request: PersonRequest, record: Any) -> dict[str, Any]:
    """Context of `vendors/_files.html`: the record's files, the form to add one, and what the person may do.

    A POST is answered by `add_file` first; a form it refused stands in the request.
    """
    rule = rules[record.record_type()]
    may_add = request.user.may(rule.add) and not getattr(record, "is_retired", False)
    form = getattr(request, "refused_file", None) or (attach_form(request, record) if may_add else None)
    return {
        "files": listed(attachments.attachments_of(record, request.user), request.user),
        "form": form,
        "may_retire_files": request.user.may(rule.retire),
    }


def attach_form(request: PersonRequest, record: Record, *args: Any) -> AttachForm:
    return AttachForm(*args, readers=readers(request.user, record))


def readers(user: Any, record: Record) -> list[tuple[str, str]]:
    """Who may read a new file: asked of a sponsor whose CMO has joined; what a CMO adds is always shared."""
    if user.company_kind == PARTNER or record.wall_partner is None or not record.wall_shared:
        return []
    return [(INTERNAL, f"Only {user.company_name}"), (SHARED, f"{user.company_name} and the CMO")]


def add_file(request: PersonRequest, record: Any) -> HttpResponse | None:
    """Answers a POST of the form: redirects when the file is kept, else leaves the form with its refusal."""
    rule = rules[record.record_type()]
    require(request.user, rule.add)
    form = attach_form(request, record, request.POST, request.FILES)
    if getattr(record, "is_retired", False):
        form.add_error(None, "This is retired: take it back into use before you add a file.")
    if form.is_valid():
        shared = None if request.user.company_kind == PARTNER else form.cleaned_data.get("readers") == SHARED
        try:
            kept = attachments.attach(
                record, form.cleaned_data["file"], by=request.user, title=form.cleaned_data["title"], shared=shared
            )
        except RefusedUpload as refusal:
            form.add_error("file", str(refusal))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            say(request, f"{kept.name} added.")
            return redirect(request.path)
    request.refused_file = form  # type: ignore[attr-defined]
    return None


def record_of(attachment: Attachment, reader: Actor, permission: str) -> Record:
    """The record a file belongs to, seen by the reader: 404 behind its wall; without `permission` as `require` says."""
    rule = rules.get(attachment.about_type)
    if rule is None:
        raise Http404
    model: Any = apps.get_model(attachment.about_type)
    seen = getattr(model.objects, "open_to", model.objects.visible_to)  # drafts, where the subject keeps some
    record: Record = get_object_or_404(seen(reader), number=attachment.about_number)
    require(reader, getattr(rule, permission))
    return record


def seen_file(request: PersonRequest, number: str, permission: str) -> tuple[Attachment, Record]:
    attachment = get_object_or_404(Attachment.objects.visible_to(request.user), number=number)
    return attachment, record_of(attachment, request.user, permission)


@personal
def file_download(request: PersonRequest, number: str) -> FileResponse:
    """The file itself, never shown in the page: always a download, always trailed."""
    attachment, _record = seen_file(request, number, "read")
    if attachment.is_retired and not request.user.may(rules[attachment.about_type].retire):
        raise Http404
    response = FileResponse(
        attachment.file.open("rb"),
        as_attachment=True,
        filename=attachment.name,
        content_type=attachment.content_type,
    )
    note(attachment, by=request.user, action="attachment.download")
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


@personal
def file_retire(request: PersonRequest, number: str) -> HttpResponse:
    """Takes a file off its record's page, with the reason; Undo puts it back."""
    attachment, record = seen_file(request, number, "retire")
    form = ReasonForm(request.POST or None)

    def act() -> None:
        if attachment.is_retired:
            raise ValidationError("This file is retired already.")
        attachments.retire(attachment, by=request.user, reason=form.cleaned_data["reason"])

    return form_page(
        request,
        form,
        act,
        heading=f"Retire {attachment.name}",
        back=page_of(attachment, record),
        said=f"{attachment.name} is retired.",
        verb="Retire the file",
        undo=reverse("vendors:file-restore", args=[attachment.number]),
    )


@require_POST
@personal
def file_restore(request: PersonRequest, number: str) -> HttpResponse:
    attachment, record = seen_file(request, number, "retire")
    attachments.restore(attachment, by=request.user)
    say(request, f"{attachment.name} is back.")
    return redirect(page_of(attachment, record))


def page_of(attachment: Attachment, record: Record) -> str:
    return reverse(rules[attachment.about_type].page, args=[record.number])
