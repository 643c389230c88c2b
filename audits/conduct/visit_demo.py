"""The demo around the visits: agendas, requests in every column, meetings with who was there, and what was not seen."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone

from audits.conduct import visit_actions as actions
from audits.conduct.models import DocumentRequest
from audits.programme.demo import audit, bring
from audits.programme.models import Audit
from audits.programme.vocabulary import AuditStatus
from cmo_portal.accounts.models import User
from cmo_portal.lib.pdf import render_pdf
from cmo_portal.records.actors import SETUP, Actor
from cmo_portal.records.attachments import attach

HELD = ("closed", "follow_up", "otter_follow_up", "absent", "factual_check")
DAY = (
    (time(9), time(9, 45), "Opening meeting", "Site quality head, production, engineering"),
    (time(10), time(12), "Tour of the areas in scope", "Production"),
    (time(13), time(16, 30), "Quality system: deviations, CAPA, changes", "Quality"),
)
LAST_DAY = (
    (time(9), time(12), "Laboratory, data review", "Quality control"),
    (time(15), time(16), "Close-out meeting", "Everybody from the opening"),
)
PEOPLE = {
    "Linz": (("Pat Huber", "Site quality head"), ("Magda Steiner", "Head of aseptic production")),
    "Salzburg": (("Pat Huber", "Site quality head"), ("Jonas Reiter", "Head of quality control")),
    "Latina": (("Livia Bonfanti", "Quality manager"),),
    "Vilnius": (("Bea Kazlauskas", "Quality manager"), ("Tomas Petraitis", "Head of filling")),
}


def seed_visits(cast: dict[str, User]) -> None:
    """Runs after the programme's demo; brings the held audits and the running one to the visit."""
    for key in (*HELD, "in_progress"):
        made = audit(key)
        bring(made, AuditStatus.IN_PROGRESS, cast)
        hold(made, closeout=key in HELD, cast=cast)
    seed_requests(audit("notified"), cast)
    later = {"kind": "not_covered", "area": "Stability chambers, building 4", "reason": "Planned for tomorrow morning."}
    actions.record_gap(audit("in_progress"), by=cast["leo"], **later)
    gap = {"kind": "not_covered", "area": "Warehouse 2", "reason": "Closed for rebuilding; part of the next visit."}
    actions.record_gap(audit("follow_up"), by=cast["leo"], **gap)
    denied = {"kind": "access_denied", "area": "Line C3", "reason": "A campaign of another client ran behind glass."}
    actions.record_gap(audit("factual_check"), by=cast["leo"], **denied)


def leader(made: Audit, cast: dict[str, User]) -> Actor:
    """Otter's one person of the demo leads no audit by role: the setup writes for it."""
    return SETUP if made.site.vendor.sponsor.name.startswith("Otter") else cast["leo"]


def hold(made: Audit, *, closeout: bool, cast: dict[str, User]) -> None:
    """Opening and close-out, with people of both sides."""
    by, sponsor = leader(made, cast), made.site.vendor.sponsor.name
    first, last = made.start_date, made.end_date
    if first is None or last is None:
        return
    meetings: list[tuple[str, Any, str]] = [
        ("opening", first, "Scope, agenda and ground rules agreed. Photos only where the site allows them."),
    ]
    if closeout:
        meetings.append(("closeout", last, "Every finding presented with its provisional class. Questions answered."))
    for kind, day, minutes in meetings:
        at = timezone.make_aware(datetime.combine(day, time(15 if kind == "closeout" else 9)))
        meeting = actions.record_meeting(
            made, by=by, kind=kind, held_at=min(at, timezone.now() - timedelta(minutes=5)), minutes=minutes
        )
        for member in made.team.filter(is_removed=False).order_by("pk"):
            actions.add_attendance(meeting, by=by, name=member.name, role=member.get_role_display(),
                                   organisation=sponsor)  # fmt: skip
        town = made.site.name.split()[0]
        for name, role in PEOPLE.get(town, ()):
            actions.add_attendance(
                meeting, by=by, name=name, role=role, organisation=made.site.vendor.name, is_key_person=True
            )


def seed_requests(made: Audit, cast: dict[str, User]) -> None:
    """Graz: the agenda, and the usual documents in every column."""
    leo, pat = cast["leo"], cast["pat"]
    first, last = made.start_date, made.end_date
    if first is None or last is None:
        return
    for day, lines in ((first, DAY), (last, LAST_DAY)):
        for start, end, topic, who in lines:
            actions.add_agenda_item(made, by=leo, day=day, start_time=start, end_time=end, topic=topic, who=who)
    actions.ask_usual(made, by=leo, due_date=first - timedelta(days=10))
    cards = {card.title: card for card in DocumentRequest.objects.filter(audit=made).order_by("position")}
    for card in cards.values():
        card.audit = made
    given = cards["Site master file"]
    facts = {"title": "Site master file, Graz", "number": "SMF-GRZ-09", "parts": [{"text": "Made up for the demo."}]}
    file = ContentFile(render_pdf("plain.typ", facts, at=timezone.now()), name="smf-graz-09.pdf")
    attach(given, file, by=pat, title="Site master file, edition 9")
    actions.move_request(given, "provide", by=pat)
    for title in ("Organisation chart", "Floor plans"):
        actions.move_request(cards[title], "prepare", by=pat)
    actions.note_request(
        cards["Floor plans"], by=pat, partner_note="Shown on site: they may not leave it.", assignee="Engineering"
    )
    actions.move_request(cards["Index of procedures"], "ready", by=pat)
