"""The tab Conversation on pages of other rooms: what was said about the record, and a thread about it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from audits.programme.frame import audit_frame
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.pages import render_page
from cmo_portal.records.gate import page
from communications.messages import subjects
from communications.messages.lines import LIST, listed, rows_for
from communications.messages.querysets import ThreadQuerySet
from vendors.registry.frame import cmo_frame, site_frame
from vendors.registry.models import Vendor

TAB = "Conversation"


@page(P.CMO_VIEW)
def cmo_threads(request: PersonRequest, number: str) -> HttpResponse:
    """Everything said with or about a CMO."""
    context = cmo_frame(request, number, TAB)
    vendor: Vendor = context["vendor"]
    rows = rows_for(request.user).filter(vendor=vendor)
    return tab_page(request, "communications/cmo_threads.html", context, rows, f"?cmo={number}")


@page(P.SITE_VIEW)
def site_threads(request: PersonRequest, number: str) -> HttpResponse:
    context = site_frame(request, number, TAB)
    rows = rows_for(request.user).about(subjects.SITE, number)
    return tab_page(request, "communications/site_threads.html", context, rows, start_of(subjects.SITE, number))


@page(P.AUDIT_VIEW)
def audit_threads(request: PersonRequest, number: str) -> HttpResponse:
    context = audit_frame(request, number, TAB)
    rows = rows_for(request.user).about(subjects.AUDIT, number)
    return tab_page(request, "communications/audit_threads.html", context, rows, start_of(subjects.AUDIT, number))


@page(P.MESSAGE_VIEW)
def record_threads(request: PersonRequest, record_type: str, number: str) -> HttpResponse:
    """Where the button Messages of a record's page leads; 404 where the record is not open to the person."""
    record = subjects.find(record_type, number, request.user)
    subject = subjects.kinds[record_type]
    context = {
        "record": record,
        "noun": subject.noun,
        "title": subject.title(record),
        "crumbs": [("Messages", reverse(LIST)), (record.number, "")],
    }
    rows = rows_for(request.user).about(record_type, number)
    template = "communications/record_threads.html"
    return tab_page(request, template, context, rows, start_of(record_type, number))


def start_of(record_type: str, number: str) -> str:
    return f"?type={record_type}&about={number}"


def tab_page(
    request: PersonRequest, template: str, context: dict[str, Any], rows: ThreadQuerySet, start: str
) -> HttpResponse:
    user = request.user
    context |= {
        "threads": listed(request, user, rows) if user.may(P.MESSAGE_VIEW) else None,
        "start_url": f"{reverse('communications:thread-create')}{start}" if user.may(P.MESSAGE_POST) else "",
        "in_tab": True,
        "words": "",
    }
    return render_page(request, template, None, context)
