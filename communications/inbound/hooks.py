"""What mail that came adds elsewhere: a card on the home pages while something is held."""

from __future__ import annotations

from typing import Any

from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.records.actors import PARTNER, SPONSOR, Actor
from cmo_portal.records.panels import HomeCard, home_cards
from communications.inbound import workflows
from communications.inbound.models import InboundMail, MailStatus

SHOWN = 3


def held_for(actor: Actor) -> dict[str, Any] | None:
    """The latest of what is held for the reader; None where nothing is."""
    rows = InboundMail.objects.open_to(actor).filter(status=MailStatus.HELD).order_by("-created_at", "number")
    found = list(rows[:SHOWN])
    return {"mails": found} if found else None


for kind in (SPONSOR, PARTNER):
    home_cards.add(kind, HomeCard("Held mail", "communications/_home_held.html", P.MAIL_VIEW, held_for, order=15))

__all__ = ["workflows"]  # what can become of a mail is declared with it
