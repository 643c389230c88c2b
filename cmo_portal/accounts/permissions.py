"""Who may act: every permission and every role of the product on this one page, so that an inspector can read it.

What somebody may *see* is not here: that is the wall (records/scope.py). 21 CFR 11.10(d), (g).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache


class Permission(StrEnum):
    """A right, named `noun.verb`."""

    # people and the installation
    PEOPLE_VIEW = "people.view"
    PEOPLE_MANAGE = "people.manage"
    COMPANY_EDIT = "company.edit"
    OPERATION_VIEW = "operation.view"  # how the machine fares; of people only those of one's own company
    TRAIL_VIEW = "trail.view"
    HISTORY_VIEW = "history.view"  # the trail of a record whose page one may open
    DUE_VIEW = "due.view"
    POLICY_VIEW = "policy.view"  # when people are reminded: the sponsor's own rules
    POLICY_EDIT = "policy.edit"
    SEARCH_USE = "search.use"
    TOKEN_USE = "token.use"  # noqa: S105 - a permission's name
    # CMOs, their sites and what they can do
    CMO_VIEW = "cmo.view"
    CMO_EDIT = "cmo.edit"
    CMO_IMPORT = "cmo.import"
    CMO_MERGE = "cmo.merge"
    CMO_EXPORT = "cmo.export"
    CMO_INVITE = "cmo.invite"  # to the portal, as a company
    SITE_VIEW = "site.view"
    SITE_EDIT = "site.edit"
    CAPACITY_OFFER = "capacity.offer"
    CERTIFICATE_ADD = "certificate.add"
    PRODUCT_VIEW = "product.view"
    PRODUCT_EDIT = "product.edit"
    AGREEMENT_VIEW = "agreement.view"
    AGREEMENT_EDIT = "agreement.edit"
    QUALIFICATION_PROPOSE = "qualification.propose"
    QUALIFICATION_APPROVE = "qualification.approve"
    # what authorities found
    REGULATORY_VIEW = "regulatory.view"
    REGULATORY_IMPORT = "regulatory.import"
    # selections
    SELECTION_VIEW = "selection.view"
    SELECTION_EDIT = "selection.edit"
    SCORE_GIVE = "score.give"
    RESULT_VIEW = "result.view"
    # audits, findings and what is done about them
    AUDIT_VIEW = "audit.view"
    AUDIT_DRAFTS = "audit.drafts"  # what is not issued yet, answers, notes and what colleagues say among themselves
    AUDIT_PLAN = "audit.plan"
    AUDIT_CONDUCT = "audit.conduct"
    PLAN_APPROVE = "plan.approve"
    INTERVAL_SIGN = "interval.sign"
    AUDITOR_PROPOSE = "auditor.propose"
    AUDITOR_QUALIFY = "auditor.qualify"
    CHECKLIST_EDIT = "checklist.edit"
    SLOT_ANSWER = "slot.answer"
    REQUEST_ANSWER = "request.answer"
    REQUEST_FILE = "request.file"  # either side puts the document on the card
    FINDING_VIEW = "finding.view"
    FINDING_EDIT = "finding.edit"
    FINDING_COMMENT = "finding.comment"
    FINDING_RECLASSIFY = "finding.reclassify"
    DISPUTE_SETTLE = "dispute.settle"
    REPORT_WRITE = "report.write"
    REPORT_REVIEW = "report.review"
    REPORT_ISSUE = "report.issue"
    CERTIFICATE_ISSUE = "certificate.issue"
    CAPA_VIEW = "capa.view"
    CAPA_ANSWER = "capa.answer"
    CAPA_RECORD = "capa.record"  # a response that came outside the portal, where the CMO has not joined
    CAPA_REVIEW = "capa.review"
    CAPA_DATE = "capa.date"
    CAPA_CLOSE = "capa.close"
    CAPA_EVIDENCE = "capa.evidence"  # files with a CAPA and its actions, of either side
    CAPA_OWN = "capa.own"  # a CMO's own CAPAs and drafts, which no sponsor reads
    TREND_VIEW = "trend.view"
    # what one side tells the other on record
    UPDATE_VIEW = "update.view"
    UPDATE_POST = "update.post"
    UPDATE_ACKNOWLEDGE = "update.acknowledge"  # what the other side posted, and to ask about it
    UPDATE_DECIDE = "update.decide"  # accepts or refuses a change, with a signature
    # what both sides say to each other
    MESSAGE_VIEW = "message.view"
    MESSAGE_POST = "message.post"
    MESSAGE_NOTE = "message.note"  # what colleagues say among themselves beside a thread: to read and to write
    # what a CMO says of itself, once for all its sponsors
    PROFILE_VIEW = "profile.view"  # as it was published
    PROFILE_MARK = "profile.mark"  # says for the sponsor that a version was read
    PROFILE_IMPORT = "profile.import"  # a signed file of a CMO that works on another installation
    PROFILE_WRITE = "profile.write"  # the CMO's own answers: to read and to write
    PROFILE_PUBLISH = "profile.publish"  # to sponsors, to withdraw, and to hand out as a file
    # answers by link, from somebody without an account; what may be asked is the right to the item itself
    GUEST_VIEW = "guest.view"
    GUEST_ASK = "guest.ask"  # makes, renews and revokes a link
    # meetings of a sponsor and a CMO
    MEETING_VIEW = "meeting.view"
    MEETING_EDIT = "meeting.edit"  # plans a meeting, writes its agenda and its minutes
    MEETING_ACKNOWLEDGE = "meeting.acknowledge"  # minutes, for the own side; or asks for a correction
    MEETING_ACT = "meeting.act"  # says that an action of a meeting is done, or that nobody does it any more
    MEETING_NOTE = "meeting.note"  # what colleagues note for themselves before a meeting: to read and to write
    MAIL_VIEW = "mail.view"  # what came by e-mail in one's own name; with people.manage also what names nobody


P = Permission
SPEAK = frozenset({P.MESSAGE_POST, P.MESSAGE_NOTE, P.MEETING_NOTE, P.MEETING_ACT, P.MAIL_VIEW})
LINKS = frozenset({P.GUEST_VIEW, P.GUEST_ASK})
MEET = frozenset({P.MEETING_EDIT, P.MEETING_ACKNOWLEDGE})


@dataclass(frozen=True)
class Role:
    """A role as people know it: its name, what its holder does in one line, for which kind of company."""

    code: str
    name: str
    does: str
    kind: str
    grants: frozenset[Permission]


READ = frozenset(
    {
        P.PEOPLE_VIEW,
        P.HISTORY_VIEW,
        P.DUE_VIEW,
        P.POLICY_VIEW,
        P.SEARCH_USE,
        P.TOKEN_USE,
        P.CMO_VIEW,
        P.CMO_EXPORT,
        P.SITE_VIEW,
        P.PRODUCT_VIEW,
        P.AGREEMENT_VIEW,
        P.REGULATORY_VIEW,
        P.SELECTION_VIEW,
        P.AUDIT_VIEW,
        P.FINDING_VIEW,
        P.CAPA_VIEW,
        P.TREND_VIEW,
        P.UPDATE_VIEW,
        P.MESSAGE_VIEW,
        P.PROFILE_VIEW,
        P.MEETING_VIEW,
    }
)
PARTNER_READ = frozenset(
    {
        P.PEOPLE_VIEW,
        P.DUE_VIEW,
        P.SEARCH_USE,
        P.TOKEN_USE,
        P.SITE_VIEW,
        P.REGULATORY_VIEW,
        P.AUDIT_VIEW,
        P.FINDING_VIEW,
        P.CAPA_VIEW,
        P.CAPA_OWN,
        P.UPDATE_VIEW,
        P.MESSAGE_VIEW,
        P.PROFILE_VIEW,
        P.PROFILE_WRITE,
        P.MEETING_VIEW,
    }
)

ROLES: dict[str, Role] = {
    role.code: role
    for role in (
        Role(
            "cmo_manager",
            "CMO manager",
            "Looks after the CMOs, runs selections and owns the audit programme.",
            "sponsor",
            READ
            | SPEAK
            | LINKS
            | MEET
            | {
                P.TRAIL_VIEW,
                P.POLICY_EDIT,
                P.CMO_EDIT,
                P.CMO_IMPORT,
                P.CMO_MERGE,
                P.CMO_INVITE,
                P.SITE_EDIT,
                P.CAPACITY_OFFER,
                P.CERTIFICATE_ADD,
                P.PRODUCT_EDIT,
                P.AGREEMENT_EDIT,
                P.QUALIFICATION_PROPOSE,
                P.REGULATORY_IMPORT,
                P.SELECTION_EDIT,
                P.SCORE_GIVE,
                P.RESULT_VIEW,
                P.AUDIT_DRAFTS,
                P.AUDIT_PLAN,
                P.REQUEST_FILE,
                P.AUDITOR_PROPOSE,
                P.CHECKLIST_EDIT,
                P.DISPUTE_SETTLE,
                P.REPORT_REVIEW,
                P.CAPA_RECORD,
                P.CAPA_REVIEW,
                P.CAPA_DATE,
                P.CAPA_EVIDENCE,
                P.UPDATE_POST,
                P.UPDATE_ACKNOWLEDGE,
                P.PROFILE_MARK,
                P.PROFILE_IMPORT,
            },
        ),
        Role(
            "quality_head",
            "Head of quality",
            "Approves: qualification is quality's decision, apart from the commercial one.",
            "sponsor",
            READ
            | SPEAK
            | LINKS
            | MEET
            | {
                P.TRAIL_VIEW,
                P.QUALIFICATION_PROPOSE,
                P.QUALIFICATION_APPROVE,
                P.CERTIFICATE_ADD,
                P.REGULATORY_IMPORT,
                P.SCORE_GIVE,
                P.RESULT_VIEW,
                P.AUDIT_DRAFTS,
                P.PLAN_APPROVE,
                P.INTERVAL_SIGN,
                P.AUDITOR_PROPOSE,
                P.AUDITOR_QUALIFY,
                P.FINDING_RECLASSIFY,
                P.REPORT_REVIEW,
                P.REPORT_ISSUE,
                P.CERTIFICATE_ISSUE,
                P.CAPA_REVIEW,
                P.CAPA_DATE,
                P.CAPA_CLOSE,
                P.CAPA_EVIDENCE,
                P.UPDATE_POST,
                P.UPDATE_ACKNOWLEDGE,
                P.UPDATE_DECIDE,
                P.PROFILE_MARK,
                P.PROFILE_IMPORT,
            },
        ),
        Role(
            "auditor",
            "Auditor",
            "Plans and leads audits.",
            "sponsor",
            READ
            | SPEAK
            | LINKS
            | {P.SITE_EDIT, P.CERTIFICATE_ADD, P.QUALIFICATION_PROPOSE, P.REGULATORY_IMPORT, P.SCORE_GIVE}
            | {
                P.RESULT_VIEW,
                P.TRAIL_VIEW,
                P.AUDIT_DRAFTS,
                P.AUDIT_PLAN,
                P.AUDIT_CONDUCT,
                P.CHECKLIST_EDIT,
                P.REQUEST_FILE,
            }
            | {P.FINDING_EDIT, P.FINDING_RECLASSIFY, P.REPORT_WRITE, P.CAPA_RECORD, P.CAPA_REVIEW, P.CAPA_DATE}
            | {P.CAPA_CLOSE, P.CAPA_EVIDENCE, P.PROFILE_MARK},
        ),
        Role(
            "evaluator",
            "Evaluator",
            "Scores the candidates of a selection.",
            "sponsor",
            READ | SPEAK | {P.SCORE_GIVE, P.RESULT_VIEW},
        ),
        Role(
            "inspector",
            "Inspector",
            "Reads what is issued; sees nothing sealed, blind or draft, and changes nothing.",
            "sponsor",
            READ - {P.TOKEN_USE},
        ),
        Role(
            "administrator",
            "Administrator",
            "Invites people, gives roles, keeps the settings; holds no quality record.",
            "sponsor",
            frozenset({P.PEOPLE_VIEW, P.PEOPLE_MANAGE, P.COMPANY_EDIT, P.TRAIL_VIEW, P.SEARCH_USE, P.CMO_INVITE})
            | {P.OPERATION_VIEW, P.MAIL_VIEW},
        ),
        Role(
            "partner_quality",
            "Partner quality",
            "Answers for the CMO's quality unit and keeps its facts right.",
            "partner",
            PARTNER_READ
            | SPEAK
            | LINKS
            | MEET
            | {P.CAPACITY_OFFER, P.CERTIFICATE_ADD, P.SLOT_ANSWER, P.REQUEST_ANSWER, P.REQUEST_FILE, P.FINDING_COMMENT}
            | {P.CAPA_ANSWER, P.CAPA_DATE, P.CAPA_EVIDENCE}
            | {P.UPDATE_POST, P.UPDATE_ACKNOWLEDGE, P.UPDATE_DECIDE, P.PROFILE_PUBLISH},
        ),
        Role(
            "partner_admin",
            "Partner administrator",
            "Invites and retires the CMO's own people.",
            "partner",
            PARTNER_READ | {P.PEOPLE_MANAGE, P.COMPANY_EDIT, P.TRAIL_VIEW, P.GUEST_VIEW, P.MAIL_VIEW},
        ),
    )
}


def grants_of(roles: list[str] | tuple[str, ...]) -> frozenset[Permission]:
    """Everything a person with `roles` may do."""
    return frozenset().union(*(ROLES[code].grants for code in roles if code in ROLES))


@cache
def grants_of_kind(kind: str) -> frozenset[Permission]:
    """Everything that somebody in a company of `kind` can be given."""
    return grants_of([role.code for role in roles_for(kind)])


def roles_for(kind: str) -> list[Role]:
    """The roles that a company of `kind` can give."""
    return [role for role in ROLES.values() if role.kind == kind]
