"""What updates add to pages of others: tabs, cards of the first page, search, files, words of the history."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import PARTNER, SPONSOR
from cmo_portal.records.panels import HomeCard, Panel, SearchSource, home_cards, panels, search_sources
from cmo_portal.records.workflow import BY_THE_SYSTEM
from communications.messages import subjects
from communications.messages.subjects import Subject
from communications.updates import deadlines
from communications.updates.catalogue import TYPES, types_of
from communications.updates.draft_views import relations
from communications.updates.models import Update, UpdateDraft
from communications.updates.views import LIST, TAB
from communications.updates.words import other_name, with_words
from vendors.registry.files import Rule, register
from vendors.registry.history import ACTS, HIDDEN, VALUES

HITS, ROWS = 7, 5
TILES = ("capacity_offer", "inspection", "key_person", "change_proposal", "deviation", "certificate_renewal")


def titled(update: Update) -> str:
    return update.title


def find_updates(actor: Any, words: str) -> list[tuple[str, str, str]]:
    rows = Update.objects.visible_to(actor).with_places().matching(words).order_by("-posted_at", "number")
    return [(row.title, f"{row.kind.label} · {other_name(row, actor)}", row.get_absolute_url()) for row in rows[:HITS]]


def to_tell(actor: Any, sponsor: int | None = None) -> Any:
    """What a CMO can tell its sponsor from the first page; all types stand one click further."""
    rows = [row for row in relations(actor) if sponsor in (None, row.sponsor_id)]
    if not rows:
        return None
    by_code = {row.code: row for row in types_of(PARTNER)}
    return {
        "types": [by_code[code] for code in TILES],
        "whom": rows[0].sponsor.name if len(rows) == 1 else "your sponsors",
        "all_url": reverse("communications:update-create"),
    }


def recent(actor: Any, sponsor: int | None = None) -> Any:
    rows = Update.objects.visible_to(actor).with_places().order_by("-posted_at", "number")
    rows = rows.filter(wall_owner=sponsor) if sponsor else rows
    found = with_words(list(rows[:ROWS]), actor)
    return {"updates": found, "all_url": reverse(LIST), "is_partner": actor.company_kind == PARTNER} if found else None


def details_in_words(value: Any) -> str:
    return "; ".join(f"{name.replace('_', ' ')}: {text}" for name, text in value.items())


ACTS.update(
    {
        "post": "posted it",
        "amend": "posted a new version",
        "acknowledge": "acknowledged it",
        "ask": "asked a question",
        "answer": "answered the question",
        "respond": "answered it",
        "refuse": "did not accept it",
        "take_over": "kept what it tells of in the registry",
        "discard": "discarded the draft",
    }
)
HIDDEN.add("author_ref")
for model in (Update, UpdateDraft):
    VALUES[f"{model._meta.model_name}.details"] = details_in_words
    VALUES[f"{model._meta.model_name}.type"] = lambda code: TYPES[code].label
subjects.add(Subject(Update, "an update", P.UPDATE_VIEW, titled, lambda update: update.vendor, ("vendor__sponsor",)))
panels.add("vendor", Panel(TAB, "communications:cmo-updates", P.CMO_VIEW, order=68))
panels.add("site", Panel(TAB, "communications:site-updates", P.UPDATE_VIEW, order=68))
search_sources.add("", SearchSource("Updates", P.UPDATE_VIEW, find_updates, order=72))
TELL, RECENT = "communications/_home_tell.html", "communications/_home_updates.html"
home_cards.add(PARTNER, HomeCard("Tell your sponsor about", TELL, P.UPDATE_POST, to_tell, 20, by_sponsor=True))
home_cards.add(PARTNER, HomeCard("Recent updates", RECENT, P.UPDATE_VIEW, recent, 21, by_sponsor=True))
home_cards.add(SPONSOR, HomeCard("Recent updates", RECENT, P.UPDATE_VIEW, recent, order=40))
register(Update.record_type(), Rule(P.UPDATE_VIEW, P.UPDATE_POST, BY_THE_SYSTEM, "communications:update-detail"))
register(UpdateDraft.record_type(), Rule(P.UPDATE_POST, P.UPDATE_POST, P.UPDATE_POST, "communications:draft-detail"))
deadlines.declare()
