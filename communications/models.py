"""Hands on the subjects' models, so that Django finds one app with one migrations folder."""

from communications.messages.models import AgreedAction, InternalNote, Message, Reading, Thread
from communications.notices.feeds import CalendarFeed
from communications.notices.mailbox import KeptMail
from communications.notices.models import Mail, Notice, SweepRun
from communications.notices.preferences import Absence, Mute, NoticeSettings, Snooze
from communications.profiles.models import (
    Answer,
    Profile,
    ProfileReading,
    ProfileSection,
    Publication,
    PublishedContent,
)
from communications.updates.models import Update, UpdateDraft, UpdateReply, UpdateRevision

__all__ = [
    "Absence",
    "AgreedAction",
    "Answer",
    "CalendarFeed",
    "InternalNote",
    "KeptMail",
    "Mail",
    "Message",
    "Mute",
    "Notice",
    "NoticeSettings",
    "Profile",
    "ProfileReading",
    "ProfileSection",
    "Publication",
    "PublishedContent",
    "Reading",
    "Snooze",
    "SweepRun",
    "Thread",
    "Update",
    "UpdateDraft",
    "UpdateReply",
    "UpdateRevision",
]
