"""What one side posts starts the other's clock; versions, questions, decisions and ends, each by whoever may."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from audits.programme.limits_actions import set_agreed_limits
from cmo_portal.accounts.demo import PASSWORD
from cmo_portal.records.deadlines import DueItem
from cmo_portal.records.signed import signed
from cmo_portal.records.signing import Credentials
from cmo_portal.records.trail import StaleRecord, write
from cmo_portal.records.workflow import WrongState
from communications.updates.actions import amend, move, post, post_new, save_draft
from communications.updates.models import Update
from communications.updates.taking_over import take_over
from tests.updates.makers import SECRET, change, deviation, draft, fresh, hours_ago, linz, relation
from vendors.registry.models import CapacityOffer, Certificate
from vendors.registry.supply import Agreement

pytestmark = pytest.mark.django_db
PROOF = Credentials(PASSWORD)


def owed(record: Any) -> dict[str, str]:
    """kind -> the side that has the ball, of what is open."""
    rows = DueItem.objects.filter(record_number=record.number, is_open=True)
    return dict(rows.values_list("kind", "side"))


def test_a_deviation_posted_at_the_cmo_starts_the_sponsors_clock_and_both_homes_show_who_holds_the_ball(
    cast: Any, sign_in: Any
) -> None:
    made = draft(cast.pat)
    assert owed(made) == {"update.notify": "partner"}
    assert made.notify_by == made.aware_at + timedelta(hours=24)
    update = post(made, by=cast.pat)
    assert owed(made) == {}
    assert owed(update) == {"update.acknowledge": "sponsor", "update.investigate": "partner"}
    assert (update.timing, update.ball, update.revision) == ("early", "sponsor", 1)
    home = sign_in("sam").get("/").content.decode()
    assert SECRET in home and "waits for you" in home
    theirs = sign_in("pat").get("/").content.decode()
    assert SECRET in theirs
    detail = sign_in("pat").get(update.get_absolute_url()).content.decode()
    assert f"Waits for {relation().sponsor.name}" in detail
    listed = sign_in("quinn").get(reverse("communications:deadline-list") + "?q=Quizzical").content.decode()
    assert SECRET in listed
    move(update, "acknowledge", by=cast.sam)
    assert (update.ball, update.acknowledged_revision, update.acknowledged_by_name) == ("partner", 1, cast.sam.name)
    assert owed(update) == {"update.investigate": "partner"}
    move(update, "close", by=cast.pat, reason="The bowl sensor was replaced.")
    assert owed(update) == {} and update.closed_at is not None
    assert "The bowl sensor was replaced." in sign_in("ines").get(update.get_absolute_url()).content.decode()


def test_late_is_said_plainly_and_an_early_word_counts(cast: Any, sign_in: Any) -> None:
    late = deviation(cast.pat, aware_at=hours_ago(30))
    assert late.timing == "late"
    assert "This came after the time that binds" in sign_in("sam").get(late.get_absolute_url()).content.decode()
    unclassified = deviation(cast.pat, classification="open", aware_at=hours_ago(300))
    assert (unclassified.timing, unclassified.notify_by) == ("early", None)
    page = sign_in("sam").get(reverse("communications:cmo-updates", args=[relation().number])).content.decode()
    assert "early" in page and "late" in page


def test_an_agreement_counts_before_the_default(cast: Any) -> None:
    agreement = Agreement(
        vendor=relation(), kind="msa", title="Agreed limits", parties="Both",
        signed_date=timezone.localdate() - timedelta(days=9), effective_date=timezone.localdate() - timedelta(days=9),
    )  # fmt: skip
    write(agreement, by=cast.sam, action="agreement.add")
    set_agreed_limits(agreement, {"notify_critical_hours": 1}, by=cast.sam, version=0, reason="As signed")
    made = draft(cast.pat)
    assert made.notify_by == made.aware_at + timedelta(hours=1)
    assert post(made, by=cast.pat).timing == "late"


def test_a_version_stands_beside_the_one_before_and_is_acknowledged_anew(cast: Any, sign_in: Any) -> None:
    update = deviation(cast.pat, classification="open")
    move(update, "acknowledge", by=cast.sam)
    amend(update, by=cast.pat, reason="Classified now.", version=update.version, classification="major")
    assert (update.status, update.revision, update.acknowledged_revision) == ("posted", 2, 1)
    first, second = update.revisions.order_by("revision")
    assert first.content["classification"] == "open" and second.changes == [["Class", "Not classified yet", "Major"]]
    page = sign_in("quinn").get(update.get_absolute_url()).content.decode()
    assert "Classified now." in page and "<del>Not classified yet</del>" in page
    second.reason = "Something else"
    with pytest.raises(ValidationError):
        write(second, by=cast.pat, action="update.rewrite")
    with pytest.raises(WrongState, match="Nothing is new"):
        amend(fresh(update), by=cast.pat, reason="Again", classification="major")


@pytest.mark.refuses("updates.posted_by_us", "updates.posted_by_others", "updates.nothing_waits_for_them")
def test_each_side_does_its_own(cast: Any) -> None:
    update = deviation(cast.pat)
    for name in ("acknowledge", "ask"):
        with pytest.raises(WrongState, match="other side"):
            move(update, name, by=cast.pat, reason="Why?")
    with pytest.raises(WrongState, match="Whoever posted"):
        move(update, "withdraw", by=cast.sam, reason="No")
    with pytest.raises(WrongState, match="Whoever posted"):
        amend(update, by=cast.sam, reason="No", title="Other words")
    with pytest.raises(PermissionDenied):
        move(update, "acknowledge", by=cast.ines)
    move(update, "ask", by=cast.quinn, reason="Which tray?")
    assert owed(update)["update.answer"] == "partner" and update.ball == "partner"
    move(update, "answer", by=cast.pat, reason="Tray four.")
    assert (update.status, update.ball) == ("acknowledged", "partner")
    with pytest.raises(WrongState, match="Whoever posted"):
        move(update, "close", by=cast.sam, reason="Done")


@pytest.mark.refuses("updates.a_decision_is_due", "updates.nothing_waits_for_them", "updates.posted_by_others")
def test_quality_decides_on_a_change_once_and_signs(cast: Any) -> None:
    update = change(cast.pat)
    assert owed(update) == {"update.acknowledge": "sponsor", "update.decide": "sponsor"}
    with pytest.raises(PermissionDenied):
        move(update, "accept", by=cast.sam, credentials=PROOF)
    with pytest.raises(WrongState, match="other side"):
        move(update, "accept", by=cast.pat, credentials=PROOF)
    with pytest.raises(WrongState, match="acknowledge it"):
        move(deviation(cast.pat), "accept", by=cast.quinn, credentials=PROOF)
    move(update, "acknowledge", by=cast.sam)
    with pytest.raises(WrongState, match="decides on it"):
        move(update, "close", by=cast.pat, reason="Done")
    seen_before = fresh(update)
    move(update, "accept", by=cast.quinn, reason="As proposed.", credentials=PROOF)
    with pytest.raises(StaleRecord):  # the second decision meets the first
        move(seen_before, "refuse", by=cast.quinn, reason="No", credentials=PROOF)
    stands = fresh(update)
    assert (stands.status, stands.ball, owed(stands)) == ("accepted", "", {})
    assert [(row.fault, row.signature.signer_name) for row in signed(stands, cast.quinn)] == [("", cast.quinn.name)]


@pytest.mark.refuses("updates.an_answer_is_due")
def test_a_sponsor_asks_by_a_day_and_the_cmo_answers(cast: Any) -> None:
    day = timezone.localdate() + timedelta(days=9)
    update = post_new(relation(), "answer_due", by=cast.quinn, title="Assessment of stoppers", planned_date=day)
    assert owed(update) == {"update.acknowledge": "partner", "update.answer": "partner"}
    with pytest.raises(WrongState, match="asks for no answer"):
        move(post_new(relation(), "forecast", by=cast.sam, title="Plan", product="NGB-204",
                      details={"period": "Q1", "quantities": "4"}), "respond", by=cast.pat, reason="x")  # fmt: skip
    move(update, "respond", by=cast.pat, reason="Done, see the file.")
    assert (update.status, update.ball) == ("answered", "sponsor")
    move(update, "close", by=cast.quinn, reason="Thank you.")
    assert owed(update) == {}


@pytest.mark.refuses("updates.draft_is_complete")
def test_a_draft_may_lack_what_a_posting_may_not(cast: Any) -> None:
    made = draft(cast.pat, details={}, aware_at=None)
    with pytest.raises(WrongState, match="What was done at once"):
        post(made, by=cast.pat)
    save_draft(made, by=cast.pat, version=made.version, aware_at=hours_ago(1), details={"action": "Stopped."})
    update = post(made, by=cast.pat)
    with pytest.raises(WrongState):
        post(made, by=cast.pat)
    assert Update.objects.filter(title=SECRET).count() == 1 and made.posted_as == update.number
    with pytest.raises(ValidationError):
        draft(cast.pat, aware_at=timezone.now() + timedelta(hours=1))
    with pytest.raises(ValidationError):
        draft(cast.sam)  # a deviation is the CMO's to tell


def test_an_offer_and_a_certificate_are_kept_by_one_click_of_whoever_may(cast: Any, sign_in: Any) -> None:
    offer = Update.objects.get(title__startswith="Two PPQ slots")
    before = CapacityOffer.objects.filter(site=linz()).count()
    with pytest.raises(PermissionDenied):
        take_over(offer, by=cast.quinn)
    answer = sign_in("sam").post(reverse("communications:update-take-over", args=[offer.number]))
    made = CapacityOffer.objects.get(number=fresh(offer).fact_number)
    assert answer.url == made.get_absolute_url() and made.quantity == 2
    with pytest.raises(WrongState, match="kept already"):
        take_over(offer, by=cast.sam)
    assert CapacityOffer.objects.filter(site=linz()).count() == before + 1
    renewal = post_new(
        relation(), "certificate_renewal", by=cast.pat, title="GMP certificate", site=linz(),
        details={"kind": "gmp", "authority": "AGES", "reference": "GMP-1", "issue_date": "2026-01-05"},
    )  # fmt: skip
    assert Certificate.objects.get(number=take_over(renewal, by=cast.quinn).number).reference == "GMP-1"


def test_the_form_of_a_type_keeps_a_draft_and_posts_it(cast: Any, sign_in: Any) -> None:
    pat, here = sign_in("pat"), reverse("communications:update-write", args=["deviation"])
    assert "Northgate Biopharma" in pat.get(here).content.decode()  # two sponsors: asked first to whom
    here = f"{here}?to={relation().number}"
    local = hours_ago(3).astimezone(ZoneInfo(cast.pat.time_zone))
    sent = {"title": "By the form", "site": linz().number, "classification": "major", "product": "NGB-204",
            "aware_at": f"{local:%Y-%m-%dT%H:%M}", "action": "Stopped.", "description": "Words."}  # fmt: skip
    saved = pat.post(here, sent)
    assert saved.status_code == 302 and "/update-drafts/" in saved.url
    page = pat.get(saved.url).content.decode()
    assert "By the form" in page and "To be posted by" in page
    refused = pat.post(here, sent | {"title": ""})
    assert refused.status_code == 422
    posted = pat.post(saved.url, sent | {"post": "1", "version": 1})
    assert posted.status_code == 302 and posted.url == Update.objects.get(title="By the form").get_absolute_url()
    update = Update.objects.get(title="By the form")
    amended = pat.post(
        reverse("communications:update-amend", args=[update.number]),
        sent | {"batch": "A2-7", "reason": "The batch is known.", "version": update.version},
    )
    assert amended.status_code == 302 and fresh(update).revision == 2
