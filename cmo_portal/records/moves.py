"""The page of a move, the same for every workflow: what is about to happen, the form, the refusal as a sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from cmo_portal.lib.pages import render_page, say
from cmo_portal.records.gate import require
from cmo_portal.records.record import Record
from cmo_portal.records.sign_form import REFUSALS, MoveForm
from cmo_portal.records.workflow import Workflow


def move_page(
    request: HttpRequest,
    record: Record,
    workflow: Workflow,
    name: str,
    *,
    template: str,
    context: dict[str, Any],
    form_class: type[MoveForm] = MoveForm,
    act: Callable[..., None] | None = None,
    said: str = "",
    initial: dict[str, Any] | None = None,
    back_url: str = "",
) -> HttpResponse:
    """Shows the form of the move `name` and performs it; 404 for an unknown move, 403 without the right.

    act(record, name, by=..., reason=..., credentials=..., version=..., **own fields): the subject's action, else the
    workflow's own `perform`. said: the toast afterwards, else what was done and how the record stands now. The page is
    given `form`, `transition`, `refusal`, `record`.
    """
    transition = workflow.by_name.get(name)
    if transition is None:
        raise Http404("There is no such move.")
    by: Any = request.user
    require(by, transition.permission)
    is_sent = request.method == "POST"
    given = request.POST if is_sent else None
    form = form_class(given, transition=transition, by=by, version=record.version, initial=initial)
    version = record.version
    back_url = back_url or record.get_absolute_url()  # type: ignore[attr-defined]
    if is_sent and form.is_valid():
        try:
            (act or workflow.perform)(record, name, by=by, **form.proof(), **form.values())
        except REFUSALS as error:
            form.refuse(error)
        else:
            say(request, said or f"{transition.verb}: done. {standing(record, version)}".rstrip())
            return redirect(back_url)
    refusal = None if is_sent else workflow.closed(record, transition, by)
    page = {"record": record, "transition": transition, "form": form, "refusal": refusal, "back_url": back_url}
    return render_page(request, template, None, page | context)


def standing(record: Record, before: int) -> str:
    """`Now: in progress.` of a record that moved on from version `before`; "" where it has no status in words."""
    words = getattr(record, "get_status_display", None)
    return f"Now: {words().lower()}." if words and record.version != before else ""
