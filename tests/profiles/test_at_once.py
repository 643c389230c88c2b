"""Two people at once: a profile begun twice, a withdrawal while somebody reads, an answer while somebody publishes."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from cmo_portal.records.context import acting_as
from cmo_portal.records.trail import StaleRecord
from cmo_portal.records.workflow import WrongState
from communications.profiles import actions, publishing
from communications.profiles.models import Answer, Profile, ProfileReading
from tests.meanwhile import right_after
from tests.profiles.makers import SECRET, answer_to, answered, published, relation, said

pytestmark = pytest.mark.django_db
BEGUN = "SELECT communications_profile company_id"


def test_a_profile_is_begun_once(cast: Any) -> None:
    with right_after(BEGUN, lambda: answered("CO-05", "80", cast.bea)) as seen:
        answered("CO-06", ["Filling"], cast.bea)
    assert seen and Profile.objects.visible_to(cast.bea).count() == 1
    assert set(Answer.objects.visible_to(cast.bea).values_list("question", flat=True)) == {"CO-05", "CO-06"}


def test_who_writes_second_is_shown_what_the_first_wrote(cast: Any) -> None:
    read = answer_to("QU-04", cast.pat)
    faster = right_after(BEGUN, lambda: answered("QU-04", "97", cast.uwe))
    with faster as seen, pytest.raises(StaleRecord) as refused:
        answered("QU-04", "98", cast.pat, version=read.version)
    stored: Any = refused.value.stored
    assert seen and stored.value == "97" and answer_to("QU-04", cast.pat).value == "97"


def test_a_version_holds_one_state_of_the_answers(cast: Any) -> None:
    profile = actions.profile_of(cast.pat)
    seen_before = publishing.seen_now(profile, cast.pat)
    faster = right_after(BEGUN, lambda: answered("QU-04", "97", cast.uwe))
    with faster as seen, pytest.raises(WrongState, match="A colleague changed an answer"):
        publishing.publish([relation()], ["quality"], by=cast.pat, note="x", seen=seen_before)
    assert seen
    fact = published(cast.pat)
    answered("QU-04", "98", cast.uwe)
    rows = {row["code"]: row["value"] for row in said(fact).sections[0]["answers"]}
    assert rows["QU-04"] == "97" and publishing.digest_of(said(fact).content) == fact.digest


def test_a_page_that_was_open_when_it_was_withdrawn_can_do_nothing_more(cast: Any, sign_in: Any) -> None:
    answered("QU-12", SECRET, cast.pat)
    fact, client = published(cast.pat), sign_in("sam")
    mark = reverse("communications:publication-mark", args=[fact.number])
    assert mark in client.get(reverse("communications:cmo-profile", args=[fact.vendor.number])).content.decode()

    def withdraw() -> None:
        with acting_as(cast.pat):
            publishing.withdraw(fact.vendor, by=cast.pat, reason="Over.")

    with right_after("SELECT communications_publication wall_owner", withdraw) as seen:
        answer = client.post(mark, follow=True)
    text = answer.content.decode()
    assert seen and "it cannot be marked as read" in text and SECRET not in text
    assert not ProfileReading.objects.filter(publication=fact).exists()


def test_a_version_is_marked_as_read_once(cast: Any) -> None:
    fact = published(cast.pat)
    first = publishing.mark_read(fact, by=cast.sam)
    assert publishing.mark_read(fact, by=cast.quinn).pk == first.pk
    assert ProfileReading.objects.get(publication=fact).reader_name == cast.sam.name
