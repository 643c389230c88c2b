"""The tab of team and dates: who audits, who has declared independence, which dates are on offer and which agreed."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from audits.programme import team_actions as actions
from audits.programme.forms import AnswerForm, ClearForm, IndependenceForm, MemberForm, SlotForm
from audits.programme.frame import TEAM, audit_frame, found_audit, way_to
from audits.programme.models import Audit, Independence, Slot, TeamMember
from audits.programme.views import notice_words
from audits.programme.vocabulary import AuditStatus, SlotStatus
from cmo_portal.accounts.forms import ReasonForm
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.accounts.requests import PersonRequest
from cmo_portal.lib.pages import render_page
from cmo_portal.records.actors import SPONSOR
from cmo_portal.records.gate import page
from vendors.registry.edits import form_page

SLOT_PILLS = {"offered": "info", "agreed": "ok", "declined": "", "withdrawn": ""}


@page(P.AUDIT_VIEW)
def audit_team(request: PersonRequest, number: str) -> HttpResponse:
    """The sponsor sees who has declared what; the CMO the team and the dates."""
    context = audit_frame(request, number, TEAM)
    audit, user = context["audit"], request.user
    rows = audit.team.filter(is_removed=False).select_related("audit").order_by("pk")
    is_open = audit.status in actions.CHANGING
    in_talks = audit.status in (AuditStatus.PLANNED, AuditStatus.NOTIFIED)
    slots = list(audit.slots.order_by("start_date", "pk")[:60])
    for slot in slots:
        slot.audit = audit
    context |= {
        "members": [member_row(m, user) for m in (rows.select_related("declaration") if is_sponsor(user) else rows)],
        "slots": [
            {"slot": slot, "pill": SLOT_PILLS[slot.status], "may_answer": is_waiting(slot) and in_talks
             and actions.may_answer(slot, user), "may_withdraw": is_waiting(slot) and offers(user, slot)}
            for slot in slots
        ],
        "may_staff": context["rights"]["plan"] and is_open,
        "may_schedule": context["rights"]["plan"] and is_open,
        "may_offer": in_talks and user.may(P.AUDIT_PLAN if is_sponsor(user) else P.SLOT_ANSWER),
        "notice": notice_words(audit) if is_sponsor(user) and audit.status == AuditStatus.PLANNED else "",
    }  # fmt: skip
    return render_page(request, "audits/audit_team.html", None, context)


def is_sponsor(user: Any) -> bool:
    return bool(user.company_kind == SPONSOR)


def is_waiting(slot: Slot) -> bool:
    return slot.status == SlotStatus.OFFERED


def offers(user: Any, slot: Slot) -> bool:
    """Whether the slot is one that this person's side may take back."""
    right = P.AUDIT_PLAN if is_sponsor(user) else P.SLOT_ANSWER
    return slot.offered_by == actions.side_of(user) and user.may(right)


def member_row(member: TeamMember, user: Any) -> dict[str, Any]:
    """A person of the team with what they declared; a CMO reads name and role only."""
    if not is_sponsor(user):
        return {"member": member}
    declaration = getattr(member, "declaration", None)
    state, pill = "Has not declared yet", "warn"
    if declaration is not None:
        state, pill = ("Independent", "ok") if not declaration.has_conflict else ("Ties declared", "bad")
        if declaration.has_conflict and declaration.is_cleared:
            state, pill = "Ties cleared by quality", "ok"
    own = member.person_id == user.pk or (member.person_id is None and user.may(P.AUDIT_PLAN))
    waits = declaration is not None and not declaration.stands
    return {
        "member": member,
        "declaration": declaration,
        "state": state,
        "pill": pill,
        "may_declare": own and member.audit.status in actions.CHANGING,
        "may_clear": waits and user.may(P.AUDITOR_QUALIFY) and member.person_id != user.pk,
    }


def tab_of(audit: Audit) -> str:
    return reverse("audits:audit-team", args=[audit.number])


def crumbs_of(audit: Audit) -> list[tuple[str, str]]:
    return way_to(audit, TEAM, "audits:audit-team")


def found_member(request: PersonRequest, number: str) -> TeamMember:
    """A person of the team of an audit that the asker may open; 404 otherwise."""
    rows = TeamMember.objects.visible_to(request.user).filter(is_removed=False)
    member = get_object_or_404(rows.select_related("person"), number=number)
    member.audit = found_audit(request, member.audit.number)
    return member


@page(P.AUDIT_PLAN)
def member_create(request: PersonRequest, number: str) -> HttpResponse:
    audit = found_audit(request, number)
    form = MemberForm(request.POST or None, instance=TeamMember(audit=audit), by=request.user)

    def act() -> None:
        actions.add_member(audit, by=request.user, **form.values())

    return form_page(
        request, form, act, heading="Add to the team", back=tab_of(audit),
        said="Added: everybody declares their own independence next.", verb="Add to the team", crumbs=crumbs_of(audit),
    )  # fmt: skip


