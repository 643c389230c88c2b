"""Pages of CAPAs for both sides: the list with its export, one CAPA as a story, its moves, and tabs on other pages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone

from audits.capa import work
from audits.capa.filters import CapaListFilter
from audits.capa.forms import MOVE_FORMS
from audits.capa.models import CapaLink
from audits.capa.story import stand_of, story, waits_for
from audits.capa.vocabulary import Ball
from audits.capa.workflows import CAPA
from audits.programme.frame import audit_frame
from audits.programme.limits import due
from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.accounts.saved_views import saved_views
from cmo_portal.lib.exports import TYPES, export_response
from cmo_portal.lib.lists import Listing, listing
from cmo_portal.lib.pages import render_page
from cmo_portal.records.actors import PARTNER
from cmo_portal.records.gate import page
from cmo_portal.records.moves import move_page
from cmo_portal.records.sign_form import MoveForm
from cmo_portal.records.signed import signed
from cmo_portal.records.trail import note
from vendors.registry.files import add_file, shelf
from vendors.registry.frame import cmo_frame, site_frame
from vendors.registry.history import history_of

TAB = "CAPA"
SORTS = {
    "due": ("due_date", "number"),
    "-due": ("-due_date", "number"),
    "since": ("ball_key", "number"),
    "-since": ("-ball_key", "number"),
    "cmo": ("finding__audit__site__vendor__sort_name", "number"),
    "-cmo": ("-finding__audit__site__vendor__sort_name", "number"),
}
HEADER = (
    *("Number", "Finding", "Title", "Class", "Audit", "Site", "CMO", "Sponsor", "Response", "CAPA", "Waits for"),
    *(
        "Since",
        "Next due",
        "Rounds",
        "Response due",
        "Agreed date",
        "Implemented",
        "Closed",
        "Days CMO",
        "Days sponsor",
    ),
)


def with_words(found: Listing, request: PersonRequest) -> Listing:
    """Adds to the rows of a page how each stands and whom it waits for."""
    today = timezone.localdate()
    for row in found.rows:
        row.words, row.pill = stand_of(row)
        row.waits = waits_for(row, request.user, today)
        row.side = row.finding.audit.site.vendor
    return found


def listed(request: PersonRequest, rows: Any) -> Any:
    """The rows a list shows: those still open, unless a status or a word is asked for."""
    rows = rows if request.GET.get("status") or request.GET.get("q") else rows.open()
    return rows.with_places().with_ball_key()


@page(P.CAPA_VIEW)
def capa_list(request: PersonRequest) -> HttpResponse:
    """Every CAPA of the reader's side, what is due first on top."""
    filters = CapaListFilter(request.GET, queryset=CapaLink.objects.visible_to(request.user), reader=request.user)
    found = listing(request, listed(request, filters.qs), sorts=SORTS, noun="CAPA")
    context = {
        "capas": with_words(found, request),
        "filters": filters,
        "filtered": any(request.GET.get(name) for name in filters.filters),
        "shelf": saved_views(request, "audits:capa-list"),
        "query": request.GET.urlencode(),
        "is_partner": request.user.company_kind == PARTNER,
        "may_own": request.user.may(P.CAPA_OWN),
    }
    return render_page(request, "audits/capa_list.html", "audits/_capa_rows.html", context)


@page(P.CAPA_VIEW)
def capa_export(request: PersonRequest, kind: str) -> FileResponse:
    """The filtered list as a file; the trail keeps who took it, how it was filtered and how many rows it has."""
    if kind not in TYPES:
        raise Http404
    filters = CapaListFilter(request.GET, queryset=CapaLink.objects.visible_to(request.user), reader=request.user)
    sort = SORTS.get(request.GET.get("sort", ""), SORTS["due"])
    rows = listed(request, filters.qs).order_by(*sort).iterator(chunk_size=500)
    name = f"capas-{timezone.localdate().isoformat()}"
    response, count = export_response(name, kind, header=HEADER, rows=exported(rows))
    details = {"format": kind, "rows": count, "filters": request.GET.dict()}
    note(User.objects.get(pk=request.user.pk), by=request.user, action="capa.export", details=details)
    return response


def exported(links: Iterator[CapaLink]) -> Iterator[tuple[object, ...]]:
    today = timezone.localdate()
    for link in links:
        finding: Any = link.finding
        audit = finding.audit
        ball: Any = link
        yield (
            link.number,
            finding.label,
            finding.title,
            finding.get_classification_display(),
            audit.number,
            audit.site.name,
            audit.site.vendor.name,
            audit.site.vendor.sponsor.name,
            ball.get_response_status_display(),
            ball.get_status_display(),
            ball.get_ball_display(),
            link.ball_since_date,
            link.due_date if link.ball else None,
            link.rounds,
            link.response_due_date,
            link.agreed_date,
            link.implemented_date,
            link.closed_date,
            link.days_of(Ball.PARTNER, today),
            link.days_of(Ball.SPONSOR, today),
        )


