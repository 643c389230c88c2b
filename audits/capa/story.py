"""One CAPA as its page tells it: what was found, what the CMO said, each round, the work with its evidence, the effect.

A constant number of queries, whatever the number of rounds, actions and files.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.urls import reverse

from audits.capa import cause_tree, planned
from audits.capa.dates import side_of
from audits.capa.models import CapaAction, CapaLink, OwnLink, Response
from audits.capa.vocabulary import AT_WORK, OVER, Ball, CapaLinkStatus, ResponseStatus
from audits.capa.work import may_work
from audits.capa.workflows import CAPA, RESPONSE
from audits.findings import clauses
from audits.findings.models import InternalNote
from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import PARTNER, Actor
from cmo_portal.records.attachments import Attachment

PILLS: dict[str, str] = {
    ResponseStatus.DUE: "info",
    ResponseStatus.SUBMITTED: "info",
    ResponseStatus.RETURNED: "warn",
    ResponseStatus.ACCEPTED: "ok",
    CapaLinkStatus.PROPOSED: "",
    CapaLinkStatus.DATE_AGREED: "info",
    CapaLinkStatus.IMPLEMENTING: "info",
    CapaLinkStatus.IMPLEMENTED: "info",
    CapaLinkStatus.EFFECTIVENESS_DUE: "info",
    CapaLinkStatus.EFFECTIVE: "ok",
    CapaLinkStatus.NOT_EFFECTIVE: "warn",
    CapaLinkStatus.CLOSED: "ok",
    CapaLinkStatus.WITHDRAWN: "",
}
OF_THE_RESPONSE = (ResponseStatus.DUE, ResponseStatus.SUBMITTED, ResponseStatus.RETURNED)


def stand_of(link: CapaLink) -> tuple[str, str]:
    """(words, kind of pill): the response while it is talked about, the CAPA afterwards."""
    if link.status not in OVER and link.response_status in OF_THE_RESPONSE:
        return str(link.get_response_status_display()), PILLS[link.response_status]  # type: ignore[attr-defined]
    if link.status == CapaLinkStatus.PROPOSED:
        return "Date to be agreed", "info"
    return str(link.get_status_display()), PILLS[link.status]  # type: ignore[attr-defined]


def waits_for(link: CapaLink, reader: Actor, today: date) -> str:
    """Whose move it is, as the reader says it: `You`, the other side by its name, or when it goes on."""
    if not link.ball:
        return "Nobody"
    if link.ball_since_date and link.ball_since_date > today:
        return "Rests until the check"
    vendor = link.finding.audit.site.vendor
    mine = (link.ball == Ball.PARTNER) == (reader.company_kind == PARTNER)
    if mine:
        return "You"
    return str(vendor.name if link.ball == Ball.PARTNER else vendor.sponsor.name)


def next_move(link: CapaLink, reader: Actor) -> str:
    """What the holder of the ball does next, as the reader would say it."""
    mine = (link.ball == Ball.PARTNER) == (reader.company_kind == PARTNER)
    if link.status in OVER:
        return "Nothing more to do."
    if link.response_status == ResponseStatus.DUE:
        return "Write your response." if mine else "The CMO writes its response."
    if link.response_status == ResponseStatus.RETURNED:
        return "Complete your response." if mine else "The CMO completes its response."
    if link.response_status == ResponseStatus.SUBMITTED:
        return "Read the response and answer it." if mine else "The sponsor reads the response."
    if link.status in (CapaLinkStatus.PROPOSED, CapaLinkStatus.NOT_EFFECTIVE):
        return "Agree the day by which it is done, or propose one." if mine else "The day is still to be agreed."
    if link.status in AT_WORK and link.ball == Ball.SPONSOR:
        return "A later date is asked for: answer it." if mine else "The later date waits for an answer."
    if link.status in AT_WORK:
        return "Do what was planned, and add the evidence." if mine else "The CMO does what was planned."
    return checking(link, mine=mine)


def checking(link: CapaLink, *, mine: bool) -> str:
    """What the sponsor does after the work is reported as done."""
    if link.status == CapaLinkStatus.IMPLEMENTED:
        return "Look at the evidence and plan the check." if mine else "The sponsor looks at the evidence."
    if link.status == CapaLinkStatus.EFFECTIVENESS_DUE:
        return "See whether it worked." if mine else "The sponsor sees whether it worked."
    return "Somebody who had no part in it closes it."


@dataclass(frozen=True)
class Step:
    """A button of the page."""

    label: str
    url: str
    icon: str = ""
    primary: bool = False


def steps(link: CapaLink, user: User) -> list[Step]:
    """What the reader can do now, the likeliest first. A move that a guard closes says why on its own page."""
    found = [*response_steps(link, user), *capa_steps(link, user), *date_steps(link, user)]
    return [Step(s.label, s.url, s.icon, primary=place == 0) for place, s in enumerate(found)]


def response_steps(link: CapaLink, user: User) -> list[Step]:
    made = []
    for offer in RESPONSE.offers(link, user) if link.status not in OVER else []:
        name = offer.transition.name
        if name == "submit":
            again = link.response_status == ResponseStatus.RETURNED
            label = "Complete the response" if again else "Write the response"
            made.append(Step(label, reverse("audits:response-edit", args=[link.number]), "pen-line"))
        elif name == "record_response":
            if not link.has_joined:
                made.append(Step(offer.transition.verb, reverse("audits:response-record", args=[link.number])))
        elif name == "reask":
            continue  # it stands with the round that it is about
        else:
            made.append(Step(offer.transition.verb, reverse("audits:response-move", args=[link.number, name])))
    return sorted(made, key=lambda step: step.label != "Accept the response")


def date_steps(link: CapaLink, user: User) -> list[Step]:
    """Only what the side of the reader can do; a sponsor may pass on what an absent CMO says."""
    if not user.may(P.CAPA_DATE) or link.status in OVER:
        return []
    speaks = side_of(user) == Ball.PARTNER or link.has_joined or user.may(P.CAPA_RECORD)
    if link.status in AT_WORK and speaks and not link.open_extension:  # type: ignore[attr-defined]
        return [Step("Ask for a later date", reverse("audits:extension-ask", args=[link.number]), "calendar")]
    return []


def capa_steps(link: CapaLink, user: User) -> list[Step]:
    made = []
    for offer in CAPA.offers(link, user):
        name = offer.transition.name
        if name in ("agree_date", "withdraw") or (name == "record_done" and link.has_joined):
            continue
        if link.response_status != ResponseStatus.ACCEPTED and name in ("implement", "report_done", "record_done"):
            continue
        icon = "signature" if offer.transition.signature else ""
        made.append(Step(offer.transition.verb, reverse("audits:capa-move", args=[link.number, name]), icon))
    return made


@dataclass
class Round:
    """One response with its tree as lines, and its files."""

    response: Response
    lines: list[cause_tree.Line]
    plan: list[dict[str, Any]]
    files: list[Attachment]
    is_last: bool = False


@dataclass
class Work:
    """One action with its files."""

    action: CapaAction
    files: list[Attachment] = field(default_factory=list)


def story(link: CapaLink, user: User, today: date) -> dict[str, Any]:
    """Everything the page tells, read once."""
    responses = list(link.responses.order_by("round"))
    actions = list(link.actions.order_by("is_removed", "due_date", "pk"))
    files = files_of([link, *responses, *actions], user)
    rounds = [told(row, files, is_last=row is responses[-1]) for row in responses]
    proposals = list(link.date_proposals.order_by("-pk"))
    extensions = list(link.extensions.order_by("-pk"))
    link.open_extension = next((row for row in extensions if row.status == "requested"), None)  # type: ignore[attr-defined]
    open_proposal = next((row for row in proposals if row.status == "open"), None)
    checks = list(link.checks.order_by("-pk"))
    return {
        "clauses": [clauses.written(ref) for ref in link.finding.refs],
        "comments": list(link.finding.comments.order_by("round")),
        "rounds": rounds,
        "work": [Work(row, files.get(row.number, [])) for row in actions],
        "evidence": files.get(link.number, []),
        "proposals": proposals,
        "open_proposal": open_proposal,
        "extensions": extensions,
        "open_extension": link.open_extension,  # type: ignore[attr-defined]
        "check": checks[0] if checks else None,
        "earlier_checks": checks[1:],
        "clocks": clocks_of(link, today),
        "notes": notes_of(link, user),
        "own": own_of(link, user),
        "steps": steps(link, user),
        "may": rights(link, user, open_proposal),
        "stand": stand_of(link),
        "waits_for": waits_for(link, user, today),
        "next_move": next_move(link, user),
    }


def told(row: Response, files: dict[str, list[Attachment]], *, is_last: bool) -> Round:
    lines, plan = cause_tree.to_lines(row.cause_tree), planned.shown(row.actions)
    return Round(row, lines, plan, files.get(row.number, []), is_last)


def files_of(records: list[Any], user: Actor) -> dict[str, list[Attachment]]:
    """number of a record -> its files that the reader may see: one query."""
    rows = Attachment.objects.visible_to(user).filter(
        about_number__in=[record.number for record in records], is_retired=False
    )
    found: dict[str, list[Attachment]] = {}
    for row in rows.order_by("pk"):
        found.setdefault(row.about_number, []).append(row)
    return found


def clocks_of(link: CapaLink, today: date) -> dict[str, int]:
    return {side: link.days_of(side, today) for side in (Ball.PARTNER, Ball.SPONSOR)}


def notes_of(link: CapaLink, user: User) -> list[InternalNote]:
    """What colleagues say among themselves; no CMO reads it."""
    if not user.may(P.AUDIT_DRAFTS):
        return []
    rows = InternalNote.objects.visible_to(user).filter(finding=link.finding_id)
    return list(rows.select_related("author").order_by("pk"))


def own_of(link: CapaLink, user: User) -> OwnLink | None:
    """The CMO's own CAPA behind this link; asked for a CMO only."""
    if user.company_kind != PARTNER:
        return None
    rows = OwnLink.objects.visible_to(user).filter(link=link.pk, is_removed=False)
    found: OwnLink | None = rows.select_related("capa").first()
    return found


def rights(link: CapaLink, user: User, proposal: Any) -> dict[str, bool]:
    """What the page offers beside the moves."""
    is_over = link.status in OVER
    talks = user.may(P.CAPA_DATE) and not is_over
    still_open = link.status in (CapaLinkStatus.PROPOSED, CapaLinkStatus.NOT_EFFECTIVE)
    side = side_of(user)
    extension = link.open_extension  # type: ignore[attr-defined]
    working = still_open or link.status in AT_WORK
    accepted = link.response_status == ResponseStatus.ACCEPTED
    return {
        "propose": talks and still_open,
        "agree": talks and still_open and proposal is not None and proposal.proposed_by != side,
        "answer_extension": talks and extension is not None and extension.asked_by != side,
        "work": working and not is_over and may_work(link, user),
        "add_action": accepted and working and not is_over and may_work(link, user),
        "drop": working and not is_over and user.may(P.CAPA_REVIEW),
        "reask": accepted and working and not is_over and user.may(P.CAPA_REVIEW),
        "add_file": not is_over and user.may(P.CAPA_EVIDENCE),
    }
