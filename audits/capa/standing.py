"""How an audit stands after its report: how many answers, reviews, days and checks are missing, and whose they are."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from audits.capa.models import CapaLink
from audits.capa.vocabulary import AT_WORK, Ball, CapaLinkStatus, ResponseStatus
from audits.programme.models import Audit
from audits.programme.waiting import Waits
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.lib.wording import counted
from cmo_portal.records.actors import PARTNER, SPONSOR

# what is missing -> the words for one and for several, in the order in which it comes
WORDS = {
    "answer": ("answer is missing", "answers are missing"),
    "review": ("answer waits for review", "answers wait for review"),
    "day": ("CAPA has no agreed day", "CAPAs have no agreed day"),
    "work": ("CAPA is being implemented", "CAPAs are being implemented"),
    "check": ("CAPA is to be checked or closed", "CAPAs are to be checked or closed"),
    "rest": ("effectiveness check lies ahead", "effectiveness checks lie ahead"),
}


def missing(response: str, status: str, is_resting: bool) -> str:
    """The key in `WORDS` of what one CAPA lacks; pure."""
    if response in (ResponseStatus.DUE, ResponseStatus.RETURNED):
        return "answer"
    if response == ResponseStatus.SUBMITTED:
        return "review"
    if status in (CapaLinkStatus.PROPOSED, CapaLinkStatus.NOT_EFFECTIVE):
        return "day"
    if status in AT_WORK:
        return "work"
    return "rest" if is_resting else "check"


def while_followed(audit: Audit, reader: Any) -> Waits:
    """One query, whatever the number of findings. Both sides read the same; each is told first what it holds itself."""
    ahead = Q(ball_since_date__gt=timezone.localdate())
    rows = CapaLink.objects.visible_to(reader).open().filter(finding__audit=audit).order_by()
    grouped = rows.values_list("ball", "response_status", "status").annotate(
        n=Count("pk"), resting=Count("pk", filter=ahead)
    )
    lacks: Counter[str] = Counter()
    holders: Counter[str] = Counter()
    for ball, response, status, number, resting in grouped:
        lacks[missing(response, status, is_resting=True)] += resting
        lacks[missing(response, status, is_resting=False)] += number - resting
        holders[ball] += number - resting
    if not any(lacks.values()):
        return Waits(SPONSOR, "Nothing is open any more: the audit can be closed.", P.CAPA_CLOSE)
    told = [counted(lacks[key], *words) for key, words in WORDS.items() if lacks[key]]
    words = f"{', '.join(told)}."
    ours, theirs = (PARTNER, SPONSOR) if reader.company_kind == PARTNER else (SPONSOR, PARTNER)
    side = ours if holders[ours] else theirs if holders[theirs] else ""
    right = P.CAPA_ANSWER if side == Ball.PARTNER else P.CAPA_REVIEW
    also = bool(holders[ours] and holders[theirs])
    return Waits(side, words, right if side else "", told_to_both=True, also=also)
