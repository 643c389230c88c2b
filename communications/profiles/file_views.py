"""Pages of profiles as signed files: a CMO's export and import of its own, and a sponsor's import for a CMO."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.pages import render_page, say
from cmo_portal.lib.wording import counted
from cmo_portal.records.gate import page
from cmo_portal.records.installation_key import current_key
from cmo_portal.records.workflow import WrongState
from communications.profiles import filing
from communications.profiles.forms import ExportForm, ImportForm
from communications.profiles.own_views import OWN, TITLE
from communications.profiles.publish_views import choices_of
from communications.profiles.signed_file import RefusedFile
from vendors.registry.models import Vendor
from vendors.registry.moved import refuse_merged

TYPES = {"json": "application/json", "zip": "application/zip"}


@page(P.PROFILE_PUBLISH)
def profile_export(request: PersonRequest) -> HttpResponse:
    """Chooses sections and hands them out as a signed file."""
    choices = choices_of(request)
    known = [code for code, label in choices if "confidential" not in label]
    form = ExportForm(request.POST or None, sections=choices, initial={"sections": known})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            data, name = filing.export(
                given["sections"], by=request.user, text=given["note"], with_files=given["with_files"]
            )
        except WrongState as error:
            form.add_error(None, str(error))
        else:
            response = HttpResponse(data, content_type=TYPES[name.rpartition(".")[2]])
            response["Content-Disposition"] = f'attachment; filename="{name}"'
            response["X-Content-Type-Options"] = "nosniff"
            response["Cache-Control"] = "private, no-store"
            return response
    context = {
        "export_form": form,
        "key": current_key(),
        "has_answers": bool(choices),
        "crumbs": [(TITLE, reverse(OWN)), ("Export", "")],
    }
    return render_page(request, "communications/profile_export.html", None, context)


def bytes_of(form: ImportForm) -> bytes:
    return bytes(form.cleaned_data["file"].read())


@page(P.PROFILE_WRITE)
def profile_import(request: PersonRequest) -> HttpResponse:
    """A CMO takes its answers along from another installation."""
    form = ImportForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"import_form": form, "crumbs": [(TITLE, reverse(OWN)), ("Import", "")]}
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["key"]
        try:
            if "check" in request.POST:
                context["opened"] = filing.opened_for(None, bytes_of(form), key, request.user)
            else:
                opened, taken, left = filing.import_own(bytes_of(form), by=request.user, key=key)
                context |= {"opened": opened, "taken": taken, "left": left, "is_done": True}
        except RefusedFile as error:
            form.add_error("file", str(error))
    return render_page(request, "communications/profile_import.html", None, context)


@page(P.PROFILE_IMPORT)
def cmo_profile_import(request: PersonRequest, number: str) -> HttpResponse:
    """A sponsor takes in the file of a CMO, to read it here."""
    rows = Vendor.objects.visible_to(request.user).select_related("sponsor", "company")
    vendor = get_object_or_404(rows, number=number)
    refuse_merged(vendor)
    tab = reverse("communications:cmo-profile", args=[number])
    form = ImportForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {
        "import_form": form,
        "vendor": vendor,
        "crumbs": [(vendor.name, vendor.get_absolute_url()), ("Profile", tab), ("Import", "")],
    }
    if request.method == "POST" and form.is_valid():
        key = form.cleaned_data["key"]
        try:
            if "check" in request.POST:
                context["opened"] = filing.opened_for(vendor, bytes_of(form), key, request.user)
            else:
                made = filing.import_for(vendor, bytes_of(form), by=request.user, key=key)
                say(request, imported(made.said.faults))
                return redirect(made)
        except RefusedFile as error:
            form.add_error("file", str(error))
        except ValidationError as error:
            form.add_error(None, error)
    return render_page(request, "communications/profile_import.html", None, context)


def imported(faults: list[Any]) -> str:
    left = f" {counted(len(faults), 'row')} could not be read and are listed." if faults else ""
    return f"Imported.{left}"
