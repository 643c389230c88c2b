"""Pages that make a selection ready: candidates, panel, criteria and their weights."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import ROLES
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.pages import render_page, say
from cmo_portal.lib.texts import folded, search_words
from cmo_portal.records.forms import place
from cmo_portal.records.gate import page
from cmo_portal.records.trail import StaleRecord
from vendors.registry.models import Site
from vendors.registry.supply import Qualification
from vendors.selection import actions, tree_actions
from vendors.selection.criteria_tree import weight_problems
from vendors.selection.forms import CriterionForm, ReasonForm, SeatForm, SiteChoiceForm, WeightsForm
from vendors.selection.models import Candidate, Criterion, PanelMember, Selection, Status
from vendors.selection.pages import head, selection_of, states
from vendors.selection.rows import grown, in_order, leaves_of
from vendors.selection.templates_library import PRESETS

MOST_SITES = 30
SCORING_ROLES = [code for code, role in ROLES.items() if P.SCORE_GIVE in role.grants]


@page(P.SELECTION_VIEW)
def selection_candidates(request: PersonRequest, number: str) -> HttpResponse:
    """Who stands, with the qualification of exactly the scope that is asked for."""
    selection = selection_of(request, number)
    rows = list(Candidate.objects.filter(selection=selection).select_related("site__vendor").order_by("position", "pk"))
    standings = qualifications(selection)
    words = request.GET.get("q", "").strip()[:100]
    context = head(request, selection, "candidates", candidates=len(rows)) | {
        "rows": [(candidate, standings.get(candidate.site_id)) for candidate in rows],
        "words": words,
        "sites": sites_to_add(request, selection, words) if context_may_add(request, selection) else [],
        "may_add": context_may_add(request, selection),
    }
    return render_page(request, "vendors/selection_candidates.html", None, context)


def context_may_add(request: PersonRequest, selection: Selection) -> bool:
    return bool(request.user.may(P.SELECTION_EDIT)) and selection.status in {Status.DRAFT, Status.SCORING}


def qualifications(selection: Selection) -> dict[int, Qualification]:
    """By site: the qualification for the service and dosage form, for the product itself where there is one."""
    rows = Qualification.objects.filter(
        Q(product=selection.product) | Q(product__isnull=True),
        Q(dosage_form=selection.dosage_form) | Q(dosage_form=""),
        site__candidacies__selection=selection,
        service=selection.service,
    ).exclude(status="retired")
    closest = sorted(rows, key=lambda row: (row.product_id is not None, row.dosage_form != ""))
    return {row.site_id: row for row in closest}


def sites_to_add(request: PersonRequest, selection: Selection, words: str) -> list[Site]:
    """Sites of the sponsor's CMOs that do not stand yet and answer to the words."""
    rows = open_sites(request, selection)
    for word in search_words(folded(words)):
        rows = rows.filter(Q(search_text__contains=word) | Q(vendor__sort_name__contains=word))
    return list(rows.order_by("vendor__sort_name", "name", "number")[:MOST_SITES])


def open_sites(request: PersonRequest, selection: Selection) -> Any:
    rows = Site.objects.visible_to(request.user).filter(is_retired=False, vendor__is_retired=False)
    standing = Candidate.objects.filter(selection=selection).values("site")
    return rows.exclude(pk__in=standing).select_related("vendor__sponsor")


@page(P.SELECTION_EDIT)
@states("vendors:selection-candidates")
def candidate_add(request: PersonRequest, number: str) -> HttpResponse:
    """Lets the site of `?site=` stand for choice: at one click in a draft, with a reason once scoring is open."""
    selection = selection_of(request, number)
    asked = request.POST if request.method == "POST" else request.GET
    site = open_sites(request, selection).filter(number=asked.get("site", "")).first()
    if site is None:
        raise Http404
    asks_why = selection.status == Status.SCORING
    form = SiteChoiceForm(
        request.POST or None, sites=open_sites(request, selection), asks_why=asks_why, initial={"site": site.number}
    )
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data.get("reason", "")
        try:
            candidate = actions.add_candidate(selection, site, by=request.user, reason=reason)
        except ValidationError as error:
            place(form, error)
        else:
            say(request, f"{candidate} stands for choice.")
            return redirect("vendors:selection-candidates", number)
    context = {"form": form, "selection": selection, "site": site}
    return render_page(request, "vendors/candidate_add.html", None, context)


