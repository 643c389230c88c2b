"""Walls of the log: another company learns nothing of a thread, and a thread obeys the record it is about."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.http import Http404

from audits.findings.models import Finding
from cmo_portal.records.context import acting_as
from cmo_portal.records.trail import TrailEvent
from communications.messages import actions
from communications.messages.models import AgreedAction, InternalNote, Message, Reading, Thread
from tests.findings import places
from tests.messages.makers import make_thread
from vendors.registry.models import Vendor
from vendors.selection.models import Selection

pytestmark = pytest.mark.django_db
OUTSIDERS = ("bea", "otto")


def sees(cast: Any, who: str, thread: Thread) -> bool:
    person = getattr(cast, who)
    with acting_as(person):
        found = bool(Thread.objects.open_to(person).filter(pk=thread.pk).exists())
        said = Message.objects.open_to(person).filter(thread=thread.pk).exists()
        assert said == found or not found, "what is said in a hidden thread is hidden"
    return found


def test_a_shared_thread_is_read_by_its_two_companies_alone(cast: Any) -> None:
    thread = make_thread(cast)
    actions.post(thread, by=cast.sam, body="Said.")
    readers = {who for who in ("sam", "ines", "ada", "pat", "uwe", *OUTSIDERS) if sees(cast, who, thread)}
    assert readers == {"sam", "ines", "ada", "pat", "uwe"}, "the wall; what it takes to open the page is the gate's"


def test_a_thread_obeys_the_record_it_is_about(cast: Any) -> None:
    draft = Finding.objects.get(number=places.draft()[0])
    thread = make_thread(cast, record=draft, by=cast.leo)
    actions.post(thread, by=cast.leo, body="Whom do we send?")
    assert not thread.is_shared, "a CMO never learns of a draft finding by its thread"
    assert {who for who in ("leo", "sam", "eva", "ines", "pat", *OUTSIDERS) if sees(cast, who, thread)} == {
        "leo",
        "sam",
    }
    with pytest.raises(Http404):
        actions.start_thread(by=cast.pat, subject="What is this?", record=draft)
    with pytest.raises(Http404):
        actions.start_thread(by=cast.eva, subject="What is this?", record=draft)


def test_a_sponsors_own_matter_stays_its_own(cast: Any) -> None:
    selection = (
        Selection.objects.filter(sponsor=cast.sam.company, status="scored").first()
        or Selection.objects.filter(sponsor=cast.sam.company).first()
    )
    thread = make_thread(cast, record=selection)
    actions.post(thread, by=cast.sam, body="Whom do we choose?")
    assert sees(cast, "sam", thread)
    assert not any(sees(cast, who, thread) for who in ("ines", "pat", "uwe", *OUTSIDERS))
    for stranger in OUTSIDERS:
        with pytest.raises((Http404, ValidationError)):
            actions.start_thread(by=getattr(cast, stranger), subject="x", record=selection)


def test_a_cmo_writes_to_its_sponsor_in_a_thread_that_both_read(cast: Any) -> None:
    with acting_as(cast.pat):
        vendor = Vendor.objects.visible_to(cast.pat).get(sponsor__name__startswith="Northgate")
        thread = actions.start_thread(by=cast.pat, subject="A new line", vendor=vendor, shared=False)
        actions.post(thread, by=cast.pat, body="We build line 4.")
    assert thread.is_shared and thread.wall_owner == cast.sam.company_id
    with acting_as(cast.sam):
        actions.post(Thread.objects.open_to(cast.sam).get(pk=thread.pk), by=cast.sam, body="Good.")
    assert sees(cast, "sam", thread) and not sees(cast, "otto", thread)


@pytest.mark.postgres
def test_the_wall_stands_where_a_query_forgets_it(cast: Any) -> None:
    thread = make_thread(cast)
    actions.post(thread, by=cast.sam, body="Said.")
    mine = actions.add_note(thread, by=cast.sam, body="Ours.")
    theirs = actions.add_note(thread, by=cast.pat, body="Theirs.")
    own = make_thread(cast, "Our own", shared=False)
    actions.post(own, by=cast.sam, body="Kept.")
    for who, notes in (("sam", {mine.pk}), ("pat", {theirs.pk}), ("bea", set()), ("otto", set())):
        with acting_as(getattr(cast, who)):
            found = set(InternalNote._base_manager.filter(thread=thread.pk).values_list("pk", flat=True))
            assert found == notes, who
            if who != "sam":
                assert not Message._base_manager.filter(thread=own.pk).exists()
                assert not Thread._base_manager.filter(pk=own.pk).exists()
            if who in OUTSIDERS:
                for model in (Thread, Message, Reading, AgreedAction):
                    key = "pk" if model is Thread else "thread"
                    assert not model._base_manager.filter(**{key: thread.pk}).exists(), (who, model)
                assert not TrailEvent._base_manager.filter(record_number=thread.number).exists()
