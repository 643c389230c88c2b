"""The demo's conversations: with the CMO that answers, about an audit and a site, among colleagues, and of Otter."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from cmo_portal.accounts.models import User
from cmo_portal.records.context import acting_as
from communications.messages import actions, agreed
from communications.messages.models import Thread
from communications.messages.vocabulary import Ball, Mark
from vendors.registry.models import Site, Vendor
from vendors.selection.models import Selection


def seed(cast: dict[str, User]) -> None:
    """Writes everything as the people who say it, through the same actions as the pages."""
    cmo = Vendor.objects.get(sponsor=cast["sam"].company, name__startswith="Alpenglow")
    say_mapping(cast, Site.objects.get(name="Linz Aseptic", vendor=cmo))
    say_slot(cast, cmo)
    say_among_us(cast)
    theirs = Vendor.objects.filter(sponsor=cast["otto"].company, company=cast["pat"].company).first()
    if theirs is not None:
        said(cast, "otto", "Forecast for the next quarter", "Our forecast comes next week.", vendor=theirs)


def said(cast: dict[str, User], who: str, subject: str, body: str, **more: Any) -> Thread:
    with acting_as(cast[who]):
        return actions.start_with(by=cast[who], subject=subject, body=body, **more)


def answer(cast: dict[str, User], who: str, thread: Thread, body: str, **more: Any) -> Any:
    with acting_as(cast[who]):
        return actions.post(thread, by=cast[who], body=body, **more)


def say_mapping(cast: dict[str, User], site: Site) -> None:
    """A technical matter that goes to and fro and ends at the CMO, with a note of either side beside it."""
    in_days = timezone.localdate() + timedelta(days=5)
    thread = said(
        cast, "leo", "Shelf mapping on lyophiliser LY-3",
        "Before we transfer the NGB-204 cycle we need **shelf temperature mapping** on LY-3 at −45 °C and at +25 °C, "
        "empty and with load. The last mapping on file is from before the compressor change.",
        record=site, ball=Ball.THEM,
    )  # fmt: skip
    first = answer(
        cast, "pat", thread,
        "Agreed. 32 probes, with an acceptance limit of ±1.0 °C at steady state. Please comment on the limit.",
        ball=Ball.THEM,
    )  # fmt: skip
    with acting_as(cast["leo"]):
        actions.add_note(thread, by=cast["leo"], body="Their limit is tighter than ours: no need to say so.")
    answer(
        cast, "leo", thread,
        "Fine for +25 °C. At −45 °C please use ±1.5 °C and report the ramp as well.",
        replies_to=first, mark=Mark.DECISION, ball=Ball.THEM, answer_due_date=in_days,
    )  # fmt: skip
    with acting_as(cast["pat"]):
        actions.add_note(thread, by=cast["pat"], body="Ask engineering whether the ramp is logged at all.")
        agreed.agree_action(
            thread, by=cast["pat"], text="Send the probe layout for 32 probes", side="partner",
            person=cast["pat"].name, due_date=in_days, message=first,
        )  # fmt: skip
    with acting_as(cast["leo"]):
        agreed.agree_action(
            thread, by=cast["leo"], text="Send our own mapping protocol as an example", side="sponsor",
            person=cast["leo"].name, due_date=in_days,
        )  # fmt: skip


def say_slot(cast: dict[str, User], cmo: Vendor) -> None:
    """Settled: the thread of a question that was answered."""
    thread = said(cast, "sam", "Who signs batch records while your QP is away?", "Please name the deputy.", vendor=cmo)
    answer(cast, "pat", thread, "Our second QP signs; the delegation is in the quality agreement.", mark=Mark.DECISION)
    with acting_as(cast["sam"]):
        actions.move(thread, "resolve", by=cast["sam"])


def say_among_us(cast: dict[str, User]) -> None:
    """About a selection: no CMO reads it, and none learns that there is one."""
    selection = Selection.objects.visible_to(cast["sam"]).order_by("pk").first()
    if selection is not None:
        said(cast, "sam", "Which references do we call?", "Two of each candidate, please.", record=selection)
