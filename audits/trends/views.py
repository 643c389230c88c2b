"""Pages of the trends: all of them, the lists behind the cycle times, a section on a CMO's and on a site's page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import FileResponse, Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone

from audits.programme.limits import limits_of
from audits.trends.asked import Asked
from audits.trends.figures import year_to
from audits.trends.files import HEADER, long_rows
from audits.trends.forms import TrendForm
from audits.trends.picture import brief_of, trends_of
from audits.trends.present import page_of
from audits.trends.step_list import line_of, rows_of, shows_of, sorts_of
from audits.trends.steps import STEPS, Step
from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.exports import TYPES, export_response
from cmo_portal.lib.lists import listing
from cmo_portal.lib.pages import render_page
from cmo_portal.records.gate import page
from cmo_portal.records.trail import note
from vendors.registry.frame import cmo_frame, site_frame

LINE_HEADER = ("Number", "Title", "CMO", "Site", "From", "To", "Days", "Due", "Late")


@page(P.TREND_VIEW)
def trend_list(request: PersonRequest) -> HttpResponse:
    """Findings and cycle times of a period, of all CMOs or of one."""
    form = TrendForm(request.GET, reader=request.user)
    context: dict[str, Any] = {"form": form, "filters": {"form": form}}
    if not form.is_valid():
        return render_page(request, "audits/trend_list.html", "audits/_trends.html", context, status=422)
    context |= page_of(trends_of(request.user, form.asked))
    return render_page(request, "audits/trend_list.html", "audits/_trends.html", context)


def asked_or_404(request: PersonRequest) -> Asked:
    """For files and lists, whose addresses are made by us: what is no question leads nowhere."""
    form = TrendForm(request.GET, reader=request.user)
    if not form.is_valid():
        raise Http404
    return form.asked


@page(P.TREND_VIEW)
def trend_export(request: PersonRequest, kind: str) -> FileResponse:
    """Every figure of the page on a line of its own, with all sites and CMOs; the trail keeps who took it."""
    if kind not in TYPES:
        raise Http404
    asked = asked_or_404(request)
    rows = long_rows(trends_of(request.user, asked, most=None))
    name = f"audit-trends-{asked.period.first.isoformat()}-{asked.period.last.isoformat()}"
    response, count = export_response(name, kind, header=HEADER, rows=rows)
    keep_note(request, "trend.export", kind, count)
    return response


def keep_note(request: PersonRequest, action: str, kind: str, count: int, **more: Any) -> None:
    details = {"format": kind, "rows": count, "filters": request.GET.dict()} | more
    note(User.objects.get(pk=request.user.pk), by=request.user, action=action, details=details)


def found_step(code: str) -> Step:
    if code not in STEPS:
        raise Http404
    return STEPS[code]


@page(P.TREND_VIEW)
def trend_step(request: PersonRequest, code: str) -> HttpResponse:
    """The audits or CAPAs that a figure of one step counts."""
    step, asked = found_step(code), asked_or_404(request)
    shows, show = shows_of(step), request.GET.get("show", "")
    show = show if show in shows else ""
    limits = limits_of(request.user.company)
    rows = rows_of(step, show, request.user, asked, limits)
    found = listing(request, rows, sorts=sorts_of(step, show), noun=step.noun)
    context = {
        "step": step,
        "asked": asked,
        "show": show,
        "limit": step.limit_words(limits),
        "found": found,
        "lines": [line_of(row, step, show) for row in found.rows],
        "shows": [
            {"label": words, "url": asked.step(code, name), "current": name == show} for name, words in shows.items()
        ],
        "back": f"{reverse('audits:trend-list')}?{asked.query}",
        "query": request.GET.urlencode(),
    }
    return render_page(request, "audits/trend_step.html", "audits/_trend_lines.html", context)


@page(P.TREND_VIEW)
def trend_step_export(request: PersonRequest, code: str, kind: str) -> FileResponse:
    """The same lines as a file."""
    if kind not in TYPES:
        raise Http404
    step, asked = found_step(code), asked_or_404(request)
    show = request.GET.get("show", "")
    show = show if show in shows_of(step) else ""
    order = next(iter(sorts_of(step, show).values()))
    rows = rows_of(step, show, request.user, asked, limits_of(request.user.company)).order_by(*order)
    name = f"audit-trends-{code}-{timezone.localdate().isoformat()}"
    lines = line_cells(rows.iterator(chunk_size=500), step, show)
    response, count = export_response(name, kind, header=LINE_HEADER, rows=lines)
    keep_note(request, "trend.export", kind, count, step=code)
    return response


def line_cells(rows: Iterator[Any], step: Step, show: str) -> Iterator[tuple[object, ...]]:
    for row in rows:
        line = line_of(row, step, show)
        late = "yes" if line.is_late else "no"
        yield line.number, line.title, line.cmo, line.site, line.first, line.last, line.days, line.due, late


# --- on other pages --------------------------------------------------------------------------------
def section(request: PersonRequest, **place: str) -> dict[str, Any]:
    """Context of the section: the last twelve months of one CMO or site."""
    today = timezone.localdate()
    asked = Asked(year_to(today), today, **place)
    return page_of(brief_of(request.user, asked)) | {"all_url": f"{reverse('audits:trend-list')}?{asked.query}"}


@page(P.TREND_VIEW)
def cmo_trends(request: PersonRequest, number: str) -> HttpResponse:
    """The section on a CMO's page."""
    context = cmo_frame(request, number, "") | section(request, cmo=number)
    return render_page(request, "audits/cmo_trends.html", "audits/_trend_section.html", context)


@page(P.TREND_VIEW)
def site_trends(request: PersonRequest, number: str) -> HttpResponse:
    """The section on a site's page."""
    context = site_frame(request, number, "") | section(request, site=number)
    return render_page(request, "audits/site_trends.html", "audits/_trend_section.html", context)
