"""Hands on the subjects' models, so that Django finds one app with one migrations folder."""

from communications.notices.feeds import CalendarFeed
from communications.notices.mailbox import KeptMail
from communications.notices.models import Mail, Notice, SweepRun
from communications.notices.preferences import Absence, Mute, NoticeSettings, Snooze
from communications.updates.models import Update, UpdateDraft, UpdateReply, UpdateRevision

__all__ = [
    "Absence",
    "CalendarFeed",
    "KeptMail",
    "Mail",
    "Mute",
    "Notice",
    "NoticeSettings",
    "Snooze",
    "SweepRun",
    "Update",
    "UpdateDraft",
    "UpdateReply",
    "UpdateRevision",
]
