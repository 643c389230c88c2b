"""A CAPA's dated obligations: of the response, of the date both sides agree, of the work, of its check and its end.

One link has one ball (`ball.py`), and each of these kinds is what its holder owes at one of its places. The actions
of the plan have days of their own beside it.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from audits.capa.containment import is_owed
from audits.capa.models import CapaAction, CapaLink, EffectivenessCheck, Extension
from audits.capa.vocabulary import AT_WORK, OVER, Ball, CapaLinkStatus, ExtensionStatus, ResponseStatus
from audits.findings.models import Finding
from audits.findings.vocabulary import NEEDS_RESPONSE, FindingClass
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import PARTNER
from cmo_portal.records.deadlines import DeadlineKind, add

BEING_WRITTEN = (ResponseStatus.DUE, ResponseStatus.RETURNED)
TO_AGREE = (CapaLinkStatus.PROPOSED, CapaLinkStatus.NOT_EFFECTIVE)
ANSWERS = (7, 2, 1, 0, -3, -7, -14)  # days before an answer is due; its clock is that of a review
CLASSES = tuple((each.value, str(each.label)) for each in NEEDS_RESPONSE)
OF_FINDING: dict[str, Any] = {
    "owner": lambda c: c.finding.audit.lead_ref,
    "facet": lambda c: c.finding.classification,
    "facets": CLASSES,
    "urgent": lambda c: c.finding.classification == FindingClass.CRITICAL,
}
OF_LINK: dict[str, Any] = {
    "owner": lambda row: row.link.finding.audit.lead_ref,
    "facet": lambda row: row.link.finding.classification,
    "facets": CLASSES,
}


def place_of(finding: Finding) -> str:
    """A finding as a mail may name it: without its title."""
    return f"{finding.label} of {finding.audit.number} at {finding.audit.site.name}"


def awaits_an_answer() -> Q:
    """Links whose date is to be proposed or agreed, or whose later date waits for the other side's answer."""
    asked = Extension.objects.filter(status=ExtensionStatus.REQUESTED).values("link")
    return Q(response_status=ResponseStatus.ACCEPTED) & (Q(status__in=TO_AGREE) | Q(status__in=AT_WORK, pk__in=asked))


def is_action_owed(action: CapaAction) -> bool:
    return action.done_date is None and not action.is_removed and action.link.status not in OVER


def declare() -> None:
    declare_response()
    declare_containment()
    declare_answers()
    declare_work()
    declare_end()


def declare_response() -> None:
    add(
        "response.due",
        DeadlineKind(
            CapaLink,
            "response_due_date",
            lambda c: c.status not in OVER and c.response_status in BEING_WRITTEN,
            ~Q(status__in=OVER) & Q(response_status__in=BEING_WRITTEN),
            lambda c: f"Response to {c.finding.label} {c.finding.title}",
            acts=P.CAPA_ANSWER,
            side=PARTNER,
            mail_title=lambda c: f"Response to {place_of(c.finding)}",
            **OF_FINDING,
        ),
    )
    add(
        "response.review",
        DeadlineKind(
            CapaLink,
            "answer_due_date",
            lambda c: c.ball == Ball.SPONSOR and c.response_status == ResponseStatus.SUBMITTED,
            Q(ball=Ball.SPONSOR, response_status=ResponseStatus.SUBMITTED),
            lambda c: f"The sponsor's review of the response to {c.finding.label} {c.finding.title}",
            label="Review of a response",
            acts=P.CAPA_REVIEW,
            mail_title=lambda c: f"The sponsor's review of the response to {place_of(c.finding)}",
            **OF_FINDING,
        ),
    )


def declare_containment() -> None:
    """Hours, not days: so do its reminders and who else hears of it."""
    add(
        "finding.contain",
        DeadlineKind(
            CapaLink,
            "contain_at",
            is_owed,
            Q(contained_at__isnull=True) & ~Q(status__in=OVER),
            lambda c: f"Containment of {c.finding.label} {c.finding.title}",
            acts=P.CAPA_ANSWER,
            side=PARTNER,
            offsets=("24h", "4h", "0h"),
            label="Containment of a critical finding",
            climbs=(("-4h", "owner"), ("-24h", "manager"), ("-72h", "facilitators")),
            mail_title=lambda c: f"Containment of {place_of(c.finding)}",
            **OF_FINDING,
        ),
    )


