"""Hands on the subjects' models, so that Django finds one app with one migrations folder."""

from audits.capa.models import Capa, CapaAction, CapaLink, DateProposal, Extension, Response, ResponseDraft
from audits.conduct.models import (
    AgendaItem,
    Attendance,
    ChecklistItem,
    ChecklistTemplate,
    DocumentRequest,
    Gap,
    Meeting,
    ScribeNote,
    TemplateQuestion,
)
from audits.findings.models import FactualComment, Finding, InternalNote
from audits.programme.models import (
    Audit,
    AuditInterval,
    Auditor,
    AuditPlan,
    AuditTrigger,
    Independence,
    Slot,
    TeamMember,
)
from audits.reporting.models import AuditCertificate, Report

__all__ = [
    "AgendaItem",
    "Attendance",
    "Audit",
    "AuditCertificate",
    "AuditInterval",
    "AuditPlan",
    "AuditTrigger",
    "Auditor",
    "Capa",
    "CapaAction",
    "CapaLink",
    "ChecklistItem",
    "ChecklistTemplate",
    "DateProposal",
    "DocumentRequest",
    "Extension",
    "FactualComment",
    "Finding",
    "Gap",
    "Independence",
    "InternalNote",
    "Meeting",
    "Report",
    "Response",
    "ResponseDraft",
    "ScribeNote",
    "Slot",
    "TeamMember",
    "TemplateQuestion",
]
