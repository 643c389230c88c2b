"""What products, agreements and qualifications add to pages of others: tabs, files, search, cards of the first page."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.lib.texts import search_words
from cmo_portal.records.actors import SPONSOR
from cmo_portal.records.deadlines import words_of
from cmo_portal.records.panels import HomeCard, Panel, SearchSource, home_cards, panels, search_sources
from vendors.registry.deadline_policies import facets_of
from vendors.registry.deadline_policy_words import escalation_in_words, offsets_in_words
from vendors.registry.files import Rule, register
from vendors.registry.history import ACTS, VALUES
from vendors.registry.supply import Agreement, Product, Qualification
from vendors.registry.vocabulary import QualificationStatus

HITS, ROWS = 7, 8


def find_products(actor: Any, words: str) -> list[tuple[str, str, str]]:
    rows = Product.objects.visible_to(actor).filter(is_retired=False)
    for word in search_words(words):
        rows = rows.filter(Q(code__icontains=word) | Q(name__icontains=word) | Q(number__iexact=word))
    return [(row.name, row.code, row.get_absolute_url()) for row in rows.order_by("code", "number")[:HITS]]


def find_agreements(actor: Any, words: str) -> list[tuple[str, str, str]]:
    rows = Agreement.objects.visible_to(actor).select_related("vendor")
    for word in search_words(words):
        rows = rows.filter(Q(title__icontains=word) | Q(reference__icontains=word) | Q(number__iexact=word))
    return [(row.title, row.vendor.name, row.get_absolute_url()) for row in rows.order_by("title", "number")[:HITS]]


def to_decide(actor: Any) -> Any:
    """Scopes in qualification, for those who decide on them; the oldest first."""
    rows = Qualification.objects.visible_to(actor).filter(status=QualificationStatus.PENDING)
    found = rows.select_related("site__vendor", "product").order_by("pk")[:ROWS]
    return [item(row, "clipboard-check", "", row.scope_words, "Decide", None) for row in found] or None


def item(row: Qualification, icon: str, kind: str, title: str, verb: str, due: date | None) -> dict[str, Any]:
    meta = f"{row.site.vendor.name} · {row.site.name} · {row.get_status_display()}"
    return {"icon": icon, "kind": kind, "url": row.get_absolute_url(), "title": title, "meta": meta, "due": due,
            "verb": verb}  # fmt: skip


ACTS.update(
    {
        "propose": "proposed it",
        "approve": "approved it",
        "approve_conditionally": "approved it with conditions",
        "suspend": "suspended it",
        "reinstate": "reinstated it",
        "disqualify": "disqualified it",
        "requalify": "started qualification again",
        "expire": "let it expire",
        "sign": "signed it",
        "end": "ended it early",
        "remove": "removed it",
        "bring_back": "took it back into use",
        "import": "imported it",
        "merge": "merged it",
        "move": "moved it in a merge",
        "join": "recorded that the CMO has joined",
        "restamp": "let the CMO read it",
    }
)
VALUES["offsets"], VALUES["escalation"] = offsets_in_words, escalation_in_words
VALUES["deadlinepolicy.kind"] = words_of
VALUES["deadlinepolicy.facet"] = lambda code: facets_of("").get(code, code)
panels.add("vendor", Panel("Qualification", "vendors:cmo-qualifications", P.CMO_VIEW, order=30))
panels.add("vendor", Panel("Agreements", "vendors:cmo-agreements", P.AGREEMENT_VIEW, order=40))
register("vendors.agreement", Rule(P.AGREEMENT_VIEW, P.AGREEMENT_EDIT, P.AGREEMENT_EDIT, "vendors:agreement-detail"))
register(
    "vendors.qualification",
    Rule(P.CMO_VIEW, P.QUALIFICATION_PROPOSE, P.QUALIFICATION_APPROVE, "vendors:qualification-detail"),
)
search_sources.add("", SearchSource("Products", P.PRODUCT_VIEW, find_products, order=30))
search_sources.add("", SearchSource("Agreements", P.AGREEMENT_VIEW, find_agreements, order=40))
WORK = "vendors/_home_work.html"
home_cards.add(SPONSOR, HomeCard("Sites to decide on", WORK, P.QUALIFICATION_APPROVE, to_decide, order=10))
