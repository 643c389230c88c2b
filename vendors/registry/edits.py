"""The one shape of every page that adds, revises or retires a record: a form, its action, the refusal at the field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect

from cmo_portal.accounts.forms import ReasonForm
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.pages import render_page, say
from cmo_portal.records.forms import RecordForm, place
from cmo_portal.records.record import Record
from cmo_portal.records.trail import StaleRecord
from cmo_portal.records.workflow import WrongState
from vendors.registry import actions

Crumb = tuple[str, str]


def form_page(
    request: PersonRequest,
    form: forms.BaseForm,
    act: Callable[[], Any],
    *,
    heading: str,
    back: str,
    said: str,
    verb: str = "Save",
    crumbs: list[Crumb] | None = None,
    undo: str = "",
    template: str = "vendors/record_edit.html",
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    """Shows `form`; a good POST runs `act`, says `said` and goes `back`, or to the page of what `act` made.

    A refusal comes back with the form kept.
    """
    if request.method == "POST" and form.is_valid():
        try:
            made = act()
        except (ValidationError, StaleRecord, WrongState) as error:
            refuse(form, error)
        else:
            say(request, said, undo_url=undo)
            return redirect(made if hasattr(made, "get_absolute_url") else back)
    context = {"form": form, "heading": heading, "back_url": back, "verb": verb, "crumbs": crumbs or []}
    return render_page(request, template, None, context | (more or {}))


def refuse(form: Any, error: ValidationError | StaleRecord | WrongState) -> None:
    if isinstance(error, WrongState):
        form.add_error(None, str(error))
    elif isinstance(form, RecordForm):
        form.refuse(error)
    elif isinstance(error, ValidationError):
        place(form, error)
    else:
        form.add_error(None, str(error))


def retire_page(
    request: PersonRequest, record: Record, *, name: str, back: str, undo: str, crumbs: list[Crumb] | None = None
) -> HttpResponse:
    """Asks why, retires, and offers to take it back."""
    form = ReasonForm(request.POST or None)

    def act() -> None:
        actions.retire(record, by=request.user, reason=form.cleaned_data["reason"])

    return form_page(
        request,
        form,
        act,
        heading=f"Retire {name}",
        back=back,
        said=f"{name} is retired.",
        verb=f"Retire {name}",
        crumbs=crumbs,
        undo=undo,
    )


def restore_record(request: PersonRequest, record: Record, *, name: str, back: str) -> HttpResponse:
    """Takes a retired record back into use."""
    try:
        actions.restore(record, by=request.user)
    except (ValidationError, StaleRecord) as error:
        text = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
        say(request, text)
    else:
        say(request, f"{name} is back in use.")
    return redirect(back)
