"""Hands on the subjects' models, so that Django finds one app with one migrations folder."""

from communications.guests.models import GuestLink
from communications.inbound.models import InboundMail
from communications.meetings.models import (
    AgendaLine,
    Meeting,
    MeetingAction,
    MeetingPerson,
    MinutesAnswer,
    MinutesDraft,
    MinutesVersion,
    PreparationNote,
)
from communications.messages.channels import MessageChannel
from communications.messages.models import AgreedAction, InternalNote, Mention, Message, Reading, Thread
from communications.notices.feeds import CalendarFeed
from communications.notices.mailbox import KeptMail
from communications.notices.models import Mail, Notice, SweepRun
from communications.notices.news import MessageNews, MessageNotice
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
    "AgendaLine",
    "AgreedAction",
    "Answer",
    "CalendarFeed",
    "GuestLink",
    "InboundMail",
    "InternalNote",
    "KeptMail",
    "Mail",
    "Meeting",
    "MeetingAction",
    "MeetingPerson",
    "Mention",
    "Message",
    "MessageChannel",
    "MessageNews",
    "MessageNotice",
    "MinutesAnswer",
    "MinutesDraft",
    "MinutesVersion",
    "Mute",
    "Notice",
    "NoticeSettings",
    "PreparationNote",
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
