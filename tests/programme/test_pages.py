"""What people of both sides see and do on the programme's pages and over its API."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from audits.programme.demo import audit
from audits.programme.hooks import audits_coming
from audits.programme.models import Audit, AuditPlan, Slot
from audits.programme.steering import AuditInterval, AuditTrigger
from cmo_portal.lib.wording import counted, full_day
from cmo_portal.records.signing import Signature
from tests.days import day_of
from tests.programme.makers import JSON, PROOF, dated, demo_site, in_days, new_site, planned, today

pytestmark = pytest.mark.django_db


def url(name: str, *args: str) -> str:
    return reverse(f"audits:{name}", args=args)


def text(answer: Any) -> str:
    return str(answer.content.decode())


class TestFirstPage:
    def test_audit_that_runs_is_late_only_after_its_last_day(self, cast: Any) -> None:
        row = next(each for each in audits_coming(cast.leo) if "In progress" in each["meta"])
        running = audit("in_progress")
        assert row["due"] == running.end_date and running.start_date < today()

    def test_cmo_reads_whose_audit_it_is_not_its_own_name(self, cast: Any) -> None:
        metas = [each["meta"] for each in audits_coming(cast.pat)]
        assert any("Northgate" in meta for meta in metas) and not any("Alpenglow" in meta for meta in metas)


class TestLists:
    @pytest.mark.parametrize("name", ["plan-list", "interval-list", "trigger-list", "auditor-list", "limit-list"])
    def test_what_steers_the_programme_is_no_page_of_a_cmo(self, name: str, sign_in: Any) -> None:
        assert sign_in("bea").get(url(name)).status_code == 404

    def test_partner_reads_its_audits_by_sponsor_and_no_plan_behind_them(self, sign_in: Any) -> None:
        page = text(sign_in("pat").get(url("audit-list")))
        assert audit("notified").number in page and audit("otter_follow_up").number in page
        assert audit("planned").number not in page and audit("factual_check").number not in page
        assert "Due by" not in page and "Annual plans" not in page and "Otter Therapeutics" in page

    def test_partner_reads_neither_due_date_nor_what_called_for_the_audit(self, sign_in: Any, cast: Any) -> None:
        page = text(sign_in("pat").get(url("audit-detail", audit("notified").number)))
        assert cast.leo.name in page, "who leads stands on the audit in words"
        assert "Due by" not in page and "Planned for" not in page and "Independence" not in page
        file = b"".join(sign_in("pat").get(url("audit-export", "csv")).streaming_content).decode()
        assert audit("notified").number in file and str(audit("notified").due_date) not in file

    @pytest.mark.parametrize(
        ("query", "seen", "not_seen"),
        [
            ("q=graz", "notified", "planned"),
            ("state=coming", "planned", "closed_one"),
            ("type=qualification", "notified", "planned"),
            ("q=AUD-nothing", None, "planned"),
        ],
    )
    def test_filters_narrow_the_list(self, query: str, seen: str | None, not_seen: str, sign_in: Any) -> None:
        page = text(sign_in("sam").get(f"{url('audit-list')}?{query}"))
        if seen:
            assert audit(seen).number in page
        else:
            assert "No audit answers to this" in page
        if not_seen in {"planned"}:
            assert audit(not_seen).number not in page

    def test_list_pages_by_key_and_sorts_both_ways(self, sign_in: Any, cast: Any) -> None:
        site = new_site(cast)
        for n in range(30):
            planned(site, cast, start_date=in_days(100 + n), end_date=in_days(100 + n))
        sam = sign_in("sam")
        first = sam.get(f"{url('audit-list')}?q=progwerk&sort=date").context["audits"]
        second = sam.get(first.next_url).context["audits"]
        starts = [row.start_date for row in [*first.rows, *second.rows]]
        assert len(starts) == 30 and starts == sorted(starts)
        newest = sam.get(f"{url('audit-list')}?q=progwerk").context["audits"].rows[0]
        assert newest.start_date == in_days(129)

    def test_search_finds_an_audit_by_site_and_number_within_ones_walls(self, sign_in: Any) -> None:
        number = audit("notified").number
        for name, found in (("sam", True), ("pat", True), ("bea", False), ("otto", False)):
            page = text(sign_in(name).get(f"/search/?q={number}"))
            assert (f'href="/audits/{number}/"' in page) == found


class TestHome:
    def test_partner_is_shown_the_dates_it_has_to_answer(self, sign_in: Any, cast: Any) -> None:
        from audits.programme.team_actions import offer_slot

        offer_slot(audit("notified"), by=cast.sam, start_date=in_days(90), end_date=in_days(91))
        page = text(sign_in("pat").get("/"))
        assert "Audit dates to answer" in page and "Northgate Biopharma offers" in page
        assert "Audit dates to answer" not in text(sign_in("bea").get("/"))
        assert "Audit dates to answer" not in text(sign_in("uwe").get("/")), "who may not answer is not asked"

    def test_planner_is_shown_events_and_quality_what_to_sign(self, sign_in: Any) -> None:
        sam, quinn = text(sign_in("sam").get("/")), text(sign_in("quinn").get("/"))
        assert "Your audits" in sam and "Audit programme: to sign" in quinn and "Qualify" in quinn

        def waits_on(page: str) -> str:
            before = page[: page.index("Decide on an event at")]
            return before[before.rindex('<h2 id="h-due-') :].split(">")[1].split("<")[0]

        assert (waits_on(sam), waits_on(quinn)) == ("Needs you today", "Waiting on a colleague")


class TestAuditPages:
    def test_planning_on_the_page_starts_with_the_sites_services(self, sign_in: Any, cast: Any) -> None:
        site, leo = new_site(cast), sign_in("leo")
        page = leo.get(f"{url('audit-create')}?site={site.number}")
        assert f'value="{site.number}"' in text(page)
        sent = {"site": site.number, "type": "routine", "mode": "onsite", "services": ["dp_mfg"], "purpose": "Routine",
                "standards": "EU GMP Part I, ICH Q7", "lead": cast.leo.number}  # fmt: skip
        answer = leo.post(url("audit-create"), sent)
        made = Audit.objects.get(site=site)
        assert answer.url == made.get_absolute_url()
        assert (made.standards, made.services, made.lead) == (["EU GMP Part I", "ICH Q7"], ["dp_mfg"], cast.leo)

    def test_unknown_site_is_refused_at_its_field(self, sign_in: Any) -> None:
        sent = {"site": "SITE-2026-XXXXX", "type": "routine", "mode": "onsite"}
        answer = sign_in("sam").post(url("audit-create"), sent)
        assert answer.status_code == 422 and 'id="id_site_error"' in text(answer)

    def test_closed_move_says_why_and_what_is_missing(self, sign_in: Any) -> None:
        page = text(sign_in("sam").get(url("audit-move", audit("planned").number, "notify")))
        assert "no dates yet" in page and 'name="reason"' not in page

    def test_notification_says_how_much_notice_the_cmo_gets(self, sign_in: Any, cast: Any) -> None:
        short = dated(new_site(cast), cast, start=(day_of(cast.sam, 12) - today()).days)
        page = text(sign_in("sam").get(url("audit-move", short.number, "notify")))
        assert f"{counted(12, 'day')} of notice; 30 calendar days are usual" in page and "With usual notice" in page

    def test_move_of_a_report_is_not_made_on_the_audit(self, sign_in: Any) -> None:
        quinn, number = sign_in("quinn"), audit("notified").number
        assert quinn.get(url("audit-move", number, "issue-report")).status_code == 404
        body = {"name": "issue_report"}
        answer = quinn.post(f"/api/v1/audits/{number}/transitions/", body, **JSON)
        assert answer.status_code == 409 and "is made there" in answer.json()["detail"]

    def test_stage_bar_names_the_present_stage_once(self, sign_in: Any) -> None:
        page = text(sign_in("sam").get(url("audit-detail", audit("notified").number)))
        assert page.count('aria-current="step"') == 1 and "Notified" in page

    def test_history_is_the_sponsors(self, sign_in: Any, cast: Any) -> None:
        page = text(sign_in("sam").get(url("audit-history", audit("notified").number)))
        assert "notified the CMO" in page and "named who leads" in page
        assert "Leo Marchetti" in page and cast.leo.number not in page, "people stand there by name"


def test_partner_that_is_offered_dates_reads_nothing_of_the_plan_behind_them(sign_in: Any, cast: Any) -> None:
    from audits.programme.team_actions import offer_slot

    month = today().replace(year=today().year + 1, month=7, day=1)
    made = planned(demo_site("salzburg"), cast, type="shared", planned_month=month, due_date=month.replace(day=17))
    offer_slot(made, by=cast.sam, start_date=in_days(90), end_date=in_days(91))
    pat = sign_in("pat")
    for address in (made.get_absolute_url(), url("audit-team", made.number), url("audit-list"), url("audit-calendar"),
                    url("site-audits", made.site.number)):  # fmt: skip
        page = text(pat.get(address))
        assert [words for words in (f"{month:%B %Y}", f"{month:%b %Y}", "17 Jul") if words in page] == [], address


class TestCalendar:
    def test_month_shows_days_and_a_button_that_moves(self, sign_in: Any, cast: Any) -> None:
        made = dated(new_site(cast), cast, start=3)
        page = text(sign_in("sam").get(f"{url('audit-calendar')}?view=month&on={in_days(3):%Y-%m}"))
        assert made.number in page and f'data-audit="{made.number}"' in page
        assert url("audit-schedule", made.number) in page

    def test_audit_of_several_days_has_one_button(self, sign_in: Any, cast: Any) -> None:
        made = dated(new_site(cast), cast, start=3, days=4)
        page = text(sign_in("sam").get(f"{url('audit-calendar')}?view=month&on={in_days(3):%Y-%m}"))
        assert page.count(f'href="{made.get_absolute_url()}"') >= 2 or in_days(3).month != in_days(4).month
        assert page.count(f'data-audit="{made.number}"') == 1

    def test_drop_on_a_day_fills_the_form_which_asks_for_the_reason(self, sign_in: Any, cast: Any) -> None:
        made, sam = dated(new_site(cast), cast, start=3, days=3), sign_in("sam")
        address = url("audit-schedule", made.number)
        page = text(sam.get(f"{address}?day={in_days(30)}"))
        assert f'value="{in_days(30)}"' in page and f'value="{in_days(32)}"' in page
        sent = {"start_date": in_days(30), "end_date": in_days(32), "version": made.version}
        refused = sam.post(address, sent)
        assert refused.status_code == 422 and 'id="id_reason_error"' in text(refused)
        assert sam.post(address, sent | {"reason": "Campaign"}).status_code == 302
        made.refresh_from_db()
        assert (made.start_date, made.end_date) == (in_days(30), in_days(32))

    def test_drop_on_a_month_keeps_the_days_of_the_month(self, sign_in: Any, cast: Any) -> None:
        from cmo_portal.lib.calendars import add_months

        made = dated(new_site(cast), cast, start=3)
        month = add_months(made.start_date, 2)
        page = text(sign_in("sam").get(f"{url('audit-schedule', made.number)}?month={month:%Y-%m}"))
        assert f'value="{month}"' in page
        for far in ("day=9999-12-31", "month=9999-12"):
            assert sign_in("sam").get(f"{url('audit-schedule', made.number)}?{far}").status_code == 200

    @pytest.mark.parametrize(
        "query",
        ["view=month&on=2026-13", "view=unknown", "on=x", "view=year&on=0000-00", "on=9999-12", "view=year&on=0001-01"],
    )
    def test_address_that_makes_no_sense_shows_today(self, query: str, sign_in: Any) -> None:
        assert sign_in("sam").get(f"{url('audit-calendar')}?{query}").status_code == 200

    def test_load_counts_days_on_site_by_person_and_is_the_sponsors_alone(self, sign_in: Any, cast: Any) -> None:
        dated(new_site(cast), cast, start=3, days=4)
        page = sign_in("sam").get(f"{url('audit-calendar')}?view=load&on={in_days(3):%Y-%m}")
        row = next(row for row, _cells in page.context["load"] if row.name == cast.leo.name)
        assert row.days[in_days(3).month - 1] >= 4
        assert "By auditor" not in text(sign_in("pat").get(f"{url('audit-calendar')}?view=load"))

    def test_backward_dates_are_refused_at_their_field_beside_the_missing_reason(self, sign_in: Any, cast: Any) -> None:
        made = dated(new_site(cast), cast, start=3)
        sent = {"start_date": in_days(30), "end_date": in_days(20), "version": made.version}
        refused = sign_in("sam").post(url("audit-schedule", made.number), sent)
        assert refused.status_code == 422
        assert set(refused.context["form"].errors) == {"end_date", "reason"}

    def test_due_site_whose_audit_comes_later_leads_to_it_and_to_no_second_one(self, sign_in: Any) -> None:
        sam, coming = sign_in("sam"), audit("planned")
        page = text(sam.get(f"{url('audit-calendar')}?view=month"))
        assert coming.site.name in page and coming.get_absolute_url() in page
        assert f"Planned, {coming.planned_month:%B %Y}" in page
        plan = AuditPlan.objects.get(year=today().year)
        page = text(sam.get(plan.get_absolute_url()))
        assert coming.get_absolute_url() in page and f"?site={coming.site.number}" not in page

    def test_due_sites_without_an_audit_stand_below(self, sign_in: Any) -> None:
        page = text(sign_in("sam").get(f"{url('audit-calendar')}?view=month"))
        assert "Due in this span, no audit by then" in page and "Toyama Peptides" in page


class TestOverview:
    def test_move_that_is_too_early_says_why_and_is_not_the_main_button(self, sign_in: Any) -> None:
        page = text(sign_in("leo").get(url("audit-detail", audit("notified").number)))
        first = audit("notified").start_date
        assert f"The first day is {full_day(first)}" in page
        assert f'class="btn" href="{url("audit-move", audit("notified").number, "start")}"' in page

    def test_running_audit_leads_its_auditor_to_the_conduct_screen(self, sign_in: Any) -> None:
        address = url("audit-detail", audit("in_progress").number)
        link = url("conduct", audit("in_progress").number)
        assert f'class="btn primary" href="{link}"' in text(sign_in("leo").get(address))
        assert link not in text(sign_in("pat").get(address))


class TestTeamPage:
    def test_partner_answers_an_offer_on_its_page(self, sign_in: Any, cast: Any) -> None:
        from audits.programme.team_actions import offer_slot

        made = audit("notified")
        slot = offer_slot(made, by=cast.sam, start_date=in_days(90), end_date=in_days(91), note="After your shutdown")
        pat = sign_in("pat")
        page = text(pat.get(url("audit-team", made.number)))
        assert "After your shutdown" in page and url("slot-answer", slot.number) in page
        refused = pat.post(url("slot-answer", slot.number), {"agrees": "no", "version": slot.version})
        assert refused.status_code == 422 and 'id="id_note_error"' in text(refused)
        assert pat.post(url("slot-answer", slot.number), {"agrees": "yes", "version": slot.version}).status_code == 302
        assert Slot.objects.get(pk=slot.pk).status == "agreed"
        assert audit("notified").start_date == in_days(90)

    def test_member_declares_and_quality_clears(self, sign_in: Any, cast: Any) -> None:
        made = planned(new_site(cast), cast)
        sam, eva, quinn = sign_in("sam"), sign_in("eva"), sign_in("quinn")
        added = sam.post(url("member-create", made.number), {"person": cast.eva.number, "role": "sme"})
        assert added.status_code == 302
        member = made.team.get(person=cast.eva)
        assert "Has not declared yet" in text(eva.get(url("audit-team", made.number)))
        refused = eva.post(url("independence-edit", member.number), {"has_conflict": "on"})
        assert refused.status_code == 422 and 'id="id_ties_error"' in text(refused)
        declared = {"has_conflict": "on", "ties": "Shares"}
        assert eva.post(url("independence-edit", member.number), declared).status_code == 302
        assert "Ties declared" in text(quinn.get(url("audit-team", made.number)))
        assert quinn.post(url("conflict-clear", member.number), {"note": "Sold in 2020"}).status_code == 302
        assert "Ties cleared by quality" in text(sam.get(url("audit-team", made.number)))


class TestSitePage:
    def test_sponsor_reads_when_and_why_and_the_cmo_does_not(self, sign_in: Any) -> None:
        address = url("site-audits", demo_site("linz").number)
        sam, pat = text(sign_in("sam").get(address)), text(sign_in("pat").get(address))
        assert "Due by" in sam and "Intrinsic risk 3 x 3 = 9: high." in sam
        assert "Due by" not in pat and "Intrinsic" not in pat and audit("follow_up").number in pat

    def test_counting_anew_at_once(self, sign_in: Any, cast: Any) -> None:
        site = new_site(cast)
        assert sign_in("sam").post(url("interval-refresh", site.number)).status_code == 302
        assert AuditInterval.objects.in_force().filter(site=site).exists()

    def test_merged_cmo_leads_on_to_the_one_that_carries_on(self, sign_in: Any, cast: Any) -> None:
        from tests.supply.makers import make_vendor
        from vendors.registry.merging import merge_vendors

        kept, gone = make_vendor(cast.sam, "Bleibwerk"), make_vendor(cast.sam, "Gehwerk")
        merge_vendors(kept, gone, by=cast.sam, reason="The same")
        answer = sign_in("sam").get(url("cmo-audits", gone.number))
        assert answer.status_code == 302 and kept.number in answer.url


class TestApi:
    def test_audit_is_planned_dated_and_notified(self, sign_in: Any, cast: Any) -> None:
        sam, site = sign_in("sam"), new_site(cast)
        body = {"site": site.number, "type": "routine", "purpose": "x", "services": ["dp_mfg"],
                "lead": cast.leo.number}  # fmt: skip
        made = sam.post("/api/v1/audits/", body, **JSON).json()
        assert (made["status"], made["lead_name"]) == ("planned", cast.leo.name)
        path = f"/api/v1/audits/{made['number']}/"
        dates = {"start_date": str(in_days(40)), "end_date": str(in_days(41))}
        assert sam.post(f"{path}schedule/", dates, **JSON).json()["start_date"] == str(in_days(40))
        refused = sam.post(f"{path}transitions/", {"name": "notify"}, **JSON)
        assert refused.status_code == 409 and "has not declared" in refused.json()["detail"]
        version = sam.get(path).json()["version"]
        stale = sam.patch(path, {"purpose": "y", "version": 1}, **JSON)
        assert stale.status_code == 409
        assert sam.patch(path, {"purpose": "y", "version": version}, **JSON).json()["purpose"] == "y"
        assert [row["role"] for row in sam.get(f"{path}team/").json()] == ["lead"]

    def test_a_team_is_named_declares_and_is_cleared(self, sign_in: Any, cast: Any) -> None:
        sam, eva, quinn = (sign_in(name) for name in ("sam", "eva", "quinn"))
        made, at = planned(new_site(cast), cast), "/api/v1/audit-team-members/"
        sent = {"audit": made.number, "person": cast.eva.number, "role": "sme", "expertise": "Solid forms"}
        member = sam.post(at, sent, **JSON).json()
        assert (member["name"], member["employer"], member["independence"]) == (
            cast.eva.name, cast.eva.company_name, "")  # fmt: skip
        one = f"{at}{member['number']}/"
        role = sam.patch(one, {"role": "co_auditor", "version": member["version"]}, **JSON)
        assert role.json()["role"] == "co_auditor"
        other = {"person": cast.leo.number, "name": cast.eva.name, "version": role.json()["version"]}
        swapped = sam.patch(one, other, **JSON)
        assert swapped.status_code == 400 and list(swapped.json()["errors"]) == ["person"], "it is given once"
        notify = {"name": "notify"}
        assert sam.post(f"{one}declare/", {"has_conflict": False}, **JSON).status_code == 403
        assert eva.post(f"{one}declare/", {"has_conflict": True}, **JSON).status_code == 400, "which ties"
        assert eva.get(one).status_code == 200, "who is in the team reads it before the notification"
        declared = eva.post(f"{one}declare/", {"has_conflict": True, "ties": "My brother works there."}, **JSON)
        assert declared.json()["independence"] == "ties"
        refused = sam.post(f"/api/v1/audits/{made.number}/transitions/", notify, **JSON)
        assert refused.status_code == 409
        cleared = quinn.post(f"{one}clear/", {"note": "He left in 2019."}, **JSON)
        assert cleared.json()["independence"] == "cleared"
        gone = sam.post(f"{one}remove/", {"reason": "Ill."}, **JSON)
        assert gone.status_code == 200
        listed = sam.get(f"{at}?audit={made.number}").json()["results"]
        assert [row["role"] for row in listed] == ["lead"]
        assert sign_in("pat").get(at).status_code == 404

    def test_partner_gets_the_narrower_audit(self, sign_in: Any) -> None:
        found = sign_in("pat").get(f"/api/v1/audits/{audit('notified').number}/").json()
        assert found["sponsor"] == "Northgate Biopharma" and found["lead_name"]
        assert {"due_date", "planned_month", "plan", "lead", "version"} & set(found) == set()

    def test_partner_answers_and_offers_dates(self, sign_in: Any, cast: Any) -> None:
        from audits.programme.team_actions import offer_slot

        made = audit("notified")
        slot = offer_slot(made, by=cast.sam, start_date=in_days(90), end_date=in_days(91))
        pat = sign_in("pat")
        path = f"/api/v1/audit-slots/{slot.number}/answer/"
        assert pat.post(path, {"agrees": False}, **JSON).status_code == 400
        assert pat.post(path, {"agrees": False, "note": "Too late"}, **JSON).json()["status"] == "declined"
        body = {"audit": made.number, "start_date": str(in_days(60)), "end_date": str(in_days(61))}
        offered = pat.post("/api/v1/audit-slots/", body, **JSON)
        assert offered.status_code == 201 and offered.json()["offered_by"] == "partner"
        withdrawn = pat.post(f"/api/v1/audit-slots/{offered.json()['number']}/withdraw/", {"reason": "No"}, **JSON)
        assert withdrawn.json()["status"] == "withdrawn"

    def test_offering_dates_tells_a_colleague_nothing_of_a_draft(self, sign_in: Any) -> None:
        eva, days = sign_in("eva"), {"start_date": str(in_days(60)), "end_date": str(in_days(61))}

        def offered(number: str) -> tuple[int, str]:
            answer = eva.post("/api/v1/audit-slots/", {"audit": number, **days}, **JSON)
            return answer.status_code, answer.content.decode().replace(number, "")

        assert offered(audit("planned").number) == offered("AUD-2026-NONE")
        assert offered(audit("notified").number)[0] == 403, "she reads it, and others offer its dates"

    def test_plan_is_signed_over_the_api(self, sign_in: Any, cast: Any) -> None:
        sam, quinn = sign_in("sam"), sign_in("quinn")
        made = planned(new_site(cast), cast, planned_month=today().replace(year=2061, month=2, day=1))
        plan = sam.post("/api/v1/audit-plans/", {"year": 2061}, **JSON).json()["number"]
        assert sam.post(f"/api/v1/audit-plans/{plan}/add/", {"audit": made.number}, **JSON).status_code == 200
        moves = f"/api/v1/audit-plans/{plan}/transitions/"
        assert sam.post(moves, {"name": "submit"}, **JSON).status_code == 200
        assert quinn.post(moves, {"name": "approve", "password": "wrong"}, **JSON).status_code == 403
        answer = quinn.post(moves, {"name": "approve", "password": PROOF.password}, **JSON)
        assert answer.json()["lines"][0][0] == made.number
        assert Signature.objects.filter(record_number=plan).count() == 1

    def test_event_is_answered_and_interval_read(self, sign_in: Any, cast: Any) -> None:
        sam, site = sign_in("sam"), new_site(cast)
        body = {"site": site.number, "kind": "other", "what": "Flood", "happened_date": str(today())}
        made = sam.post("/api/v1/audit-triggers/", body, **JSON).json()
        path = f"/api/v1/audit-triggers/{made['number']}/"
        answered = sam.post(f"{path}plan-audit/", {"type": "for_cause"}, **JSON).json()
        assert answered["status"] == "audit_planned" and answered["audit"].startswith("AUD-")
        assert AuditTrigger.objects.get(number=made["number"]).audit.purpose == "Flood"
        rows = sam.get(f"/api/v1/audit-intervals/?site={demo_site('linz').number}&status=in_force").json()["results"]
        # Linz is sterile and sole source, and its last audit left major findings: class C.
        assert rows[0]["risk_class"] == "C" and rows[0]["months"] == 12 and rows[0]["sentences"]

    def test_auditor_is_proposed_and_listed_with_experience(self, sign_in: Any, cast: Any) -> None:
        sam = sign_in("sam")
        body = {"person": cast.priya.number, "level": "sme", "competences": ["Costs"], "basis": "MBA"}
        made = sam.post("/api/v1/auditors/", body, **JSON).json()
        assert made["competences"] == ["Costs"] and made["ahead"] == 0
        names = {row["name"] for row in sam.get("/api/v1/auditors/").json()["results"]}
        assert {cast.leo.name, cast.priya.name} <= names
