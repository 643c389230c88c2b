"""Pages of imports: sending a file, following it, its refused rows."""

from __future__ import annotations

from itertools import islice

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.lists import listing
from cmo_portal.lib.pages import render_page, say
from cmo_portal.records.forms import place
from cmo_portal.records.gate import page
from vendors.registry.runs import ImportRun
from vendors.regulatory import tasks
from vendors.regulatory.facts import FACTS
from vendors.regulatory.forms import ImportForm
from vendors.regulatory.importing import receive
from vendors.regulatory.refusals import refusals

SHOWN = 200  # refused rows on the page; all of them stand in the download
SORTS = {"newest": ("-created_at", "number")}
NO_WORKER = "Nobody took it up yet: the queue does not answer. Start it again in a minute."


def runs_of(request: PersonRequest) -> QuerySet[ImportRun]:
    return ImportRun.objects.visible_to(request.user).filter(kind__in=FACTS).select_related("sent_by")


def found_run(request: PersonRequest, number: str) -> ImportRun:
    run: ImportRun = get_object_or_404(runs_of(request), number=number)
    return run


@page(P.REGULATORY_IMPORT)
def import_list(request: PersonRequest) -> HttpResponse:
    """The form on top, the company's imports and the installation's below."""
    form = ImportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            run = receive(
                upload.file,
                by=request.user,
                sender=request.user,
                owner=request.user.company_id,
                name=upload.name,
                as_of=form.cleaned_data["as_of"],
            )
        except ValidationError as refusal:
            place(form, refusal)
        else:
            say(request, f"{run.file_name} received." if tasks.call(run) else NO_WORKER)
            return redirect(run)
    runs = listing(request, runs_of(request), sorts=SORTS, noun="import")
    return render_page(request, "vendors/import_list.html", None, {"form": form, "runs": runs})


@page(P.REGULATORY_IMPORT)
def import_detail(request: PersonRequest, number: str) -> HttpResponse:
    """How far it is; the page asks again by itself until the run is over."""
    run = found_run(request, number)
    context = {
        "run": run,
        "is_lost": run.is_lost(timezone.now()) and run.wall_owner == request.user.company_id,
        "refused": list(islice(refusals(run), SHOWN)),
        "shown": SHOWN,
    }
    return render_page(request, "vendors/import_detail.html", "vendors/_import_run.html", context)


@require_POST
@page(P.REGULATORY_IMPORT)
def import_again(request: PersonRequest, number: str) -> HttpResponse:
    """Rings again for a run that nobody works on; one that somebody works on is left alone."""
    run = found_run(request, number)
    if run.wall_owner != request.user.company_id:
        raise Http404
    if run.is_lost(timezone.now()):
        say(request, f"{run.file_name} is waiting for its turn." if tasks.call(run) else NO_WORKER)
    return redirect(run)


@page(P.REGULATORY_IMPORT)
def import_refused(request: PersonRequest, number: str) -> FileResponse:
    """All refused rows under the file's own headings, to mend and send again."""
    run = found_run(request, number)
    if not run.refused_file:
        raise Http404
    name = f"{run.file_name.rpartition('.')[0] or run.file_name}-refused.csv"
    response = FileResponse(
        run.refused_file.open("rb"), as_attachment=True, filename=name, content_type="text/csv; charset=utf-8"
    )
    response["Cache-Control"] = "no-store"
    return response
