"""What the relation between a sponsor and a CMO adds to the first page and to the page of a CMO."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import PARTNER
from cmo_portal.records.panels import HomeCard, Panel, home_cards, panels
from communications.portal.two_ways import in_rows, relations_of
from vendors.registry.models import Vendor

MOST = 3  # relations with figures on the first page
TITLE = "Both ways"


def how_it_goes(actor: Any, sponsor: int | None = None) -> Any:
    """The figures of a CMO with each of its sponsors; None where there is nothing to count yet."""
    vendors = Vendor.objects.visible_to(actor).live().select_related("sponsor").order_by("sponsor__name", "number")
    if sponsor:
        vendors = vendors.filter(sponsor=sponsor)
    found = [relation for relation in relations_of(actor, list(vendors), timezone.now()) if relation.says_something]
    told = [in_rows(relation, actor) for relation in found[:MOST]]
    return {"relations": told} if told else None


def who_sees_what(actor: Any) -> Any:
    """The rules of the walls in four sentences, so that nobody has to guess; they are the same for every CMO."""
    return {}


home_cards.add(
    PARTNER,
    HomeCard(
        "How it goes, both ways",
        "",
        P.DUE_VIEW,
        how_it_goes,
        order=45,
        aside="communications/_home_both_ways.html",
        by_sponsor=True,
    ),
)
home_cards.add(
    PARTNER,
    HomeCard("Who sees what", "", P.UPDATE_VIEW, who_sees_what, order=99, aside="communications/_home_who.html"),
)
panels.add("vendor.overview", Panel(TITLE, "communications:cmo-both-ways", P.CMO_VIEW, order=50))
