"""A sponsor never learns of the CMO's draft, of its own CAPA, or of any other sponsor: proved at every door."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.urls import reverse

from audits.capa import actions, own
from audits.capa.models import Capa, CapaLink, OwnLink, Response, ResponseDraft
from cmo_portal.records import attachments
from cmo_portal.records.attachments import Attachment
from cmo_portal.records.context import acting_as
from cmo_portal.records.deadlines import DueItem
from cmo_portal.records.trail import TrailEvent
from cmo_portal.records.workflow import WrongState
from tests.capa.makers import ACTION, accepted, answered, force, fresh, in_days, pdf, write_draft

pytestmark = pytest.mark.django_db
SECRET = "Stopper bowl sensor of line A2 was never qualified"
TITLE = "One cause behind several sponsors' findings"


@pytest.fixture
def shared(link: CapaLink, otters: CapaLink, cast: Any) -> Capa:
    """One CAPA of Alpenglow that answers Northgate and Otter; both may read the cause, only Northgate the evidence."""
    capa = own.open_capa(
        by=cast.pat, title=TITLE, root_cause=SECRET, containment="Line stopped.",
        actions=[ACTION | {"due": in_days(20).isoformat()}], own_reference="ALP-CAPA-77",
    )  # fmt: skip
    attachments.attach(capa, pdf("sensor-study.pdf"), by=cast.pat)
    own.add_link(capa, link, by=cast.pat, is_root_cause_shared=True, is_evidence_shared=True)
    own.add_link(capa, otters, by=cast.pat, is_root_cause_shared=True)
    return capa


def links_of(capa: Capa) -> list[OwnLink]:
    rows = OwnLink.objects.filter(capa=capa, is_removed=False).select_related(
        "capa", "link__finding__audit__site__vendor"
    )
    return list(rows.order_by("pk"))


def pages(link: CapaLink) -> list[str]:
    vendor = link.finding.audit.site.vendor
    return [
        link.get_absolute_url(),
        reverse("audits:capa-list"),
        reverse("audits:capa-export", args=["csv"]),
        reverse("audits:audit-capas", args=[link.finding.audit.number]),
        reverse("audits:cmo-capas", args=[vendor.number]),
        reverse("audits:site-capas", args=[link.finding.audit.site.number]),
        f"/api/v1/capas/{link.number}/",
        "/api/v1/capas/",
        f"/api/v1/capas/{link.number}/responses/",
        f"/api/v1/capas/{link.number}/actions/",
        "/api/v1/trail/?page_size=100",
        "/api/v1/due-items/?page_size=100",
        reverse("search") + "?q=cause",
        reverse("search") + "?q=ALP-CAPA",
        "/",
    ]


def read(client: Any, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    body = b"".join(response.streaming_content) if response.streaming else response.content
    return str(body.decode())


# --- the draft ------------------------------------------------------------------------------------------------------


def test_a_draft_reaches_the_sponsor_through_no_door(link: CapaLink, cast: Any, sign_in: Any) -> None:
    draft = write_draft(link, cast.pat, root_cause=SECRET)
    kept = attachments.attach(draft, pdf("secret-study.pdf"), by=cast.pat, title="Secret study")
    before = fresh(link)
    for name in ("sam", "quinn", "leo", "ines", "otto"):
        person, client = getattr(cast, name), sign_in(name)
        assert not ResponseDraft.objects.visible_to(person).exists()
        assert not Attachment.objects.visible_to(person).filter(pk=kept.pk).exists()
        assert not TrailEvent.objects.visible_to(person).filter(record_number__in=[draft.number, kept.number]).exists()
        assert client.get(reverse("vendors:file-download", args=[kept.number])).status_code == 404
        assert client.get(reverse("audits:response-edit", args=[link.number])).status_code == 404
        assert client.get(reverse("audits:response-send", args=[link.number])).status_code == 404
        assert client.get(reverse("audits:draft-files", args=[draft.number])).status_code == 404
    client = sign_in("sam")
    assert client.get(f"/api/v1/capas/{link.number}/draft/").status_code == 404
    for path in pages(link):
        text = read(client, path)
        assert SECRET not in text and draft.number not in text and "secret-study" not in text, path
    assert (before.version, before.ball_since_date) == (link.version, link.ball_since_date)


def test_a_link_looks_the_same_with_and_without_a_draft(link: CapaLink, cast: Any, sign_in: Any) -> None:
    client = sign_in("sam")
    before = client.get(f"/api/v1/capas/{link.number}/").json()
    trail = TrailEvent.objects.visible_to(cast.sam).count()
    write_draft(link, cast.pat)
    attachments.attach(actions.draft_of(link, cast.pat), pdf(), by=cast.pat)
    assert client.get(f"/api/v1/capas/{link.number}/").json() == before
    assert TrailEvent.objects.visible_to(cast.sam).count() == trail


def test_another_cmo_reaches_neither_draft_nor_link(link: CapaLink, cast: Any, sign_in: Any) -> None:
    write_draft(link, cast.pat)
    client = sign_in("bea")
    for name in ("capa-detail", "response-edit", "response-send", "date-propose", "extension-ask"):
        assert client.get(reverse(f"audits:{name}", args=[link.number])).status_code == 404, name
    for path in ("", "draft/", "responses/", "dates/", "transitions/"):
        assert client.get(f"/api/v1/capas/{link.number}/{path}").status_code == 404, path


# --- one CAPA of several sponsors -----------------------------------------------------------------------------------


def test_no_row_of_a_link_carries_a_key_to_the_capa() -> None:
    related = {f.related_model for f in CapaLink._meta.get_fields() if f.is_relation}
    assert Capa not in related and OwnLink not in related and ResponseDraft not in related


def test_nothing_of_the_capa_is_copied_before_the_cmo_says_so(shared: Capa, link: CapaLink, cast: Any) -> None:
    assert not ResponseDraft.objects.filter(link=link).exists()
    assert not attachments.attachments_of(link, cast.sam).exists()


def test_each_sponsor_gets_what_was_chosen_for_it(shared: Capa, link: CapaLink, otters: CapaLink, cast: Any) -> None:
    for row in links_of(shared):
        own.copy_to_link(row, by=cast.pat)
    for each in (link, otters):
        actions.submit(fresh(each), by=cast.pat)
    ours, theirs = Response.objects.get(link=link), Response.objects.get(link=otters)
    assert ours.root_cause == theirs.root_cause == SECRET
    assert [file.name for file in attachments.attachments_of(ours, cast.sam)] == ["sensor-study.pdf"]
    assert not attachments.attachments_of(theirs, cast.otto).exists()
    assert ours.actions[0]["number"] != theirs.actions[0]["number"]


def test_neither_sponsor_finds_a_trace_of_the_capa_or_of_the_other(
    shared: Capa, link: CapaLink, otters: CapaLink, cast: Any, sign_in: Any
) -> None:
    for row in links_of(shared):
        own.copy_to_link(row, by=cast.pat)
    for each in (link, otters):
        actions.submit(fresh(each), by=cast.pat)
    numbers = [shared.number, *(row.number for row in links_of(shared))]
    for name, mine, others in (("sam", link, otters), ("otto", otters, link)):
        client, person = sign_in(name), getattr(cast, name)
        hidden = [*numbers, TITLE, "ALP-CAPA-77", others.number, others.finding.number, others.finding.audit.number]
        for path in pages(mine):
            text = read(client, path)
            assert not [word for word in hidden if word in text], (name, path)
        for event in TrailEvent.objects.visible_to(person).iterator():
            assert not [word for word in hidden if word in event.body], (name, event.record_type)
            assert event.record_type not in ("audits.capa", "audits.ownlink", "audits.responsedraft")
        for item in DueItem.objects.visible_to(person):
            assert others.finding.title not in item.title


def test_the_capas_pages_answer_a_sponsor_the_same_whether_it_exists_or_not(
    shared: Capa, cast: Any, sign_in: Any
) -> None:
    row = links_of(shared)[0]
    for name in ("sam", "quinn", "otto", "ines"):
        client = sign_in(name)
        for there, nowhere in (
            (
                reverse("audits:own-capa-detail", args=[shared.number]),
                reverse("audits:own-capa-detail", args=["MCA-2026-00000"]),
            ),
            (
                reverse("audits:own-capa-edit", args=[shared.number]),
                reverse("audits:own-capa-edit", args=["MCA-2026-00000"]),
            ),
            (f"/api/v1/own-capas/{shared.number}/", "/api/v1/own-capas/MCA-2026-00000/"),
            (f"/api/v1/own-capas/{shared.number}/links/", "/api/v1/own-capas/MCA-2026-00000/links/"),
        ):
            answers = [client.get(path) for path in (there, nowhere)]
            assert [answer.status_code for answer in answers] == [404, 404]
            assert shared.number not in answers[0].content.decode().replace(there, "")
        choose = reverse("audits:own-link-choose", args=[row.number])
        assert client.post(choose).status_code == 404
        assert client.get("/api/v1/own-capas/").status_code == 404


def test_the_capas_files_open_for_its_company_alone(shared: Capa, cast: Any, sign_in: Any) -> None:
    kept = attachments.attachments_of(shared, cast.pat).get()
    path = reverse("vendors:file-download", args=[kept.number])
    assert [sign_in(name).get(path).status_code for name in ("pat", "uwe")] == [200, 200]
    assert [sign_in(name).get(path).status_code for name in ("sam", "otto", "ines", "bea")] == [404] * 4


def test_another_cmo_gets_404_for_the_capa(shared: Capa, sign_in: Any) -> None:
    client = sign_in("bea")
    assert client.get(reverse("audits:own-capa-detail", args=[shared.number])).status_code == 404
    assert client.get(f"/api/v1/own-capas/{shared.number}/").status_code == 404
    assert shared.number not in client.get(reverse("audits:own-capa-list")).content.decode()


def test_no_error_text_names_what_the_asker_may_not_know(link: CapaLink, otters: CapaLink, sign_in: Any) -> None:
    client = sign_in("sam")
    answer = client.get(f"/api/v1/capas/?finding={otters.finding.number}")
    assert answer.json()["results"] == []
    for path in (f"/api/v1/capas/{otters.number}/", f"/api/v1/capas/{otters.number}/transitions/"):
        refused = client.get(path)
        assert refused.status_code == 404 and "Otter" not in refused.content.decode()
    pat = sign_in("pat")
    refused = pat.post("/api/v1/own-capas/", {"title": ""}, content_type="application/json")
    assert refused.status_code == 400


def test_a_cmo_takes_only_its_own_findings_into_a_capa(link: CapaLink, cast: Any, sign_in: Any) -> None:
    theirs = own.open_capa(by=cast.bea, title="Baltic's own")
    with pytest.raises(PermissionDenied):
        own.add_link(theirs, link, by=cast.bea)
    sent = {"capa_link": link.number}
    refused = sign_in("bea").post(f"/api/v1/own-capas/{theirs.number}/links/", sent, content_type="application/json")
    assert refused.status_code == 400
    assert refused.json()["errors"] == {"capa_link": [f"There is no record with the number {link.number}."]}


def test_a_finding_belongs_to_one_capa_at_a_time(shared: Capa, link: CapaLink, cast: Any) -> None:
    second = own.open_capa(by=cast.pat, title="Second")
    with pytest.raises(ValidationError, match="belongs to one of your CAPAs already"):
        own.add_link(second, link, by=cast.pat)
    own.remove_link(links_of(shared)[0], by=cast.pat)
    own.add_link(second, link, by=cast.pat)


@pytest.mark.parametrize("name", ["sam", "otto", "uwe", "ines"])
def test_who_does_not_answer_for_the_cmo_changes_no_capa(name: str, shared: Capa, cast: Any) -> None:
    person, row = getattr(cast, name), links_of(shared)[0]
    for act in (
        lambda: own.open_capa(by=person, title="x"),
        lambda: own.revise_capa(shared, by=person, title="x"),
        lambda: own.withdraw_capa(shared, by=person, reason="x"),
        lambda: own.restore_capa(shared, by=person),
        lambda: own.choose(row, by=person, is_evidence_shared=True),
        lambda: own.copy_to_link(row, by=person),
        lambda: own.remove_link(row, by=person),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_copying_asks_for_a_choice_first(shared: Capa, cast: Any) -> None:
    row = links_of(shared)[1]
    own.choose(row, by=cast.pat, is_root_cause_shared=False)
    with pytest.raises(WrongState, match="Choose first what this sponsor may read"):
        own.copy_to_link(row, by=cast.pat)


def test_copying_keeps_what_was_written_for_one_sponsor(shared: Capa, link: CapaLink, cast: Any) -> None:
    write_draft(link, cast.pat, root_cause="Written for Northgate", containment="", actions=[])
    own.copy_to_link(links_of(shared)[0], by=cast.pat)
    draft = ResponseDraft.objects.get(link=link)
    assert (draft.root_cause, draft.containment) == ("Written for Northgate", "Line stopped.")


def test_copying_twice_copies_nothing_twice(shared: Capa, cast: Any) -> None:
    row = links_of(shared)[0]
    own.copy_to_link(row, by=cast.pat)
    with pytest.raises(WrongState, match="nothing new to copy"):
        own.copy_to_link(row, by=cast.pat)


def test_while_the_sponsor_reads_nothing_is_copied(shared: Capa, link: CapaLink, cast: Any) -> None:
    answered(link, cast.pat)
    with pytest.raises(WrongState, match="wait for its answer"):
        own.copy_to_link(links_of(shared)[0], by=cast.pat)


def test_after_acceptance_evidence_goes_to_the_link_itself(shared: Capa, link: CapaLink, cast: Any) -> None:
    accepted(link, cast.pat, cast.leo)
    own.copy_to_link(links_of(shared)[0], by=cast.pat)
    copy = attachments.attachments_of(link, cast.sam).get()
    assert copy.name == "sensor-study.pdf" and copy.wall_owner == cast.sam.company_id
    own.choose(links_of(shared)[0], by=cast.pat, is_evidence_shared=False)
    with pytest.raises(WrongState, match="The response is accepted: its text stands"):
        own.copy_to_link(links_of(shared)[0], by=cast.pat)


def test_a_capa_is_done_when_all_its_links_are_closed(shared: Capa, link: CapaLink, cast: Any, sign_in: Any) -> None:
    client, path = sign_in("pat"), reverse("audits:own-capa-list") + "?q=One+cause"
    assert "0 of 2 closed" in client.get(path).content.decode()
    for row in links_of(shared):
        force(row.link, status="closed")
    page = client.get(path).content.decode()
    assert "2 closed" not in page and "Done" in page
    assert "Done" in client.get(shared.get_absolute_url()).content.decode()


def test_a_capa_that_answers_findings_is_not_withdrawn(shared: Capa, cast: Any) -> None:
    with pytest.raises(WrongState, match="still answers findings"):
        own.withdraw_capa(shared, by=cast.pat, reason="x")
    for row in links_of(shared):
        own.remove_link(row, by=cast.pat)
    own.withdraw_capa(shared, by=cast.pat, reason="Two causes after all")
    with pytest.raises(WrongState, match="is withdrawn"):
        own.revise_capa(shared, by=cast.pat, title="x")
    own.restore_capa(shared, by=cast.pat)


def test_the_cmo_sees_both_sponsors_on_one_page(shared: Capa, sign_in: Any) -> None:
    page = sign_in("pat").get(shared.get_absolute_url()).content.decode()
    assert "Northgate Biopharma" in page and "Otter Therapeutics" in page


# --- the database itself --------------------------------------------------------------------------------------------


@pytest.mark.postgres
def test_row_level_security_hides_drafts_and_own_capas_from_every_sponsor(
    shared: Capa, link: CapaLink, otters: CapaLink, cast: Any
) -> None:
    own.copy_to_link(links_of(shared)[0], by=cast.pat)
    tables = ("audits_capa", "audits_ownlink", "audits_responsedraft")
    for name in ("sam", "otto", "ines", "bea"):
        with acting_as(getattr(cast, name)), connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f"select count(*) from {table}")  # noqa: S608 - names of this test
                assert cursor.fetchone() == (0,), (name, table)
    with acting_as(cast.sam), connection.cursor() as cursor:
        cursor.execute("select count(*) from audits_capalink where number = %s", [otters.number])
        assert cursor.fetchone() == (0,)
        cursor.execute(
            "select count(*) from records_attachment where about_type in ('audits.capa', 'audits.responsedraft')"
        )
        assert cursor.fetchone() == (0,)
    with acting_as(cast.pat), connection.cursor() as cursor:
        cursor.execute("select count(*) from audits_capalink where number in (%s, %s)", [link.number, otters.number])
        assert cursor.fetchone() == (2,)


def test_withdrawn_capas_are_shown_when_asked_for(cast: Any, sign_in: Any) -> None:
    kept, gone = own.open_capa(by=cast.pat, title="Kept"), own.open_capa(by=cast.pat, title="Taken back")
    own.withdraw_capa(gone, by=cast.pat, reason="Double")
    client, path = sign_in("pat"), reverse("audits:own-capa-list")
    page, other = client.get(path).content.decode(), client.get(f"{path}?withdrawn=True").content.decode()
    assert kept.number in page and gone.number not in page and "Unknown" not in page
    assert gone.number in other and kept.number not in other