def candidate_of(selection: Selection, candidate: str) -> Candidate:
    rows = Candidate.objects.filter(selection=selection).select_related("site__vendor__sponsor")
    found: Candidate = get_object_or_404(rows, number=candidate)
    found.selection = selection
    return found


@page(P.SELECTION_EDIT)
@states("vendors:selection-candidates")
def candidate_withdraw(request: PersonRequest, number: str, candidate: str) -> HttpResponse:
    selection = selection_of(request, number)
    stands = candidate_of(selection, candidate)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.withdraw_candidate(stands, by=request.user, reason=form.cleaned_data["reason"])
        say(request, f"{stands} withdrawn.", undo_url=f"{request.path.removesuffix('withdraw/')}return/")
        return redirect("vendors:selection-candidates", number)
    return render_page(
        request, "vendors/candidate_withdraw.html", None, {"form": form, "selection": selection, "candidate": stands}
    )


@require_POST
@page(P.SELECTION_EDIT)
@states("vendors:selection-candidates")
def candidate_return(request: PersonRequest, number: str, candidate: str) -> HttpResponse:
    stands = candidate_of(selection_of(request, number), candidate)
    actions.return_candidate(stands, by=request.user)
    say(request, f"{stands} stands again.")
    return redirect("vendors:selection-candidates", number)


def people_to_seat(request: PersonRequest, selection: Selection) -> Any:
    """People of the company with the right to score who are not on the panel."""
    may_score = Q(pk__in=[])
    for code in SCORING_ROLES:
        may_score |= Q(membership__roles__icontains=f'"{code}"')
    seated = PanelMember.objects.filter(selection=selection, is_retired=False).values("person")
    people = User.objects.visible_to(request.user).filter(may_score, is_active=True)
    return people.filter(membership__company=selection.sponsor_id).exclude(pk__in=seated).order_by("name")


@page(P.SELECTION_EDIT)
@states("vendors:selection-detail")
def selection_panel(request: PersonRequest, number: str) -> HttpResponse:
    """Names an evaluator, and shows who is on the panel."""
    selection = selection_of(request, number)
    people = people_to_seat(request, selection)
    form = SeatForm(request.POST or None, people=people)
    if request.method == "POST" and form.is_valid():
        try:
            member = actions.seat(selection, form.cleaned_data["person"], by=request.user)
        except ValidationError as error:
            form.add_error("person", " ".join(error.messages))
        else:
            say(request, f"{member.person.name} scores now.")
            return redirect("vendors:selection-panel", number)
    panel = PanelMember.objects.filter(selection=selection, is_retired=False).select_related("person")
    is_scoring = selection.status == Status.SCORING
    context = {"form": form, "selection": selection, "panel": panel.order_by("person__name"), "is_scoring": is_scoring}
    return render_page(request, "vendors/selection_panel.html", None, context)


@page(P.SELECTION_EDIT)
@states("vendors:selection-panel")
def panel_unseat(request: PersonRequest, number: str, member: str) -> HttpResponse:
    """Takes somebody off the panel; while scoring runs, with the reason why the marks are not to count."""
    selection = selection_of(request, number)
    rows = PanelMember.objects.filter(selection=selection, is_retired=False).select_related("selection", "person")
    seat = get_object_or_404(rows, number=member)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    form.fields["reason"].required = selection.status == Status.SCORING
    if request.method == "POST" and form.is_valid():
        actions.unseat(seat, by=request.user, reason=form.cleaned_data["reason"])
        say(request, f"{seat.person.name} is off the panel; the marks stay on record and count no more.")
        return redirect("vendors:selection-panel", number)
    context = {"form": form, "selection": selection, "person": seat.person}
    return render_page(request, "vendors/panel_unseat.html", None, context)


@page(P.SELECTION_VIEW)
def selection_criteria(request: PersonRequest, number: str) -> HttpResponse:
    """The tree with its weights, and every group of siblings that does not sum to 100."""
    selection = selection_of(request, number)
    nodes = in_order(Criterion.objects.filter(selection=selection, is_retired=False))
    problems = weight_problems(grown(nodes, selection)) if nodes else []
    leaves = {node.pk for node in leaves_of(nodes)}
    context = head(request, selection, "criteria") | {
        "nodes": [(node, depth, node.pk in leaves) for node, depth in with_depth(nodes)],
        "problems": problems,
        "presets": PRESETS,
    }
    return render_page(request, "vendors/selection_criteria.html", None, context)


