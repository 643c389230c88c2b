"""The trail as people read it: what was done to what in plain words. The codes behind them stand in the export."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

from django.http import FileResponse, Http404, HttpResponse
from django.utils import timezone

from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.exports import TYPES, export_response
from cmo_portal.lib.lists import listing
from cmo_portal.lib.pages import render_page
from cmo_portal.records.gate import page
from cmo_portal.records.record import Record
from cmo_portal.records.trail import TrailEvent, note, record_models
from vendors.registry.history import ACTS, HIDDEN, label_of

HEADER = (
    *("When (UTC)", "Who", "Person", "What", "Action", "Changed", "Fields", "Kind of record", "Record type"),
    *("Record", "Entry", "Why", "Hash"),
)
SORT = ("-at", "hash")
BATCH, MOST = 2000, 6


class Said(NamedTuple):
    """One entry in words. what: `Certificate: changed it`. fields: codes of what changed; none of a new one."""

    what: str
    changed: tuple[str, ...]
    fields: tuple[str, ...]


@cache
def models_by_type() -> dict[str, type[Record]]:
    return {model.record_type(): model for model in record_models()}


def noun_of(record_type: str) -> str:
    model = models_by_type().get(record_type)
    words = str(model._meta.verbose_name) if model else record_type.rpartition(".")[2]
    return words[:1].upper() + words[1:]


def in_words(event: TrailEvent) -> Said:
    act = event.action.rpartition(".")[2]
    what = f"{noun_of(event.record_type)}: {ACTS.get(act, act.replace('_', ' '))}"
    model = models_by_type().get(event.record_type)
    if event.seq == 1 or model is None:
        return Said(what, (), ())
    fields = tuple(name for name, _, _ in event.changes(opened=False))
    return Said(what, tuple(label_of(model, name) for name in fields if name not in HIDDEN), fields)


def asked(request: PersonRequest) -> Any:
    """The entries the person's company may read that answer to the question of the page."""
    rows = TrailEvent.objects.open_to(request.user)
    words = request.GET.get("q", "").strip()[:60]
    if words:
        rows = rows.filter(record_number__iexact=words) | rows.filter(actor_name__icontains=words)
    about = request.GET.get("about", "").strip()
    if about:
        rows = rows.filter(record_type=about)
    action = request.GET.get("action", "").strip()
    return rows.filter(action__startswith=action) if action else rows


@page(P.TRAIL_VIEW)
def trail_list(request: PersonRequest) -> HttpResponse:
    """The trail of everything the person's company may read, newest first."""
    found = listing(request, asked(request), sorts={"newest": SORT}, noun="entry", plural="entries", size=50)
    for event in found.rows:
        said = in_words(event)
        more = len(said.changed) - MOST
        event.what = said.what
        event.changed = ", ".join(said.changed[:MOST]) + (f" and {more} more" if more > 0 else "")
    may = request.user.may
    kinds = [code for code, model in models_by_type().items() if model.read_permission and may(model.read_permission)]
    context = {
        "events": found,
        "words": request.GET.get("q", "").strip()[:60],
        "about": request.GET.get("about", ""),
        "kinds": sorted(((noun_of(code), code) for code in kinds), key=lambda pair: pair[0].lower()),
        "query": request.GET.urlencode(),
    }
    return render_page(request, "trail_list.html", None, context)


@page(P.TRAIL_VIEW)
def trail_export(request: PersonRequest, kind: str) -> FileResponse:
    """The same entries as a file, in words and as codes; the trail keeps who took it."""
    if kind not in TYPES:
        raise Http404
    rows = asked(request).order_by(*SORT).iterator(chunk_size=BATCH)
    name = f"trail-{timezone.localdate().isoformat()}"
    response, count = export_response(name, kind, header=HEADER, rows=exported(rows))
    details = {"format": kind, "rows": count, "filters": request.GET.dict()}
    note(User.objects.get(pk=request.user.pk), by=request.user, action="trail.export", details=details)
    return response


def exported(events: Iterable[TrailEvent]) -> Iterator[tuple[object, ...]]:
    for event in events:
        said = in_words(event)
        yield (
            event.at.isoformat(timespec="seconds"),
            event.actor_name,
            event.actor_ref,
            said.what,
            event.action,
            ", ".join(said.changed),
            ", ".join(said.fields),
            noun_of(event.record_type),
            event.record_type,
            event.record_number,
            event.seq,
            event.reason,
            event.hash,
        )
