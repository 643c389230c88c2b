"""Pages of imports: what came in, sending a file, the preview, confirm or discard, the refused rows to mend."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.exports import TYPES, export_response
from cmo_portal.lib.lists import listing
from cmo_portal.lib.pages import render_page, say
from cmo_portal.records.forms import place
from cmo_portal.records.gate import page
from cmo_portal.records.trail import note
from cmo_portal.records.workflow import WrongState
from vendors.registry import importing
from vendors.registry.import_files import KINDS, described, headings
from vendors.registry.runs import ImportRun
from vendors.registry.supply import ImportLine
from vendors.registry.supply_forms import ImportForm

OUTCOMES = ("new", "changed", "refused", "unchanged")
COUNTS = {"new": "added", "changed": "changed", "refused": "refused", "unchanged": "unchanged"}
PILLS = {"preview": "warn", "checking": "info", "applying": "info", "done": "ok", "failed": "bad", "discarded": ""}


def runs_of(request: PersonRequest) -> Any:
    rows = ImportRun.objects.visible_to(request.user).filter(wall_owner=request.user.company_id, kind__in=list(KINDS))
    return rows.select_related("sent_by", "confirmed_by")


def found_run(request: PersonRequest, number: str) -> ImportRun:
    run: ImportRun = get_object_or_404(runs_of(request), number=number)
    return run


@page(P.CMO_IMPORT)
def import_list(request: PersonRequest) -> HttpResponse:
    """The files of CMOs and sites that came in, and the form to send one."""
    is_sent = request.method == "POST"
    form = ImportForm(request.POST, request.FILES) if is_sent else ImportForm()
    if is_sent and form.is_valid():
        try:
            run = importing.send_file(request.user.company, form.cleaned_data["file"], by=request.user)
        except ValidationError as error:
            place(form, error)
        else:
            importing.start(run)
            return redirect("vendors:cmo-import-detail", run.number)
    runs = listing(request, runs_of(request), sorts={"newest": ("-created_at", "number")}, noun="import")
    for run in runs.rows:
        run.pill = PILLS[run.status]
    kinds = [(kind.code, kind.label, described(kind)) for kind in KINDS.values()]
    return render_page(request, "vendors/cmo_import_list.html", None, {"form": form, "runs": runs, "kinds": kinds})


@page(P.CMO_IMPORT)
def import_detail(request: PersonRequest, number: str) -> HttpResponse:
    """What the file would do, row by row, before anything is written; while a worker reads it, how far it is."""
    run = found_run(request, number)
    is_busy = run.status in importing.STEPS
    counts = {outcome: getattr(run, COUNTS[outcome]) for outcome in OUTCOMES}
    chosen = request.GET.get("outcome", "")
    if chosen not in OUTCOMES:
        chosen = next((outcome for outcome in OUTCOMES if counts[outcome]), "new")
    lines = ImportLine.objects.visible_to(request.user).filter(run=run, outcome=chosen)
    context = {
        "run": run,
        "is_busy": is_busy,
        "counts": [(outcome, ImportLine.Outcome(outcome).label, counts[outcome]) for outcome in OUTCOMES],
        "chosen": chosen,
        "pill": PILLS[run.status],
        "lines": None if is_busy else listing(request, lines, sorts={"row": ("row",)}, noun="row", size=50),
        "may_confirm": run.status == ImportRun.Status.PREVIEW and bool(run.added or run.changed),
        "is_preview": run.status == ImportRun.Status.PREVIEW,
    }
    return render_page(request, "vendors/cmo_import_detail.html", "vendors/_cmo_import_run.html", context)


@require_POST
@page(P.CMO_IMPORT)
def import_confirm(request: PersonRequest, number: str) -> HttpResponse:
    """What the preview shows is written."""
    run = found_run(request, number)
    try:
        importing.confirm(run, by=request.user)
    except WrongState as error:
        say(request, str(error))
    else:
        importing.start(run)
    return redirect("vendors:cmo-import-detail", number)


@require_POST
@page(P.CMO_IMPORT)
def import_discard(request: PersonRequest, number: str) -> HttpResponse:
    run = found_run(request, number)
    try:
        importing.discard(run, by=request.user)
        say(request, "The file is discarded: nothing was written.")
    except WrongState as error:
        say(request, str(error))
    return redirect("vendors:cmo-import-detail", number)


@page(P.CMO_IMPORT)
def import_refused(request: PersonRequest, number: str) -> FileResponse:
    """The refused rows in the file's own columns with the reasons, to mend and send again."""
    run = found_run(request, number)
    if not run.refused:
        raise Http404("No row was refused.")
    rows = importing.refused_rows(run)
    header = [str(cell) for cell in next(rows)]
    response, count = export_response(f"refused-{run.number.lower()}", "csv", header=header, rows=rows)
    note(run, by=request.user, action="import.download_refused", details={"rows": count})
    return response


@page(P.CMO_IMPORT)
def import_template(request: PersonRequest, kind: str, extension: str) -> FileResponse:
    """An empty file with the headings to fill in."""
    if kind not in KINDS or extension not in TYPES:
        raise Http404("There is no such file.")
    response, _count = export_response(kind, extension, header=headings(KINDS[kind]), rows=())
    return response
