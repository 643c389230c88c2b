"""The tables of this floor, gathered for Django."""

from cmo_portal.records.attachments import Attachment
from cmo_portal.records.deadlines import DueItem, ReminderEntry
from cmo_portal.records.installation_key import InstallationKey
from cmo_portal.records.record import Record
from cmo_portal.records.signing import Signature
from cmo_portal.records.trail import SealedEntry, TrailEvent, TrailSeal

__all__ = [
    "Attachment",
    "DueItem",
    "InstallationKey",
    "Record",
    "ReminderEntry",
    "SealedEntry",
    "Signature",
    "TrailEvent",
    "TrailSeal",
]
