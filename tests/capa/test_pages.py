"""The pages of both sides: who sees which button, what is kept, and the draft that works by keys alone."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from audits.capa import actions, dates, work
from audits.capa.models import Capa, CapaAction, CapaLink, Extension, OwnLink, Response, ResponseDraft
from audits.findings.actions import add_note
from cmo_portal.records import attachments
from cmo_portal.records.deadlines import DueItem
from cmo_portal.records.trail import TrailEvent
from tests.capa.makers import accepted, answered, force, fresh, implemented, in_days, pdf, today, write_draft
from tests.days import day_of

pytestmark = pytest.mark.django_db
PASSWORD = "Demo-portal-2026"


def url(name: str, *args: Any) -> str:
    return reverse(f"audits:{name}", args=args)


def form(**changed: Any) -> dict[str, Any]:
    """What the browser sends of a draft."""
    return {
        "draft": "1", "version": "", "containment": "Line stopped.", "root_cause": "No row in the form",
        "why_1": "Nobody wrote it", "why_2": "No row",
        "line_depth": ["0", "1"], "line_text": ["Not recorded", "No row"],
        "action_kind": ["corrective", "corrective"], "action_text": ["Add the row", ""],
        "action_owner": ["D. Roche", ""],
        "action_due": [in_days(20).isoformat(), ""], "action_interim": ["", ""], "action_number": ["", ""],
        "proposed_date": in_days(30).isoformat(), "self_check": ["cause", "corrective"],
    } | changed  # fmt: skip


def test_the_criteria_stand_before_the_form(link: CapaLink, sign_in: Any) -> None:
    page = sign_in("pat").get(url("response-edit", link.number)).content.decode()
    assert page.index("Gets to a cause that can be acted on") < page.index('name="root_cause"')
    assert "Write the response first." in page


def test_the_draft_keeps_everything_that_was_typed(link: CapaLink, sign_in: Any) -> None:
    client = sign_in("pat")
    assert client.post(url("response-edit", link.number), form()).status_code == 302
    draft = ResponseDraft.objects.get(link=link)
    assert draft.five_whys == ["Nobody wrote it", "No row"]
    assert draft.cause_tree == {"text": "Not recorded", "causes": [{"text": "No row", "causes": []}]}
    assert [row["text"] for row in draft.actions] == ["Add the row"]
    assert draft.self_check == ["cause", "corrective"] and draft.proposed_date == in_days(30)
    page = client.get(url("response-edit", link.number)).content.decode()
    assert "Add the row" in page and "Nobody wrote it" in page and 'value="cause" form="draft" checked' in page


def test_autosave_answers_with_the_version_and_what_is_lacking(link: CapaLink, sign_in: Any) -> None:
    client = sign_in("pat")
    answer = client.post(url("response-edit", link.number), form(root_cause=""), headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert 'name="version" value="1"' in answer.content.decode() and "Write the root cause." in answer.content.decode()
    same = client.post(
        url("response-edit", link.number), form(root_cause="", version="1"), headers={"HX-Request": "true"}
    )
    assert 'name="version" value="1"' in same.content.decode()


def test_a_step_of_the_tree_is_a_button_and_the_cursor_follows(link: CapaLink, sign_in: Any) -> None:
    client = sign_in("pat")
    answer = client.post(url("response-edit", link.number), form(step="cause:1"))
    assert answer.headers["Location"].endswith("?at=2#line-2")
    page = client.get(url("response-edit", link.number) + "?at=2").content.decode()
    line = page[page.index('id="line-2"') :][:200]
    assert "autofocus" in line
    for name in ("cause", "beside", "deeper", "higher", "up", "down", "remove"):
        assert f'name="step" value="{name}:1"' in page


def test_a_colleagues_save_is_shown_beside_and_nothing_is_lost(link: CapaLink, cast: Any, sign_in: Any) -> None:
    draft = write_draft(link, cast.pat, root_cause="Theirs")
    client = sign_in("pat")
    stale = form(version=str(draft.version - 1), root_cause="Mine")
    answer = client.post(url("response-edit", link.number), stale)
    text = answer.content.decode()
    assert answer.status_code == 422 and "Theirs" in text and "Mine" in text
    assert f'name="version" value="{draft.version}"' in text
    auto = client.post(url("response-edit", link.number), stale, headers={"HX-Request": "true"})
    assert auto.status_code == 409 and "Theirs" in auto.content.decode()
    assert ResponseDraft.objects.get(link=link).root_cause == "Theirs"


def test_a_wrong_day_is_refused_at_the_form_with_the_rest_kept(link: CapaLink, sign_in: Any) -> None:
    answer = sign_in("pat").post(url("response-edit", link.number), form(action_due=["next week", ""]))
    assert answer.status_code == 422
    assert "write the day like 2027-03-31" in answer.content.decode() and "Add the row" in answer.content.decode()


def test_evidence_is_added_to_the_draft_and_goes_with_it(link: CapaLink, cast: Any, sign_in: Any) -> None:
    client = sign_in("pat")
    answer = client.post(url("response-edit", link.number), {"file": pdf("study.pdf"), "title": "Study"})
    assert answer.status_code == 302
    client.post(url("response-edit", link.number), form(version="1"))
    draft = ResponseDraft.objects.get(link=link)
    sent = {"version": fresh(link).version, "draft_version": draft.version}
    assert client.post(url("response-send", link.number), sent).status_code == 302
    response = Response.objects.get(link=link)
    assert [file.name for file in attachments.attachments_of(response, cast.sam)] == ["study.pdf"]
    page = sign_in("leo").get(link.get_absolute_url()).content.decode()
    assert "Study" in page and "No row in the form" in page and "Waits for you" in page


def test_an_executable_named_pdf_is_refused_and_nothing_else_lost(link: CapaLink, sign_in: Any) -> None:
    client = sign_in("pat")
    client.post(url("response-edit", link.number), form())
    bad = SimpleUploadedFile("study.pdf", b"MZ\x90\x00" + b"\0" * 200)
    answer = client.post(url("response-edit", link.number), {"file": bad, "title": ""})
    assert answer.status_code == 422 and "No row in the form" in answer.content.decode()


def test_sending_shows_what_is_missing_instead_of_the_button(link: CapaLink, sign_in: Any) -> None:
    client = sign_in("pat")
    client.post(url("response-edit", link.number), form(root_cause="", action_text=["", ""], action_owner=["", ""],
                                                        action_due=["", ""]))  # fmt: skip
    page = client.get(url("response-send", link.number)).content.decode()
    assert "Write the root cause." in page and "Name at least one action" in page
    sent = {"version": fresh(link).version, "draft_version": ResponseDraft.objects.get(link=link).version}
    refused = client.post(url("response-send", link.number), sent)
    assert refused.status_code == 422 and fresh(link).response_status == "due"


def test_a_sent_response_is_not_edited(link: CapaLink, cast: Any, sign_in: Any) -> None:
    answered(link, cast.pat)
    client = sign_in("pat")
    assert client.get(url("response-edit", link.number)).status_code == 302
    assert client.post(url("response-edit", link.number), form(root_cause="Late")).status_code == 302
    assert Response.objects.get(link=link).root_cause.startswith("Form MF")


def test_a_review_of_two_rounds_reads_as_one_story(link: CapaLink, cast: Any, sign_in: Any) -> None:
    answered(link, cast.pat)
    leo, pat = sign_in("leo"), sign_in("pat")
    refused = leo.post(url("response-move", link.number, "return"), {"version": fresh(link).version, "reason": ""})
    assert refused.status_code == 422
    sent = {"version": fresh(link).version, "reason": "Look at MF-25-11 too."}
    assert leo.post(url("response-move", link.number, "return"), sent).status_code == 302
    assert "Look at MF-25-11 too." in pat.get(url("response-edit", link.number)).content.decode()
    write_draft(fresh(link), cast.pat, root_cause="Both fills have the same cause")
    actions.submit(fresh(link), by=cast.pat)
    page = leo.get(url("response-move", link.number, "accept")).content.decode()
    assert "as the CMO proposes" in page
    sent = {"version": fresh(link).version, "reason": "Thank you.", "agree_date": "on"}
    assert leo.post(url("response-move", link.number, "accept"), sent).status_code == 422, "on which day is not said"
    sent["agreed_day"] = in_days(40).isoformat()
    assert leo.post(url("response-move", link.number, "accept"), sent).status_code == 302
    assert fresh(link).agreed_date == in_days(40)
    story = pat.get(link.get_absolute_url()).content.decode()
    order = ["In media fill MF-26-07", "round 1", "Look at MF-25-11 too.", "round 2", "Thank you.", "Actions"]
    assert [story.index(text) for text in order] == sorted(story.index(text) for text in order)


def test_the_right_rail_tells_the_clocks_of_both_sides(link: CapaLink, cast: Any, sign_in: Any) -> None:
    force(link, ball_since_date=day_of(cast.sam, -9))
    page = sign_in("sam").get(link.get_absolute_url()).content.decode()
    assert "Days used, CMO" in page and '<dd class="num">9</dd>' in page
    assert "Waits for Alpenglow" in page and "Both sides count the same way" in page


def test_dates_are_proposed_answered_and_agreed_on_the_page(link: CapaLink, cast: Any, sign_in: Any) -> None:
    pat, sam = sign_in("pat"), sign_in("sam")
    answer = pat.post(url("date-propose", link.number), {"date": in_days(30).isoformat(), "reason": "Steel"})
    assert answer.status_code == 302
    day = {"day": in_days(30).isoformat()}
    own = pat.post(url("date-agree", link.number), day, follow=True)
    assert "Your side proposed this date" in own.content.decode()
    page = sam.get(link.get_absolute_url()).content.decode()
    assert "Agree" in page and "Answer with another date" in page
    sam.post(url("date-agree", link.number))
    assert fresh(link).agreed_date is None, "which day was read is not said"
    assert sam.post(url("date-agree", link.number), day).status_code == 302
    assert fresh(link).agreed_date == in_days(30)
    assert "agreed by both sides" in pat.get(link.get_absolute_url()).content.decode()


def test_an_extension_is_asked_and_answered_on_the_page(link: CapaLink, cast: Any, sign_in: Any) -> None:
    accepted(link, cast.pat, cast.leo)
    pat, sam = sign_in("pat"), sign_in("sam")
    sent = {"new_date": in_days(70).isoformat(), "reason": "Late steel", "interim_control": "Watched"}
    assert pat.post(url("extension-ask", link.number), sent).status_code == 302
    extension = Extension.objects.get(link=link)
    assert "Watched" in sam.get(link.get_absolute_url()).content.decode()
    refused = pat.post(url("extension-answer", extension.number, "grant"), {"note": ""})
    assert refused.status_code == 422 and "Your side asked" in refused.content.decode()
    assert sam.post(url("extension-answer", extension.number, "refuse"), {"note": ""}).status_code == 422
    assert sam.post(url("extension-answer", extension.number, "grant"), {"note": "Fine"}).status_code == 302
    assert fresh(link).agreed_date == in_days(70)


def test_from_done_to_signed_end_on_pages(link: CapaLink, cast: Any, sign_in: Any) -> None:
    accepted(link, cast.pat, cast.leo)
    pat, leo, quinn = sign_in("pat"), sign_in("leo"), sign_in("quinn")
    action = CapaAction.objects.get(link=link)
    done = {"done_date": today().isoformat(), "done_note": "In use", "version": action.version}
    assert pat.post(url("action-finish", action.number), done).status_code == 302
    assert pat.post(url("action-detail", action.number), {"file": pdf(), "title": ""}).status_code == 302
    assert pat.post(url("capa-move", link.number, "report_done"), {"version": fresh(link).version}).status_code == 302
    plan = {"criterion": "No jam unrecorded", "sample": "3 fills", "check_date": in_days(60).isoformat()}
    assert (
        leo.post(url("capa-move", link.number, "plan_check"), plan | {"version": fresh(link).version}).status_code
        == 302
    )
    early = leo.get(url("capa-move", link.number, "judge_effective")).content.decode()
    assert "The check is set for" in early
    force(link, check_date=today(), ball_since_date=today())
    told = {"note": "3 of 3", "version": fresh(link).version}
    assert leo.post(url("capa-move", link.number, "judge_effective"), told).status_code == 302
    sign = {"password": PASSWORD, "reason": "", "version": fresh(link).version}
    assert leo.post(url("capa-move", link.number, "close"), sign).status_code == 422
    wrong = quinn.post(url("capa-move", link.number, "close"), sign | {"password": "no"})
    assert wrong.status_code == 422 and fresh(link).status == "effective"
    assert quinn.post(url("capa-move", link.number, "close"), sign).status_code == 302
    page = pat.get(link.get_absolute_url()).content.decode()
    assert fresh(link).finding.status == "closed" and "Quinn Abara" in page and "Matches the record" in page


def test_a_response_from_outside_is_marked_as_such(absent: CapaLink, sign_in: Any) -> None:
    sam = sign_in("sam")
    assert "Record a response from outside" in sam.get(absent.get_absolute_url()).content.decode()
    sent = {"author_name": "R. Bianchi", "received_date": today().isoformat(), "root_cause": "Copied limits",
            "actions": f"Compute limits; R. Bianchi; {in_days(30).isoformat()}"}  # fmt: skip
    bad = sam.post(url("response-record", absent.number), sent | {"actions": "Compute limits"})
    assert bad.status_code == 422 and "with two semicolons" in bad.content.decode()
    assert sam.post(url("response-record", absent.number), sent).status_code == 302
    page = sign_in("leo").get(absent.get_absolute_url()).content.decode()
    assert "Received outside the portal, recorded by Northgate Biopharma" in page and "R. Bianchi" in page


def test_the_list_filters_by_whose_move_it_is(link: CapaLink, cast: Any, sign_in: Any) -> None:
    answered(link, cast.pat)
    leo, pat = sign_in("leo"), sign_in("pat")
    path = url("capa-list")
    assert link.number in leo.get(path + "?ball=me").content.decode()
    assert link.number not in leo.get(path + "?ball=other").content.decode()
    assert link.number in pat.get(path + "?ball=other").content.decode()
    assert link.number not in pat.get(path + "?status=closed").content.decode()
    assert link.number in leo.get(path + "?response=submitted&classification=major&q=media").content.decode()
    assert link.number not in leo.get(path + "?late=on").content.decode()
    force(link, due_date=in_days(-1))
    assert link.number in leo.get(path + "?late=on").content.decode()


@pytest.mark.parametrize("sort", ["due", "-due", "since", "-since", "cmo", "-cmo"])
def test_the_list_sorts(sort: str, link: CapaLink, otters: CapaLink, sign_in: Any) -> None:
    page = sign_in("pat").get(url("capa-list") + f"?sort={sort}").content.decode()
    assert link.number in page and otters.number in page


def test_the_export_is_the_list_and_stands_in_the_trail(link: CapaLink, cast: Any, sign_in: Any) -> None:
    response = sign_in("sam").get(url("capa-export", "csv") + "?classification=major")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    assert text.startswith('"Number","Finding","Title","Class"') and link.number in text
    assert TrailEvent.objects.filter(action="capa.export", actor_ref=cast.sam.number).exists()
    assert sign_in("sam").get(url("capa-export", "exe")).status_code == 404


def part_of(page: str, heading: str) -> str:
    """What stands under the first `heading` of a page, up to the next."""
    return page.split(f">{heading}</h2>", 1)[1].split("</ul>", 1)[0]


def test_home_says_what_waits_for_whom(link: CapaLink, cast: Any, sign_in: Any) -> None:
    long_ago = {"due_date": in_days(-700), "due_at": None}
    DueItem.objects.filter(kind="response.due", record_number=link.number).update(**long_ago)
    assert link.finding.title in part_of(sign_in("pat").get("/").content.decode(), "Needs you today")
    assert link.finding.title in part_of(sign_in("sam").get("/").content.decode(), "Waiting on the CMO")
    answered(fresh(link), cast.pat)
    DueItem.objects.filter(kind="response.review", record_number=link.number).update(**long_ago)
    assert link.finding.title in part_of(sign_in("sam").get("/").content.decode(), "Needs you today")
    pat = sign_in("pat").get("/").content.decode()
    assert link.finding.title in part_of(pat, "What your sponsor owes you")
    assert link.finding.title not in part_of(pat, "Needs you today")


def test_search_finds_a_capa_by_its_number_and_its_words(link: CapaLink, sign_in: Any) -> None:
    for words in (link.number, "intervention+not+recorded"):
        assert link.get_absolute_url() in sign_in("sam").get(reverse("search") + f"?q={words}").content.decode()
    assert link.get_absolute_url() not in sign_in("bea").get(reverse("search") + f"?q={link.number}").content.decode()


def test_deadlines_follow_the_act(link: CapaLink, cast: Any) -> None:
    def owed() -> set[str]:
        rows = DueItem.objects.filter(is_open=True, record_number__in=[link.number, *checks()])
        return set(rows.values_list("kind", flat=True))

    def checks() -> list[str]:
        return list(link.checks.values_list("number", flat=True))

    assert owed() == {"response.due"}
    answered(link, cast.pat)
    assert owed() == {"response.review"}
    actions.review(fresh(link), "return", by=cast.leo, reason="More")
    assert owed() == {"response.due"}
    done = implemented(fresh(link), cast.pat, cast.leo)
    assert owed() == {"capa.evidence"}
    work.plan_check(done, by=cast.leo, criterion="x", sample="y", check_date=in_days(30))
    assert owed() == {"capa.check"}


def test_an_agreed_date_is_a_deadline(link: CapaLink, cast: Any) -> None:
    accepted(link, cast.pat, cast.leo)
    item = DueItem.objects.get(kind="capa.due", record_number=link.number, is_open=True)
    assert item.due_date == in_days(40) and item.wall_shared


def test_tabs_of_audit_cmo_and_site_list_the_capas(link: CapaLink, sign_in: Any) -> None:
    audit = link.finding.audit
    sam = sign_in("sam")
    for path in (
        url("audit-capas", audit.number),
        url("cmo-capas", audit.site.vendor.number),
        url("site-capas", audit.site.number),
    ):
        assert link.number in sam.get(path).content.decode(), path
    assert link.number in sign_in("pat").get(url("site-capas", audit.site.number)).content.decode()
    assert sign_in("otto").get(url("audit-capas", audit.number)).status_code == 404


def test_internal_notes_stand_apart_and_never_reach_the_cmo(link: CapaLink, cast: Any, sign_in: Any) -> None:
    add_note(link.finding.audit, by=cast.leo, text="We should not push here.", finding=link.finding)
    assert "We should not push here." in sign_in("sam").get(link.get_absolute_url()).content.decode()
    for name in ("pat", "uwe", "ines"):
        assert "We should not push here." not in sign_in(name).get(link.get_absolute_url()).content.decode()


def test_an_own_capa_is_opened_revised_linked_and_copied_on_pages(link: CapaLink, cast: Any, sign_in: Any) -> None:
    pat = sign_in("pat")
    sent = form(title="Forms of line A2", own_reference="ALP-9", target_date="")
    assert pat.post(url("own-capa-create"), sent).status_code == 302
    capa = Capa.objects.get(title="Forms of line A2")
    assert pat.post(url("own-capa-edit", capa.number), sent | {"version": "1", "step": "deeper:1"}).status_code == 302
    assert pat.post(url("own-link-add", capa.number), {"link": link.number}).status_code == 302
    row = OwnLink.objects.get(capa=capa)
    chosen = {f"{row.number}-is_root_cause_shared": "on", "copy": "1"}
    assert pat.post(url("own-link-choose", row.number), chosen).status_code == 302
    assert ResponseDraft.objects.get(link=link).root_cause == "No row in the form"
    assert "Only your company sees" in pat.get(link.get_absolute_url()).content.decode()
    assert "Your CAPA" not in sign_in("sam").get(link.get_absolute_url()).content.decode()
    assert pat.post(url("own-link-remove", row.number)).status_code == 302
    assert pat.post(url("own-capa-withdraw", capa.number), {"reason": "Not one cause"}).status_code == 302
    assert Capa.objects.get(pk=capa.pk).is_withdrawn


def test_dates_of_an_absent_cmo_are_passed_on(absent: CapaLink, cast: Any, sign_in: Any) -> None:
    sam = sign_in("sam")
    sent = {"date": in_days(30).isoformat(), "reason": "", "author_name": "R. Bianchi", "for": "cmo"}
    assert sam.post(url("date-propose", absent.number) + "?for=cmo", sent).status_code == 302
    assert dates.open_proposal(absent).author_name == "R. Bianchi"  # type: ignore[union-attr]
    assert sam.post(url("date-agree", absent.number), {"day": in_days(30).isoformat()}).status_code == 302
    assert fresh(absent).agreed_date == in_days(30)
