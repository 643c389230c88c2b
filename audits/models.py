"""Hands on the subjects' models, so that Django finds one app with one migrations folder."""

from audits.capa.models import (
    Capa,
    CapaAction,
    CapaLink,
    DateProposal,
    EffectivenessCheck,
    Extension,
    OwnLink,
    Response,
    ResponseDraft,
)
from audits.conduct.deliveries import Delivery
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
from audits.findings.models import FactualCheck, FactualComment, Finding, InternalNote
from audits.programme.models import (
    Audit,
    Auditor,
    AuditPlan,
    Independence,
    Slot,
    TeamMember,
)
from audits.programme.steering import AgreementLimits, AuditInterval, AuditLimits, AuditTrigger
from audits.reporting.models import AuditCertificate, IssuedDocument, Report

__all__ = [
    "AgendaItem",
    "AgreementLimits",
    "Attendance",
    "Audit",
    "AuditCertificate",
    "AuditInterval",
    "AuditLimits",
    "AuditPlan",
    "AuditTrigger",
    "Auditor",
    "Capa",
    "CapaAction",
    "CapaLink",
    "ChecklistItem",
    "ChecklistTemplate",
    "DateProposal",
    "Delivery",
    "DocumentRequest",
    "EffectivenessCheck",
    "Extension",
    "FactualCheck",
    "FactualComment",
    "Finding",
    "Gap",
    "Independence",
    "InternalNote",
    "IssuedDocument",
    "Meeting",
    "OwnLink",
    "Report",
    "Response",
    "ResponseDraft",
    "ScribeNote",
    "Slot",
    "TeamMember",
    "TemplateQuestion",
]
