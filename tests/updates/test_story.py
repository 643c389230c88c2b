"""A deviation from its draft to its end, a change with its decision: what both sides see, owe and are told."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from cmo_portal.records.attachments import attach, attachments_of
from cmo_portal.records.deadlines import DueItem
from cmo_portal.records.trail import TrailEvent, write
from communications.notices.models import Notice
from communications.notices.sweep import sweep_all
from communications.updates import taking_over
from communications.updates.actions import amend, move, post, post_new, save_draft
from communications.updates.models import Update, UpdateDraft, UpdateReply, UpdateRevision
from tests.deadlines.makers import silence
from tests.updates.makers import PROOF, SECRET, change, deviation, draft_of, fresh, hours_ago, pdf, posted, site_of
from vendors.registry.merging import merge_vendors
from vendors.registry.models import Vendor

pytestmark = pytest.mark.django_db


def open_items(update: Update) -> dict[str, str]:
    """{kind: side} of what is owed about it."""
    rows = DueItem.objects.filter(record_number=update.number, is_open=True)
    return {row.kind: row.side for row in rows}


def home(client: Any) -> str:
    text: str = client.get("/").content.decode()
    return text


def test_a_deviation_posted_at_the_cmo_starts_the_sponsors_clock(cast: Any, sign_in: Any) -> None:
    silence()
    draft = draft_of(cast.pat, site_of(), classification="major", aware_at=hours_ago(30))
    attach(draft, pdf(), by=cast.pat)
    pat, sam = sign_in("pat"), sign_in("sam")
    assert SECRET in home(pat) and SECRET not in home(sam)  # its own clock runs, and only there

    update = fresh(post(draft, by=cast.pat))
    assert update.notify_by == update.aware_at + timedelta(hours=72) and update.timing == "early"
    assert [file.name for file in attachments_of(update, cast.sam)] == ["photo.pdf"]
    assert open_items(update) == {"update.acknowledge": "sponsor", "update.investigate": "partner"}
    assert not DueItem.objects.filter(record_number=draft.number, is_open=True).exists()
    assert f"waits for {update.vendor.sponsor.name}" in home(pat)
    ours = home(sam)
    assert SECRET in ours and "waits for you" in ours

    sweep_all(timezone.now())
    rows = Notice.objects.filter(record_number=update.number, kind="update.acknowledge")
    told = {row.recipient.ref for row in rows.select_related("recipient")}
    assert {cast.sam.ref, cast.quinn.ref} <= told and cast.pat.ref not in told  # at once, and no word of it in a mail

    page = reverse("communications:update-move", args=[update.number, "acknowledge"])
    answer = sam.post(page, {"reason": "Thank you.", "version": update.version}, follow=True)
    assert "Thank you." in answer.content.decode()
    update = fresh(update)
    assert (update.status, update.ball, update.acknowledged_by_name) == ("acknowledged", "partner", cast.sam.name)
    assert open_items(update) == {"update.investigate": "partner"}
    assert "waits for you" in home(pat)

    move(update, "ask", by=cast.quinn, reason="Which batches?")
    assert open_items(update)["update.answer"] == "partner"
    move(update, "answer", by=cast.pat, reason="Only this one.")
    move(update, "close", by=cast.pat, reason="Port replaced.")
    assert (fresh(update).ball, open_items(update)) == ("", {})
    assert [r.act for r in UpdateReply.objects.filter(update=update).order_by("pk")] == [
        "acknowledge", "ask", "answer", "close",
    ]  # fmt: skip


def test_an_amendment_is_a_version_of_its_own_and_is_read_anew(cast: Any, sign_in: Any) -> None:
    update = posted(cast.pat, site_of(), classification="open")
    move(update, "acknowledge", by=cast.sam)
    client, page = sign_in("pat"), reverse("communications:update-amend", args=[update.number])
    form = client.get(page).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields} | {
        "classification": "critical", "reason": "Classed after the first look.",
    }  # fmt: skip
    sent["aware_at"] = timezone.localtime(update.aware_at).strftime("%Y-%m-%dT%H:%M")
    assert client.post(page, sent).status_code == 302
    update = fresh(update)
    assert (update.revision, update.status, update.ball, update.acknowledged_revision) == (2, "posted", "sponsor", 1)
    assert update.timing == "early"  # when the other side heard of it first stands
    first, second = UpdateRevision.objects.filter(update=update).order_by("revision")
    assert first.content["classification"] == "open" and second.content["classification"] == "critical"
    assert ["Class", "Not classified yet", "Critical"] in second.changes
    text = sign_in("sam").get(update.get_absolute_url()).content.decode()
    assert "Classed after the first look." in text and "Not classified yet" in text
    second.content = {}
    with pytest.raises(Exception, match="stands as it was posted"):
        write(second, by=cast.pat, action="test")


def test_a_change_waits_for_a_signed_decision(cast: Any, sign_in: Any) -> None:
    update = posted(cast.pat, site_of(), "change_proposal")
    assert update.timing == "in_time" and update.decide_by is not None
    assert open_items(update) == {"update.acknowledge": "sponsor", "update.decide": "sponsor"}
    page = reverse("communications:update-move", args=[update.number, "accept"])
    client = sign_in("quinn")
    wrong = client.post(page, {"reason": "", "password": "wrong", "version": update.version})
    assert wrong.status_code == 422 and fresh(update).status == "posted"
    client.post(page, {"reason": "With comparability.", "password": "Demo-portal-2026", "version": update.version})
    update = fresh(update)
    assert (update.status, update.decided_by_name, update.ball) == ("accepted", cast.quinn.name, "")
    assert open_items(update) == {}
    assert "With comparability." in sign_in("pat").get(update.get_absolute_url()).content.decode()


def test_what_came_late_is_marked_and_counted_on_the_cmos_page(cast: Any, sign_in: Any) -> None:
    vendor = site_of().vendor
    before = Update.objects.filter(vendor=vendor).of_cmo_by_timing()
    assert posted(cast.pat, site_of(), aware_at=hours_ago(25)).timing == "late"
    assert posted(cast.pat, site_of(), aware_at=hours_ago(13)).timing == "in_time"
    assert posted(cast.pat, site_of(), aware_at=hours_ago(11)).timing == "early"
    after = Update.objects.filter(vendor=vendor).of_cmo_by_timing()
    assert after == {name: count + 1 for name, count in before.items()}
    page = sign_in("sam").get(reverse("communications:cmo-updates", args=[vendor.number])).content.decode()
    assert f"told {after['early']} early, {after['in_time']} in time, {after['late']} late" in page


def test_an_offer_becomes_the_registrys_by_one_click(cast: Any, sign_in: Any) -> None:
    update = Update.objects.get(title__startswith="Two PPQ slots")
    client = sign_in("sam")
    client.post(reverse("communications:update-take-over", args=[update.number]))
    update = fresh(update)
    made = taking_over.fact_of(update, cast.sam)
    assert (made.line, str(made.quantity.normalize())) == ("Line A2", "2")
    answer = client.post(reverse("communications:update-take-over", args=[update.number]), follow=True)
    assert f"It is kept already: {made.number}." in answer.content.decode()


def test_a_draft_is_posted_from_its_page_once_it_is_whole(cast: Any, sign_in: Any) -> None:
    client, site = sign_in("pat"), site_of()
    page = reverse("communications:update-write", args=["deviation"]) + f"?to={site.vendor.number}"
    answer = client.post(page, {"title": SECRET, "site": site.number, "post": "1"}, follow=True)
    assert "Class: this is needed before it can be posted." in answer.content.decode()
    draft = answer.context["draft"]
    sent = {
        "title": SECRET, "site": site.number, "classification": "minor", "action": "Port locked.",
        "aware_at": timezone.localtime(hours_ago(2)).strftime("%Y-%m-%dT%H:%M"), "post": "1",
    }  # fmt: skip
    answer = client.post(draft.get_absolute_url(), sent | {"version": draft.version}, follow=True)
    assert "Posted: Northgate Biopharma is told." in answer.content.decode()
    assert Update.objects.filter(title=SECRET, side="partner").count() == 1
    again = client.get(draft.get_absolute_url())
    assert again.status_code == 302 and "/updates/UPD-" in again["Location"]


def test_a_draft_follows_its_cmo_into_a_merger(cast: Any) -> None:
    site = site_of()
    draft = draft_of(cast.pat, site)
    twin = Vendor(sponsor=cast.sam.company, name="Alpenglow Pharma", country="AT")
    write(twin, by=cast.sam, action="test")
    merge_vendors(twin, site.vendor, by=cast.sam, reason="One company, entered twice")
    update = post(UpdateDraft.objects.select_related("vendor").get(pk=draft.pk), by=cast.pat)
    assert update.vendor_id == twin.pk and fresh(update).site == site_of()
    assert Update.objects.visible_to(cast.sam).filter(pk=update.pk).exists()


def test_nothing_can_be_known_before_it_happens(cast: Any) -> None:
    with pytest.raises(Exception, match="This lies ahead"):
        draft_of(cast.pat, site_of(), aware_at=timezone.now() + timedelta(hours=1))


def test_two_who_write_on_one_draft_lose_nothing(cast: Any) -> None:
    draft = draft_of(cast.pat, site_of())
    read = draft.version
    save_draft(draft, by=cast.pat, version=read, title="Faster")
    with pytest.raises(Exception, match="changed this while you were editing"):
        save_draft(draft, by=cast.pat, version=read, title="Slower")


def test_the_sponsor_posts_what_the_cmo_answers(cast: Any) -> None:
    site = site_of()
    update = fresh(
        post_new(site.vendor, "answer_due", by=cast.sam, title="Bioburden trend",
                 planned_date=timezone.localdate() + timedelta(days=9))
    )  # fmt: skip
    assert open_items(update) == {"update.acknowledge": "partner", "update.answer": "partner"}
    move(update, "respond", by=cast.pat, reason="Attached.")
    assert (update.ball, open_items(update)) == ("sponsor", {})
    move(update, "close", by=cast.sam, reason="Thanks.")
    assert fresh(update).status == "closed"


@pytest.mark.parametrize(
    ("code", "who"), [("deviation", "sam"), ("forecast", "pat")]
)  # fmt: skip
def test_each_side_posts_its_own_types(code: str, who: str, cast: Any) -> None:
    with pytest.raises(Exception, match="The other side posts this type"):
        post_new(site_of().vendor, code, by=getattr(cast, who), **deviation(site_of()))


# --- refusals -------------------------------------------------------------------------------------------------------


def refused(update: Update, name: str, by: Any, words: str) -> None:
    before = fresh(update).version
    with pytest.raises(Exception, match=words):
        move(update, name, by=by, reason="x", credentials=PROOF)
    assert fresh(update).version == before


@pytest.mark.refuses("updates.draft_is_complete")
def test_a_draft_that_lacks_something_is_not_posted(cast: Any) -> None:
    draft = draft_of(cast.pat, site_of(), details={}, classification="")
    with pytest.raises(Exception, match=r"Class: this is needed.*What was done at once: this is needed"):
        post(draft, by=cast.pat)
    assert not Update.objects.filter(title=SECRET).exists()


@pytest.mark.refuses("updates.posted_by_others")
def test_nobody_acknowledges_what_their_own_side_posted(cast: Any) -> None:
    refused(posted(cast.pat, site_of()), "acknowledge", cast.pat, "you posted it")


@pytest.mark.refuses("updates.posted_by_us")
def test_the_other_side_withdraws_nothing(cast: Any) -> None:
    update = posted(cast.pat, site_of())
    refused(update, "withdraw", cast.sam, "Whoever posted it does this")
    with pytest.raises(Exception, match="Whoever posted it does this"):
        amend(update, by=cast.sam, reason="x", title="Other")
    assert (update.title, fresh(update).title) == (SECRET, SECRET)


@pytest.mark.refuses("updates.a_decision_is_due")
def test_a_deviation_is_not_accepted(cast: Any) -> None:
    refused(posted(cast.pat, site_of()), "accept", cast.quinn, "Nothing is to be decided here")


@pytest.mark.refuses("updates.an_answer_is_due")
def test_what_asks_for_no_answer_gets_none(cast: Any) -> None:
    refused(posted(cast.pat, site_of()), "respond", cast.sam, "It asks for no answer")


@pytest.mark.refuses("updates.nothing_waits_for_them")
def test_a_change_is_not_closed_before_it_is_decided(cast: Any) -> None:
    update = posted(cast.pat, site_of(), "change_proposal")
    move(update, "acknowledge", by=cast.sam)
    refused(update, "close", cast.pat, "The other side decides on it")


def test_a_version_without_news_is_refused_and_changes_nothing(cast: Any) -> None:
    update = posted(cast.pat, site_of(), "change_proposal")
    with pytest.raises(Exception, match="Nothing is new in this version"):
        amend(update, by=cast.pat, reason="x", **{k: v for k, v in change(site_of()).items() if k != "details"})
    assert (update.revision, fresh(update).revision) == (1, 1)


def test_the_trail_tells_a_post_to_both_and_a_draft_to_one(cast: Any) -> None:
    draft = draft_of(cast.pat, site_of())
    update = post(draft, by=cast.pat)
    for name, sees in (("pat", True), ("sam", False), ("otto", False), ("bea", False)):
        rows = TrailEvent.objects.visible_to(getattr(cast, name))
        assert rows.filter(record_number=draft.number).exists() is sees, name
        assert rows.filter(record_number=update.number).exists() is (name in ("pat", "sam")), name
