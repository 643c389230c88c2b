"""The field's words of an audit programme: types and modes, statuses, roles in a team, what triggers an audit."""

from django.db.models import TextChoices


class AuditType(TextChoices):
    QUALIFICATION = "qualification", "Qualification"
    ROUTINE = "routine", "Routine"
    FOR_CAUSE = "for_cause", "For cause"
    FOLLOW_UP = "follow_up", "Follow-up"
    PRE_PAI = "pre_pai", "Pre-approval readiness"
    DUE_DILIGENCE = "due_diligence", "Due diligence"
    SHARED = "shared", "Shared or third party"
    SELF_INSPECTION = "self_inspection", "Self-inspection"
    DESK = "desk", "Desk"


class AuditMode(TextChoices):
    ONSITE = "onsite", "On site"
    REMOTE = "remote", "Remote"
    HYBRID = "hybrid", "Hybrid"


class AuditStatus(TextChoices):
    PROPOSED = "proposed", "Proposed"
    PLANNED = "planned", "Planned"
    NOTIFIED = "notified", "Notified"
    IN_PROGRESS = "in_progress", "In progress"
    CLOSEOUT_HELD = "closeout_held", "Close-out held"
    REPORT_DRAFT = "report_draft", "Report in draft"
    REPORT_REVIEW = "report_review", "Report in review"
    FACTUAL_CHECK = "factual_check", "Factual check"
    REPORT_ISSUED = "report_issued", "Report issued"
    FOLLOW_UP = "follow_up", "Follow-up"
    CLOSED = "closed", "Closed"
    CANCELLED = "cancelled", "Cancelled"


class TeamRole(TextChoices):
    LEAD = "lead", "Lead auditor"
    CO_AUDITOR = "co_auditor", "Co-auditor"
    SME = "sme", "Subject-matter expert"
    TRAINEE = "trainee", "Trainee"
    OBSERVER = "observer", "Observer"


class AuditorLevel(TextChoices):
    LEAD = "lead", "Lead auditor"
    CO_AUDITOR = "co_auditor", "Co-auditor"
    SME = "sme", "Subject-matter expert"
    TRAINEE = "trainee", "Trainee"


class AuditorStatus(TextChoices):
    PROPOSED = "proposed", "Proposed"
    QUALIFIED = "qualified", "Qualified"
    SUSPENDED = "suspended", "Suspended"
    ENDED = "ended", "Ended"


class PlanStatus(TextChoices):
    DRAFT = "draft", "Draft"
    SUBMITTED = "submitted", "Submitted"
    APPROVED = "approved", "Approved"


class SlotStatus(TextChoices):
    OFFERED = "offered", "Offered"
    AGREED = "agreed", "Agreed"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Side(TextChoices):
    """Who said or offered something."""

    SPONSOR = "sponsor", "Sponsor"
    PARTNER = "partner", "CMO"


class IntervalStatus(TextChoices):
    IN_FORCE = "in_force", "In force"
    PROPOSED = "proposed", "Waits for a signature"
    REJECTED = "rejected", "Rejected"
    REPLACED = "replaced", "Replaced"


class TriggerKind(TextChoices):
    """Events that call for an audit outside the routine."""

    OAI = "oai", "Inspection classified OAI"
    WARNING_LETTER = "warning_letter", "Warning letter"
    IMPORT_ALERT = "import_alert", "Import alert"
    NON_COMPLIANCE = "non_compliance", "Statement of GMP non-compliance"
    CRITICAL_DEVIATION = "critical_deviation", "Critical deviation"
    OVERDUE_CAPA = "overdue_capa", "Overdue CAPA"
    CRITICAL_FINDING = "critical_finding", "Critical finding"
    CONDITIONAL_STATUS = "conditional_status", "Conditional qualification"
    OTHER = "other", "Other"


class TriggerStatus(TextChoices):
    OPEN = "open", "To decide"
    AUDIT_PLANNED = "audit_planned", "Audit planned"
    DISMISSED = "dismissed", "No audit needed"
