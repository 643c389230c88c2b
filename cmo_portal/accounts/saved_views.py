"""A list as a person likes it, kept under a name: the chips above any list, saving one, taking one away and back.

A list page puts `saved_views(request, "app:list")` into its context and includes `accounts/_saved_views.html`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_POST

from cmo_portal.accounts.models import SavedView, User
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.pages import render_page, say
from cmo_portal.records.actors import Actor
from cmo_portal.records.forms import place
from cmo_portal.records.gate import personal
from cmo_portal.records.trail import write

PLACES = ("after", "before")  # where somebody stood in the list is no part of how they like it


@dataclass(frozen=True)
class Chip:
    """One saved view above its list."""

    name: str
    url: str
    current: bool
    remove_url: str


@dataclass(frozen=True)
class Shelf:
    """The saved views of one list; `save_url` is empty while the list shows everything or a view that is kept."""

    chips: list[Chip]
    save_url: str


class SavedViewForm(forms.Form):
    name = forms.CharField(
        max_length=60,
        label="Name of the view",
        help_text="It stands above the list, for you alone.",
        error_messages={"required": "Give the view a name, like: conditional in Italy."},
    )


def saved_views(request: PersonRequest, page: str) -> Shelf:
    """The views of `page` (the URL name of a list) that the signed-in person keeps."""
    query = tidy(request.GET)
    rows = SavedView.objects.visible_to(request.user).filter(user=request.user, page=page, is_retired=False)
    chips = [
        Chip(
            name=row.name,
            url=f"{request.path}?{row.query}",
            current=row.query == query,
            remove_url=reverse("accounts:view-remove", args=[row.number]),
        )
        for row in rows.order_by("name")
    ]
    keep = bool(query) and not any(chip.current for chip in chips)
    values = QueryDict(mutable=True)
    values.update({"page": page, "query": query})
    return Shelf(chips, f"{reverse('accounts:view-save')}?{values.urlencode()}" if keep else "")


def tidy(values: QueryDict) -> str:
    """The query of a list without empty answers and without the place in it, always in the same order."""
    kept = QueryDict(mutable=True)
    for name in sorted(values):
        found = [value for value in values.getlist(name) if value]
        if found and name not in PLACES:
            kept.setlist(name, found)
    return kept.urlencode()


def save_view(user: User, *, page: str, name: str, query: str, by: Actor) -> SavedView:
    """Raises ValidationError for a name the person has used for this list already."""
    view = SavedView(user=user, page=page, name=" ".join(name.split()), query=query, wall_owner=user.company_id)
    write(view, by=by, action="view.save")
    return view


def address_of(page: str) -> str:
    """The address of a list; 404 where the name is none of ours."""
    try:
        return reverse(page)
    except NoReverseMatch as error:
        raise Http404 from error


@personal
def view_save(request: PersonRequest) -> HttpResponse:
    """Asks for a name and keeps the view; `page` and `query` come with the address."""
    page = request.GET.get("page", "")
    address, query = address_of(page), tidy(QueryDict(request.GET.get("query", "")))
    form = SavedViewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            save_view(request.user, page=page, query=query, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            place(form, error)
        else:
            say(request, f"View “{form.cleaned_data['name']}” kept.")
            return redirect(f"{address}?{query}")
    return render_page(request, "accounts/saved_view.html", None, {"form": form, "back_url": f"{address}?{query}"})


@require_POST
@personal
def view_remove(request: PersonRequest, number: str) -> HttpResponse:
    return set_aside(request, number, is_retired=True)


@require_POST
@personal
def view_restore(request: PersonRequest, number: str) -> HttpResponse:
    return set_aside(request, number, is_retired=False)


def set_aside(request: PersonRequest, number: str, *, is_retired: bool) -> HttpResponse:
    """Takes a view off its list, or back; only its own person finds it."""
    mine: Any = SavedView.objects.visible_to(request.user).filter(user=request.user)
    view = get_object_or_404(mine, number=number)
    view.is_retired = is_retired
    try:
        write(view, by=request.user, action="view.remove" if is_retired else "view.restore")
    except ValidationError as error:
        say(request, " ".join(error.messages))
    else:
        undo = reverse("accounts:view-restore", args=[view.number]) if is_retired else ""
        say(request, f"View “{view.name}” {'removed' if is_retired else 'is back'}.", undo_url=undo)
    return redirect(f"{address_of(view.page)}" if is_retired else f"{address_of(view.page)}?{view.query}")
