"""What profiles add elsewhere: a tab, the subject of threads, the clock of a section, a card, search, files."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.lib.texts import folded, search_words
from cmo_portal.records.actors import PARTNER
from cmo_portal.records.deadlines import DeadlineKind, add
from cmo_portal.records.panels import HomeCard, Panel, SearchSource, home_cards, panels, search_sources
from cmo_portal.records.workflow import BY_THE_SYSTEM
from communications.messages import subjects
from communications.messages.subjects import Subject
from communications.profiles import actions, publishing
from communications.profiles.compare import shown
from communications.profiles.models import Answer, ProfileSection, Publication, PublishedContent
from communications.profiles.questionnaire import SECTION_OF
from communications.profiles.reader_views import TAB
from communications.profiles.words import ending_certificates, meter, overview
from vendors.registry.files import Rule, register
from vendors.registry.history import ACTS, HIDDEN, VALUES

HITS = 7


def find_profiles(actor: Any, words: str) -> list[tuple[str, str, str]]:
    """A CMO finds its own answers; a sponsor the newest of what was published to it."""
    if actor.company_kind == PARTNER:
        rows = Answer.objects.visible_to(actor).given().matching(words).order_by("question")[:HITS]
        return [(row.asked.text, f"Our profile · {row.home.title}", own_url(row)) for row in rows]
    found = PublishedContent.objects.open_to(actor).filter(is_latest=True).matching(words)
    contents = found.select_related("publication__vendor").order_by("-publication__published_at", "number")[:HITS]
    return [hit for said in contents for hit in hits_in(said, words)][:HITS]


def own_url(answer: Answer) -> str:
    return f"{reverse('communications:profile-section', args=[answer.home.code])}#q-{answer.question}"


def hits_in(said: PublishedContent, words: str) -> list[tuple[str, str, str]]:
    """The answers of a content in which a word stands, those with the most words first; three at most."""
    wanted = [folded(word) for word in search_words(words)]
    vendor, ranked = said.publication.vendor, []
    for section in said.sections:
        for row in section["answers"]:
            text = folded(f"{row['question']} {shown(row)}")
            count = sum(1 for word in wanted if word in text)
            if count:
                ranked.append((-count, row["code"], row["question"]))
    url = reverse("communications:cmo-profile", args=[vendor.number])
    return [(text, f"Profile of {vendor.name}", f"{url}#q-{code}") for _, code, text in sorted(ranked)[:3]]


def our_profile(actor: Any) -> Any:
    """How the company's own papers and profile stand; the count of sponsors is the CMO's own business."""
    states = overview(actions.profile_of(actor), actor)
    count = publishing.shared_with(actor)
    return {
        "meter": meter(states),
        "to_look_at": [state for state in states if state.to_look_at],
        "certificates": ending_certificates(actor, timezone.localdate()),
        "shared": count,
        "own_url": reverse("communications:profile-own"),
    }


def section_title(row: ProfileSection) -> str:
    return f"Company profile: {SECTION_OF[row.section].title if row.section in SECTION_OF else row.section}"


add(
    "profile.section",
    DeadlineKind(
        ProfileSection,
        "look_date",
        lambda row: row.look_date is not None,
        Q(look_date__isnull=False),
        section_title,
        side=PARTNER,
        offsets=(30, 0, -30),
        acts=P.PROFILE_WRITE,
        obligatory=False,
        label="Section of a company profile to be looked at",
        mail_title=section_title,
    ),
)
subjects.add(
    Subject(
        Publication, "a published profile", P.PROFILE_VIEW, lambda fact: f"{fact} of {fact.vendor.name}",
        lambda fact: fact.vendor, ("vendor__sponsor",),
    )
)  # fmt: skip
ACTS.update(
    {
        "save": "saved it",
        "confirm": "said that it is still right",
        "publish": "published it",
        "mark": "said how confidential it is",
    }
)
HIDDEN.add("author_ref")


def answer_in_words(value: Any) -> str:
    if isinstance(value, dict):
        said = "Yes" if value.get("is") == "yes" else "No"
        return f"{said}: {value['detail']}" if value.get("detail") else said
    return "; ".join(value) if isinstance(value, list) else str(value)


VALUES["answer.value"] = answer_in_words
register(Answer.record_type(), Rule(P.PROFILE_WRITE, P.PROFILE_WRITE, P.PROFILE_WRITE, "communications:answer-detail"))
register(
    PublishedContent.record_type(),
    Rule(P.PROFILE_VIEW, BY_THE_SYSTEM, BY_THE_SYSTEM, "communications:publication-detail"),
)
panels.add("vendor", Panel(TAB, "communications:cmo-profile", P.CMO_VIEW, order=22))
search_sources.add("", SearchSource("Profiles", P.PROFILE_VIEW, find_profiles, order=74))
CARD = "communications/_home_profile.html"
home_cards.add(PARTNER, HomeCard("Our documents and profile", "", P.PROFILE_WRITE, our_profile, order=30, aside=CARD))
