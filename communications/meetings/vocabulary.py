"""The words of meetings: their kinds, where one stands, the headings of an agenda, what a side says of minutes."""

from __future__ import annotations

from django.db.models import TextChoices


class MeetingKind(TextChoices):
    """Tiers of governance, from the work of every week to those who can decide what nobody below could."""

    OPERATIONAL = "operational", "Operational meeting"
    QUALITY_COUNCIL = "quality_council", "Quality council"
    BUSINESS_REVIEW = "business_review", "Business review (QBR)"
    STEERING = "steering", "Joint steering committee"
    AD_HOC = "ad_hoc", "Ad hoc meeting"


class MeetingStatus(TextChoices):
    PLANNED = "planned", "Planned"
    HELD = "held", "Held"
    MINUTES_OUT = "minutes_out", "Minutes out"
    ACKNOWLEDGED = "acknowledged", "Acknowledged by both"
    CANCELLED = "cancelled", "Cancelled"


class Heading(TextChoices):
    """The headings of a business review, in their order; other meetings use those they need."""

    PREVIOUS = "previous", "Previous actions"
    FIGURES = "figures", "Figures, both ways"
    SUPPLY = "supply", "Supply and forecast"
    QUALITY = "quality", "Quality events, CAPA, audits, inspections"
    CHANGES = "changes", "Changes"
    TRANSFERS = "transfers", "Technology transfers"
    RISKS = "risks", "Risks and opportunities"
    COMMERCIAL = "commercial", "Commercial"
    RELATIONSHIP = "relationship", "Working together"
    OTHER = "other", "Open questions"
    ACTIONS = "actions", "Actions and next steps"


class DraftStatus(TextChoices):
    DRAFT = "draft", "Draft"
    SHARED = "shared", "Shared"


class AnswerStatus(TextChoices):
    """What one side says of one version of the minutes."""

    AWAITED = "awaited", "Awaited"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    CORRECTION = "correction", "Correction asked for"
    SUPERSEDED = "superseded", "A newer version came"


PLACES = {code: place for place, code in enumerate(Heading.values)}
TEMPLATED = (MeetingKind.BUSINESS_REVIEW, MeetingKind.STEERING)  # every heading stands on their agenda
