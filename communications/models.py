"""Hands on the subjects' models, so that Django finds one app with one migrations folder."""

from communications.inbound.models import InboundMail
from communications.messages.channels import MessageChannel
from communications.messages.models import AgreedAction, InternalNote, Mention, Message, Reading, Thread
from communications.notices.feeds import CalendarFeed
from communications.notices.mailbox import KeptMail
from communications.notices.models import Mail, Notice, SweepRun
from communications.notices.news import MessageNews, MessageNotice
from communications.notices.preferences import Absence, Mute, NoticeSettings, Snooze
from communications.updates.models import Update, UpdateDraft, UpdateReply, UpdateRevision

__all__ = [
    "Absence",
    "AgreedAction",
    "CalendarFeed",
    "InboundMail",
    "InternalNote",
    "KeptMail",
    "Mail",
    "Mention",
    "Message",
    "MessageChannel",
    "MessageNews",
    "MessageNotice",
    "Mute",
    "Notice",
    "NoticeSettings",
    "Reading",
    "Snooze",
    "SweepRun",
    "Thread",
    "Update",
    "UpdateDraft",
    "UpdateReply",
    "UpdateRevision",
]