def declare_answers() -> None:
    """Either side may hold the date: it is proposed, agreed, put off and answered by whoever has the ball."""
    add(
        "capa.answer",
        DeadlineKind(
            CapaLink,
            "answer_due_date",
            None,
            awaits_an_answer(),
            lambda c: f"Answer about the date of the CAPA for {c.finding.label} {c.finding.title}",
            label="Answer about a CAPA's date",
            offsets=ANSWERS,
            acts=P.CAPA_DATE,
            side=lambda c: c.ball or Ball.PARTNER.value,
            mail_title=lambda c: f"Answer about the date of the CAPA for {place_of(c.finding)}",
            **OF_FINDING,
        ),
    )


def declare_work() -> None:
    add(
        "capa.due",
        DeadlineKind(
            CapaLink,
            "agreed_date",
            lambda c: c.status in AT_WORK,
            Q(status__in=AT_WORK),
            lambda c: f"CAPA for {c.finding.label} {c.finding.title}",
            acts=P.CAPA_ANSWER,
            side=lambda c: c.ball or Ball.PARTNER.value,
            mail_title=lambda c: f"CAPA for {place_of(c.finding)}",
            **OF_FINDING,
        ),
    )
    add(
        "action.due",
        DeadlineKind(
            CapaAction,
            "due_date",
            is_action_owed,
            Q(done_date__isnull=True, is_removed=False) & ~Q(link__status__in=OVER),
            lambda a: f"Action for {a.link.finding.label}: {a}",
            label="Action of a CAPA",
            acts=P.CAPA_ANSWER,
            side=PARTNER,
            urgent=lambda a: a.link.finding.classification == FindingClass.CRITICAL,
            mail_title=lambda a: f"{a.get_kind_display()} for {place_of(a.link.finding)}",
            **OF_LINK,
        ),
    )


def declare_end() -> None:
    """What the sponsor owes once the work is reported: a look at the evidence, the check, the signed end."""
    add(
        "capa.evidence",
        DeadlineKind(
            CapaLink,
            "answer_due_date",
            lambda c: c.status == CapaLinkStatus.IMPLEMENTED,
            Q(status=CapaLinkStatus.IMPLEMENTED),
            lambda c: f"The sponsor's look at the evidence of the CAPA for {c.finding.label} {c.finding.title}",
            label="Evidence of a CAPA",
            offsets=ANSWERS,
            acts=P.CAPA_REVIEW,
            mail_title=lambda c: f"The sponsor's look at the evidence of the CAPA for {place_of(c.finding)}",
            **OF_FINDING,
        ),
    )
    add(
        "capa.check",
        DeadlineKind(
            EffectivenessCheck,
            "date",
            lambda c: not c.verdict and c.link.status not in OVER,
            Q(verdict="") & ~Q(link__status__in=OVER),
            lambda c: f"Effectiveness check of {c.link.finding.label} {c.link.finding.title}",
            offsets=(14, 7, 1, 0, -7, -14),
            label="Effectiveness check",
            acts=P.CAPA_CLOSE,
            mail_title=lambda c: f"Effectiveness check of {place_of(c.link.finding)}",
            **OF_LINK,
        ),
    )
    add(
        "capa.close",
        DeadlineKind(
            CapaLink,
            "answer_due_date",
            lambda c: c.status == CapaLinkStatus.EFFECTIVE,
            Q(status=CapaLinkStatus.EFFECTIVE),
            lambda c: f"The sponsor's close of the CAPA for {c.finding.label} {c.finding.title}",
            label="Close of a CAPA",
            offsets=ANSWERS,
            acts=P.CAPA_CLOSE,
            mail_title=lambda c: f"The sponsor's close of the CAPA for {place_of(c.finding)}",
            **OF_FINDING,
        ),
    )
