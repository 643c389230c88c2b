"""The page and the files of the approved supplier list."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils import timezone

from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib import wording
from cmo_portal.lib.exports import TYPES, export_response
from cmo_portal.lib.pages import render_page
from cmo_portal.lib.pdf import render_pdf
from cmo_portal.records.gate import page
from cmo_portal.records.trail import note
from vendors.registry.approved_list import HEADER, Line, as_cells, lines_as_of
from vendors.registry.forms import Day
from vendors.registry.vocabulary import Service

SHOWN = 500  # lines on the page; the files hold them all
PRINTED = ("CMO and site", "Service", "Dosage form", "Product", "Status", "Until", "Conditions")


class ListForm(forms.Form):
    """What the list is cut down to, and the day as of which it stands."""

    q = forms.CharField(required=False, label="Search", widget=forms.TextInput(attrs={"type": "search"}))
    on = forms.DateField(required=False, label="As of the end of", widget=Day)
    service = forms.ChoiceField(required=False, choices=[("", "Any"), *Service.choices])
    everything = forms.BooleanField(required=False, label="Also what may not be used")

    def clean_on(self) -> date:
        day: date | None = self.cleaned_data["on"]
        today = timezone.localdate()
        if day is not None and day > today:
            raise forms.ValidationError("The list tells the past and today: choose a day up to today.")
        return day or today


class Asked:
    """The lines that somebody asked for, and what they asked."""

    def __init__(self, request: PersonRequest) -> None:
        self.form = ListForm(request.GET or None)
        given = self.form.cleaned_data if self.form.is_bound and self.form.is_valid() else {}
        self.is_refused = self.form.is_bound and not self.form.is_valid()
        self.day: date = given.get("on") or timezone.localdate()
        self.words: str = given.get("q", "")
        self.service: str = given.get("service", "")
        self.everything: bool = given.get("everything", False)
        self.is_past = self.day < timezone.localdate()
        self.lines = (
            [] if self.is_refused else [line for line in lines_as_of(request.user, self.day) if self.fits(line)]
        )

    def fits(self, line: Line) -> bool:
        if not (self.everything or line.may_be_used) or (self.service and line.service != self.service):
            return False
        text = f"{line.cmo} {line.site} {line.place} {line.fei} {line.product} {line.number}".casefold()
        return all(word in text for word in self.words.casefold().split())


@page(P.CMO_VIEW)
def approved_list(request: PersonRequest) -> HttpResponse:
    """What each site may be used for, today or as it stood on a day."""
    asked = Asked(request)
    context = {
        "form": asked.form if asked.form.is_bound else ListForm(initial={"on": asked.day}),
        "filters": {"form": asked.form if asked.form.is_bound else ListForm(initial={"on": asked.day})},
        "refused": asked.form.errors.get("on") if asked.is_refused else None,
        "lines": asked.lines[:SHOWN],
        "count": len(asked.lines),
        "has_more": len(asked.lines) > SHOWN,
        "day": asked.day,
        "is_past": asked.is_past,
        "is_narrowed": bool(asked.words or asked.service),
        "may_export": request.user.may(P.CMO_EXPORT),
        "query": request.GET.urlencode(),
    }
    status = 422 if asked.is_refused else 200
    return render_page(request, "vendors/approved_list.html", "vendors/_approved_lines.html", context, status=status)


@page(P.CMO_EXPORT)
def approved_list_export(request: PersonRequest, kind: str) -> HttpResponseBase:
    """The list as CSV, Excel or PDF; the trail keeps who took it, as of which day and how many lines it has."""
    if kind not in {*TYPES, "pdf"}:
        raise Http404
    asked = Asked(request)
    if asked.is_refused:
        raise Http404
    name = f"approved-suppliers-{asked.day.isoformat()}"
    details: dict[str, Any] = {"format": kind, "as_of": asked.day.isoformat(), "rows": len(asked.lines)}
    note(User.objects.get(pk=request.user.pk), by=request.user, action="approved_list.export", details=details)
    if kind == "pdf":
        headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"', "X-Content-Type-Options": "nosniff"}
        return HttpResponse(as_pdf(request, asked), content_type="application/pdf", headers=headers)
    response, _count = export_response(name, kind, header=HEADER, rows=as_cells(asked.lines))
    return response


def as_pdf(request: PersonRequest, asked: Asked) -> bytes:
    now = timezone.now()
    data = {
        "title": "Approved supplier list",
        "subtitle": f"{request.user.company_name}, as of the end of {wording.full_day(asked.day)}",
        "number": asked.day.isoformat(),
        "author": request.user.company_name,
        "facts": [
            ["Lines", str(len(asked.lines))],
            ["Shown", "every scope" if asked.everything else "scopes that may be used"],
            ["Printed", f"{wording.utc_stamp(now)}, by {request.user.name}"],
        ],
        "parts": [{"head": PRINTED, "rows": [printed(line) for line in asked.lines]}],
    }
    return render_pdf("plain.typ", data, at=now)


def printed(line: Line) -> tuple[str, ...]:
    return (
        f"{line.cmo}, {line.site}" + (f" (FEI {line.fei})" if line.fei else ""),
        line.service_words,
        line.form_words,
        line.product or "Any",
        line.status_words,
        wording.full_day(line.expires_date) if line.expires_date else "",
        line.conditions,
    )
