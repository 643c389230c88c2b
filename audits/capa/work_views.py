"""Pages of the single actions of a CAPA: one with its evidence, adding, recording as done, dropping."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from audits.capa import work
from audits.capa.forms import ActionForm, FinishForm
from audits.capa.models import CapaAction
from audits.capa.views import found_link, under
from audits.capa.vocabulary import OVER
from cmo_portal.accounts.forms import ReasonForm
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.pages import render_page
from cmo_portal.records.gate import page
from vendors.registry.edits import form_page
from vendors.registry.files import add_file, shelf
from vendors.registry.history import history_of


def found_action(request: PersonRequest, number: str) -> CapaAction:
    rows = CapaAction.objects.visible_to(request.user).select_related("link__finding__audit__site__vendor__sponsor")
    action: CapaAction = get_object_or_404(rows, number=number)
    return action


@page(P.CAPA_VIEW)
def action_detail(request: PersonRequest, number: str) -> HttpResponse:
    """One action with the files that show it; a POST adds a file."""
    action = found_action(request, number)
    if request.method == "POST":
        answer = add_file(request, action)
        if answer is not None:
            return answer
    link, user = action.link, request.user
    is_open = action.done_date is None and not action.is_removed and link.status not in OVER
    context: dict[str, Any] = {
        "action": action,
        "link": link,
        "may_finish": is_open and work.may_work(link, user),
        "may_drop": is_open and user.may(P.CAPA_REVIEW),
        "history": history_of(action, request) if user.may(P.HISTORY_VIEW) else None,
        "crumbs": [*under(link), ("Action", "")],
    }
    return render_page(request, "audits/action_detail.html", None, context | shelf(request, action))


@page(P.CAPA_VIEW)
def action_create(request: PersonRequest, number: str) -> HttpResponse:
    """An action beyond those of the response."""
    link = found_link(request, number)
    if not work.may_work(link, request.user):
        raise PermissionDenied
    form = ActionForm(request.POST or None, instance=CapaAction(link=link))

    def act() -> None:
        work.add_action(link, by=request.user, **form.values())

    return form_page(
        request,
        form,
        act,
        heading="Add an action",
        back=link.get_absolute_url(),
        said="The action is added: both sides read it.",
        verb="Add the action",
        crumbs=under(link),
    )


@page(P.CAPA_VIEW)
def action_finish(request: PersonRequest, number: str) -> HttpResponse:
    """Records that an action was done."""
    action = found_action(request, number)
    if not work.may_work(action.link, request.user):
        raise PermissionDenied
    form = FinishForm(request.POST or None, initial={"done_date": timezone.localdate(), "version": action.version})

    def act() -> None:
        work.finish_action(action, by=request.user, **form.cleaned_data)

    return form_page(
        request,
        form,
        act,
        heading="Record the action as done",
        back=action.get_absolute_url(),
        said="Recorded as done: add the file that shows it.",
        verb="Record as done",
        crumbs=under(action.link),
    )


@page(P.CAPA_REVIEW)
def action_drop(request: PersonRequest, number: str) -> HttpResponse:
    """The sponsor agrees that an action is not needed any more."""
    action = found_action(request, number)
    form = ReasonForm(request.POST or None)

    def act() -> None:
        work.drop_action(action, by=request.user, reason=form.cleaned_data["reason"])

    return form_page(
        request,
        form,
        act,
        heading="Agree to drop the action",
        back=action.link.get_absolute_url(),
        said="The action is dropped.",
        verb="Drop the action",
        crumbs=under(action.link),
    )
