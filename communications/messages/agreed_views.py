"""Pages of what was agreed: the list of both sides' actions, one of them, agreeing, done, dropped with the reason."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.lists import listing
from cmo_portal.lib.pages import render_page, say
from cmo_portal.records.gate import page
from cmo_portal.records.trail import StaleRecord
from cmo_portal.records.workflow import WrongState
from communications.messages import agreed
from communications.messages.filters import ActionListFilter
from communications.messages.forms import AgreeForm, DropForm
from communications.messages.lines import LIST, dressed_action
from communications.messages.models import AgreedAction, Message, Thread
from vendors.registry.edits import form_page

ACTIONS = "communications:action-list"
SORTS = {"due": ("due_date", "number"), "latest": ("-due_date", "number")}
CRUMBS = ("Messages", LIST), ("Agreed actions", ACTIONS)


def crumbs(number: str) -> list[tuple[str, str]]:
    return [*((words, reverse(name)) for words, name in CRUMBS), (number, "")]


def rows_for(reader: User) -> Any:
    return AgreedAction.objects.open_to(reader).select_related("thread__vendor__sponsor", "thread__sponsor", "message")


@page(P.MESSAGE_VIEW)
def action_list(request: PersonRequest) -> HttpResponse:
    """What both sides have agreed to do, what is due first; without a filter what is still to be done."""
    user, asked = request.user, request.GET
    filters = ActionListFilter(asked or {"state": "open"}, queryset=rows_for(user), request=request)
    found = listing(request, filters.qs, sorts=SORTS, noun="action")
    context = {
        "found": found,
        "rows": [dressed_action(row, user) for row in found.rows],
        "filters": filters,
        "filtered": any(asked.get(name) for name in filters.filters),
    }
    return render_page(request, "communications/action_list.html", "communications/_action_rows.html", context)


def seen_action(request: PersonRequest, number: str) -> Any:
    return get_object_or_404(rows_for(request.user), number=number)


@page(P.MESSAGE_VIEW)
def action_detail(request: PersonRequest, number: str) -> HttpResponse:
    action = dressed_action(seen_action(request, number), request.user)
    context = {"action": action, "thread": action.thread, "crumbs": crumbs(action.number)}
    return render_page(request, "communications/action_detail.html", None, context)


@page(P.MESSAGE_POST)
def action_create(request: PersonRequest, number: str) -> HttpResponse:
    """Agrees an action in a thread; `?message=` is the number of the message in which it was agreed."""
    user = request.user
    threads = Thread.objects.open_to(user).select_related("vendor__sponsor", "sponsor")
    thread = get_object_or_404(threads, number=number)
    said = agreed_in(request, thread)
    people = sorted(agreed.doers(thread, user).items())
    initial = {"text": " ".join(said.body.split())[:300]} if said else {}
    form = AgreeForm(request.POST or None, thread=thread, by=user, people=people, initial=initial)
    return form_page(
        request,
        form,
        lambda: agreed.agree_action(thread, by=user, message=said, **form.cleaned_data),
        heading="Agree an action",
        verb="Agree",
        back=thread.get_absolute_url(),
        said="Agreed. It is a deadline until it is done.",
        crumbs=[("Messages", reverse(LIST)), (thread.number, thread.get_absolute_url()), ("Agree an action", "")],
    )


def agreed_in(request: PersonRequest, thread: Thread) -> Message | None:
    asked = request.GET.get("message", "")
    if not asked.isdecimal() or len(asked) > 7:
        return None
    rows: Any = Message.objects.visible_to(request.user).filter(thread=thread, sequence=int(asked))
    return rows.first()  # type: ignore[no-any-return]


@require_POST
@page(P.MESSAGE_POST)
def action_finish(request: PersonRequest, number: str) -> HttpResponse:
    """The side that does it says that it is done."""
    action = seen_action(request, number)
    version = request.POST.get("version", "")
    try:
        agreed.finish_action(action, by=request.user, version=int(version) if version.isdecimal() else None)
    except (WrongState, StaleRecord) as error:
        say(request, str(error))
    else:
        say(request, "Done.")
    return redirect(action)


@page(P.MESSAGE_POST)
def action_drop(request: PersonRequest, number: str) -> HttpResponse:
    """Asks why nobody does it any more."""
    action = seen_action(request, number)
    form = DropForm(request.POST or None, initial={"version": action.version})

    def act() -> None:
        values = form.cleaned_data
        agreed.drop_action(action, by=request.user, reason=values["reason"], version=values["version"])

    return form_page(
        request,
        form,
        act,
        heading="Drop the action",
        verb="Drop it",
        back=action.get_absolute_url(),
        said="Dropped. Whoever reads the thread sees why.",
        crumbs=crumbs(action.number),
    )