@page(P.AUDIT_PLAN)
def member_edit(request: PersonRequest, number: str) -> HttpResponse:
    member = found_member(request, number)
    audit, name = member.audit, member.name
    form = MemberForm(request.POST or None, instance=member, by=request.user)

    def act() -> None:
        version = form.opened_version
        actions.revise_member(member, by=request.user, version=version, reason=form.reason, **form.values())

    return form_page(
        request, form, act, heading=f"{name} in the team", back=tab_of(audit), said="Saved.",
        crumbs=crumbs_of(audit),
    )  # fmt: skip


@page(P.AUDIT_PLAN)
def member_remove(request: PersonRequest, number: str) -> HttpResponse:
    member = found_member(request, number)
    form = ReasonForm(request.POST or None)

    def act() -> None:
        actions.remove_member(member, by=request.user, reason=form.cleaned_data["reason"])

    return form_page(
        request, form, act, heading=f"Take {member.name} out of the team", back=tab_of(member.audit),
        said=f"{member.name} is out of the team.", verb="Take out of the team", crumbs=crumbs_of(member.audit),
    )  # fmt: skip


@page(P.AUDIT_VIEW)
def independence_edit(request: PersonRequest, number: str) -> HttpResponse:
    """A member's own declaration; of somebody from outside the planner records it."""
    member = found_member(request, number)
    if member.person_id != request.user.pk and not (member.person_id is None and request.user.may(P.AUDIT_PLAN)):
        raise PermissionDenied("Everybody declares their own independence.")
    declared = Independence.objects.filter(member=member).first()
    form = IndependenceForm(request.POST or None, instance=declared or Independence(audit=member.audit, member=member))

    def act() -> None:
        version = form.opened_version if declared else None
        actions.declare_independence(member, by=request.user, version=version, **form.values())

    whose = "Your independence" if member.person_id else f"Independence of {member.name}"
    return form_page(
        request, form, act, heading=f"{whose} of {member.audit.site.name}" if member.person_id else whose,
        back=tab_of(member.audit), said="Declared.", verb="Declare", crumbs=crumbs_of(member.audit),
    )  # fmt: skip


@page(P.AUDITOR_QUALIFY)
def conflict_clear(request: PersonRequest, number: str) -> HttpResponse:
    """Quality looks at declared ties and finds that they do not stand against auditing."""
    member = found_member(request, number)
    declaration = get_object_or_404(Independence.objects.visible_to(request.user), member=member, has_conflict=True)
    declaration.member = member
    form = ClearForm(request.POST or None, initial={"version": declaration.version})

    def act() -> None:
        actions.clear_conflict(declaration, by=request.user, **form.cleaned_data)

    return form_page(
        request, form, act, heading=f"Clear the ties of {member.name}: {declaration.ties}", back=tab_of(member.audit),
        said="Cleared and recorded.", verb="Clear the ties", crumbs=crumbs_of(member.audit),
    )  # fmt: skip


# --- dates -----------------------------------------------------------------------------------------
@page(P.AUDIT_VIEW)
def slot_create(request: PersonRequest, number: str) -> HttpResponse:
    """One more pair of days that suit; either side may offer."""
    audit = found_audit(request, number)
    if not request.user.may(P.AUDIT_PLAN if is_sponsor(request.user) else P.SLOT_ANSWER):
        raise PermissionDenied
    form = SlotForm(request.POST or None, instance=Slot(audit=audit))

    def act() -> None:
        actions.offer_slot(audit, by=request.user, **form.cleaned_data)

    return form_page(
        request, form, act, heading="Offer dates", back=tab_of(audit),
        said="The dates are on offer: the other side answers.", verb="Offer these dates", crumbs=crumbs_of(audit),
    )  # fmt: skip


def found_slot(request: PersonRequest, number: str) -> Slot:
    slot: Slot = get_object_or_404(Slot.objects.visible_to(request.user), number=number)
    slot.audit = found_audit(request, Audit.objects.values_list("number", flat=True).get(pk=slot.audit_id))
    return slot


@page(P.AUDIT_VIEW)
def slot_answer(request: PersonRequest, number: str) -> HttpResponse:
    """The other side agrees, or says what would suit better."""
    slot = found_slot(request, number)
    if not actions.may_answer(slot, request.user):
        raise PermissionDenied("The other side answers an offer of dates.")
    form = AnswerForm(request.POST or None, initial={"version": slot.version})

    def act() -> None:
        actions.answer_slot(slot, by=request.user, **form.cleaned_data)

    return form_page(
        request, form, act, heading=f"Do the days {slot} suit?", back=tab_of(slot.audit),
        said="Your answer is with the other side.", verb="Answer", crumbs=crumbs_of(slot.audit),
    )  # fmt: skip


@page(P.AUDIT_VIEW)
def slot_withdraw(request: PersonRequest, number: str) -> HttpResponse:
    slot = found_slot(request, number)
    if not offers(request.user, slot):
        raise PermissionDenied("Who offered the dates withdraws them.")
    form = ReasonForm(request.POST or None)

    def act() -> None:
        actions.withdraw_slot(slot, by=request.user, reason=form.cleaned_data["reason"])

    return form_page(
        request, form, act, heading=f"Withdraw the offer {slot}", back=tab_of(slot.audit),
        said="The offer is withdrawn.", verb="Withdraw the offer", crumbs=crumbs_of(slot.audit),
    )  # fmt: skip
