"""Hands on the subjects' models, so that Django finds one app with one migrations folder."""

from communications.notices.feeds import CalendarFeed
from communications.notices.mailbox import KeptMail
from communications.notices.models import Mail, Notice, SweepRun
from communications.notices.preferences import Absence, Mute, NoticeSettings, Snooze

__all__ = ["Absence", "CalendarFeed", "KeptMail", "Mail", "Mute", "Notice", "NoticeSettings", "Snooze", "SweepRun"]
