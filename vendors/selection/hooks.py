"""What this subject adds to pages of other floors: home cards and a search source."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.urls import reverse

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import Actor
from cmo_portal.records.panels import HomeCard, SearchSource, home_cards, search_sources
from vendors.selection import deadlines, workflows  # noqa: F401 - workflows: declared once, for pages, API and docs
from vendors.selection.models import PanelMember, Selection, Status
from vendors.selection.owed import seats_that_owe

MOST = 5
OPEN = (Status.DRAFT, Status.SCORING)


def selections_in_progress(actor: Actor) -> list[Selection] | None:
    """The drafts and the selections in scoring, with how far their panels are; None where there is none."""
    seated = PanelMember.objects.filter(is_retired=False).select_related("person").order_by("person__name")
    rows = (
        Selection.objects.open_to(actor)
        .filter(status__in=OPEN)
        .with_counts()
        .prefetch_related(Prefetch("panel", seated, to_attr="seated"))
        .order_by("-created_at", "number")[:MOST]
    )
    found = list(rows)
    for selection in found:
        selection.share = 100 * selection.given / selection.wanted if selection.wanted else 0
    return found or None


def scores_to_finish(actor: Actor) -> list[dict[str, Any]] | None:
    """Selections whose panel waits for this person's scores, also of a candidate that came after they were in."""
    seats = seats_that_owe().filter(person__number=actor.ref)
    rows = (
        Selection.objects.open_to(actor)
        .filter(pk__in=seats.values("selection"))
        .with_counts()
        .with_own_marks(actor)
        .order_by("scoring_due_date", "number")[:MOST]
    )
    return [
        {
            "icon": "scale",
            "url": reverse("vendors:selection-scores", args=[selection.number]),
            "title": f"Finish your scores: {selection.title}",
            "meta": f"{selection.own_given} of {selection.standing * selection.leaves} cells done",
            "due": selection.scoring_due_date,
            "verb": "Score",
        }
        for selection in rows
    ] or None


def find_selections(actor: Actor, words: str) -> list[tuple[str, str, str]]:
    """(title, number, address) of the selections that answer to the words."""
    rows = Selection.objects.open_to(actor).matching(words).order_by("title", "number")[: MOST + 2]
    return [(selection.title, selection.number, selection.get_absolute_url()) for selection in rows]


def declare() -> None:
    home_cards.add("sponsor", HomeCard("Your scores", "vendors/_card_scores.html", P.SCORE_GIVE, scores_to_finish, 10))
    home_cards.add(
        "sponsor",
        HomeCard(
            "Selections in progress",
            "",
            P.SELECTION_VIEW,
            selections_in_progress,
            order=60,
            aside="vendors/_card_selections.html",
        ),
    )
    search_sources.add("", SearchSource("Selections", P.SELECTION_VIEW, find_selections, 20))
    deadlines.declare()


declare()
