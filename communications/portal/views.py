"""The section of a CMO's page that sets both sides' punctuality side by side."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.pages import render_page
from cmo_portal.records.gate import page
from communications.portal.two_ways import in_rows, relations_of
from vendors.registry.frame import cmo_frame


@page(P.CMO_VIEW)
def cmo_both_ways(request: PersonRequest, number: str) -> HttpResponse:
    """How the sponsor and this CMO keep their dates, in the same figures for both."""
    context = cmo_frame(request, number, "")
    (relation,) = relations_of(request.user, [context["vendor"]], timezone.now())
    context |= {"relation": in_rows(relation, request.user), "is_empty": not relation.says_something}
    return render_page(request, "communications/cmo_both_ways.html", "communications/_both_ways.html", context)