def with_depth(nodes: list[Criterion]) -> list[tuple[Criterion, int]]:
    depths: dict[int | None, int] = {None: -1}
    found = []
    for node in nodes:
        depths[node.pk] = depths[node.parent_id] + 1
        found.append((node, depths[node.pk]))
    return found


@require_POST
@page(P.SELECTION_EDIT)
@states("vendors:selection-criteria")
def criteria_plant(request: PersonRequest, number: str) -> HttpResponse:
    selection = selection_of(request, number)
    try:
        tree_actions.plant(selection, request.POST.get("preset", ""), by=request.user)
    except ValidationError as error:
        say(request, " ".join(error.messages))
    return redirect("vendors:selection-criteria", number)


def node_of(selection: Selection, number: str) -> Criterion:
    rows = Criterion.objects.filter(selection=selection, is_retired=False).select_related("parent")
    found: Criterion = get_object_or_404(rows, number=number)
    found.selection = selection
    return found


def parent_of(request: PersonRequest, selection: Selection) -> Criterion | None:
    under = request.GET.get("under", "")
    return node_of(selection, under) if under else None


@page(P.SELECTION_EDIT)
@states("vendors:selection-criteria")
def criterion_create(request: PersonRequest, number: str) -> HttpResponse:
    selection = selection_of(request, number)
    tree_actions.only_in_draft(selection)
    parent = parent_of(request, selection)
    form = CriterionForm(request.POST or None, selection=selection)
    if request.method == "POST" and form.is_valid():
        try:
            node = tree_actions.add_criterion(selection, parent, by=request.user, **form.values())
        except ValidationError as error:
            form.refuse(error)
        else:
            say(request, f"{node.name} added.")
            return redirect("vendors:selection-criteria", number)
    context = {"form": form, "selection": selection, "parent": parent, "verb": "Add criterion"}
    return render_page(request, "vendors/criterion_edit.html", None, context)


@page(P.SELECTION_EDIT)
@states("vendors:selection-criteria")
def criterion_edit(request: PersonRequest, number: str, criterion: str) -> HttpResponse:
    selection = selection_of(request, number)
    tree_actions.only_in_draft(selection)
    node = node_of(selection, criterion)
    form = CriterionForm(request.POST or None, instance=node, selection=selection)
    if request.method == "POST" and form.is_valid():
        try:
            tree_actions.revise_criterion(node, by=request.user, version=form.opened_version, **form.values())
        except (ValidationError, StaleRecord) as error:
            form.refuse(error)
        else:
            say(request, f"{node.name} saved.")
            return redirect("vendors:selection-criteria", number)
    context = {"form": form, "selection": selection, "criterion": node, "verb": "Save"}
    return render_page(request, "vendors/criterion_edit.html", None, context)


@require_POST
@page(P.SELECTION_EDIT)
@states("vendors:selection-criteria")
def criterion_retire(request: PersonRequest, number: str, criterion: str) -> HttpResponse:
    node = node_of(selection_of(request, number), criterion)
    tree_actions.retire_criterion(node, by=request.user)
    say(request, f"{node.name} taken out of the tree.")
    return redirect("vendors:selection-criteria", number)


@page(P.SELECTION_EDIT)
@states("vendors:selection-criteria")
def criteria_weigh(request: PersonRequest, number: str) -> HttpResponse:
    """The weights of one group of siblings on one form: those below `?under=`, or the top level."""
    selection = selection_of(request, number)
    tree_actions.only_in_draft(selection)
    parent = parent_of(request, selection)
    rows = Criterion.objects.filter(selection=selection, parent=parent, is_retired=False)
    siblings = list(rows.order_by("position", "pk"))
    if not siblings:
        raise Http404
    for node in siblings:
        node.selection = selection
    form = WeightsForm(request.POST or None, siblings=siblings)
    if request.method == "POST" and form.is_valid():
        try:
            tree_actions.weigh(selection, form.weights(), by=request.user, parent=parent, versions=form.versions())
        except (ValidationError, StaleRecord) as error:
            form.add_error(None, str(error) if isinstance(error, StaleRecord) else error)
        else:
            say(request, "Weights saved.")
            return redirect("vendors:selection-criteria", number)
    context = {"form": form, "selection": selection, "parent": parent}
    return render_page(request, "vendors/criteria_weigh.html", None, context)