def found_link(request: PersonRequest, number: str) -> CapaLink:
    rows = CapaLink.objects.visible_to(request.user).with_places()
    link: CapaLink = get_object_or_404(rows, number=number)
    return link


def crumbs_of(link: CapaLink) -> list[tuple[str, str]]:
    audit = link.finding.audit
    return [
        ("CAPAs", reverse("audits:capa-list")),
        (audit.number, reverse("audits:audit-capas", args=[audit.number])),
    ]


def under(link: CapaLink) -> list[tuple[str, str]]:
    """The crumbs of a page below the CAPA's own."""
    return [*crumbs_of(link), (link.number, link.get_absolute_url())]


@page(P.CAPA_VIEW)
def capa_detail(request: PersonRequest, number: str) -> HttpResponse:
    """The whole story of one CAPA; a POST adds evidence of what was implemented."""
    link = found_link(request, number)
    if request.method == "POST":
        answer = add_file(request, link)
        if answer is not None:
            return answer
    user, today = request.user, timezone.localdate()
    context: dict[str, Any] = {
        "link": link,
        "now": timezone.now(),
        "finding": link.finding,
        "audit": link.finding.audit,
        "site": link.finding.audit.site,
        "is_partner": user.company_kind == PARTNER,
        "signatures": signed(link, user),
        "history": history_of(link, request) if user.may(P.HISTORY_VIEW) else None,
        "crumbs": [*crumbs_of(link), (link.number, "")],
    }
    told = story(link, user, today)
    if told["may"]["add_file"]:
        context |= shelf(request, link)
    return render_page(request, "audits/capa_detail.html", None, context | told)


@page(P.CAPA_VIEW)
def capa_move(request: PersonRequest, number: str, name: str) -> HttpResponse:
    """A move of the CAPA: what it takes, and the signature under the last one."""
    link = found_link(request, number)
    name = name.replace("-", "_")
    if name == "agree_date":
        raise Http404("A date is agreed where it is proposed.")
    check = link.checks.filter(verdict="").first() if name in MOVE_FORMS else None
    initial: dict[str, Any] = {}
    if check is not None:
        initial = {"criterion": check.criterion, "sample": check.sample, "check_date": check.date}
    elif name == "plan_check":
        initial = {"check_date": usual_check_day(link)}
    return move_page(
        request,
        link,
        CAPA,
        name,
        template="audits/capa_move.html",
        context={"crumbs": under(link), "link": link, "finding": link.finding, "check": check},
        form_class=MOVE_FORMS.get(name, MoveForm),
        act=work.move_link,
        initial=initial,
        said="Signed: the CAPA and its finding are closed." if name == "close" else "",
    )


def usual_check_day(link: CapaLink) -> date | None:
    """So many months after the implementation as the sponsor's own number says; None where that day has passed."""
    day = due(link.finding.audit, "effectiveness_months", link.implemented_date or timezone.localdate())
    return day if day > timezone.localdate() else None


# --- tabs of other pages --------------------------------------------------------------------------------------------


def tab(request: PersonRequest, context: dict[str, Any], rows: Any, template: str) -> HttpResponse:
    """A list of CAPAs inside somebody else's page, open and closed ones together."""
    found = listing(request, rows.with_places().with_ball_key(), sorts=SORTS, noun="CAPA")
    is_partner = request.user.company_kind == PARTNER
    context |= {"capas": with_words(found, request), "in_tab": True, "is_partner": is_partner}
    return render_page(request, template, "audits/_capa_rows.html", context)


@page(P.CAPA_VIEW)
def audit_capas(request: PersonRequest, number: str) -> HttpResponse:
    """The CAPAs of one audit."""
    context = audit_frame(request, number, TAB)
    rows = CapaLink.objects.visible_to(request.user).filter(finding__audit=context["audit"])
    return tab(request, context, rows, "audits/audit_capas.html")


@page(P.CMO_VIEW)
def cmo_capas(request: PersonRequest, number: str) -> HttpResponse:
    """The CAPAs of one CMO, on the page that its sponsor keeps of it."""
    context = cmo_frame(request, number, TAB)
    rows = CapaLink.objects.visible_to(request.user).filter(finding__audit__site__vendor=context["vendor"])
    return tab(request, context, rows, "audits/cmo_capas.html")


@page(P.CAPA_VIEW)
def site_capas(request: PersonRequest, number: str) -> HttpResponse:
    """The CAPAs of one site."""
    context = site_frame(request, number, TAB)
    rows = CapaLink.objects.visible_to(request.user).filter(finding__audit__site=context["site"])
    return tab(request, context, rows, "audits/site_capas.html")
