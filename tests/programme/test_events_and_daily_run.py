"""Events that call for an audit, and the nightly run that finds them, counts intervals and proposes audits."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from audits.programme import tasks, trigger_actions
from audits.programme.actions import move_audit
from audits.programme.models import Audit
from audits.programme.steering import AuditInterval, AuditTrigger
from audits.programme.trigger_actions import (
    Event,
    answer_with_audit,
    event_sources,
    move_trigger,
    record_trigger,
    report_event,
    sweep_triggers,
)
from cmo_portal.lib.calendars import add_months
from cmo_portal.records.actors import IMPORT, SWEEP
from cmo_portal.records.trail import TrailEvent, write_many
from cmo_portal.records.workflow import WrongState
from tests.programme.makers import demo_site, held, in_days, new_site, planned, supply, today
from vendors.registry.models import Site
from vendors.registry.runs import ImportRun
from vendors.registry.site_actions import add_former_fei
from vendors.regulatory.models import RegulatoryEvent

pytestmark = pytest.mark.django_db
FEI = "3009998877"


@pytest.fixture
def site(cast: Any) -> Site:
    made = new_site(cast)
    supply(cast, made, "EV-1", others=2)
    made.fei = FEI
    from cmo_portal.records.trail import write

    write(made, by=cast.sam, action="site.revise")
    return made


def act_of_authority(fei: str = FEI, *, on: date, number: str = "880001", kind: str = "inspection",
                     outcome: str = "OAI", area: str = "Drug Quality Assurance", owner: int | None = None,
                     ) -> RegulatoryEvent:  # fmt: skip
    run = ImportRun.objects.order_by("pk").first()
    event = RegulatoryEvent(
        run=run, source_file="x.csv", source_sha256="0" * 64, source_row=1, snapshot_date=today(), authority="FDA",
        type=kind, external_id=number, area=area, fei=fei, legal_name="Progwerk", event_date=on, outcome=outcome,
        wall_owner=owner,
    )  # fmt: skip
    write_many([event], by=IMPORT, action="event.import")
    return event


def of(site: Site) -> Any:
    return AuditTrigger.objects.filter(site=site)


class TestEvents:
    def test_official_action_of_a_bulk_import_is_found_by_the_sweep_and_once(self, site: Site) -> None:
        act_of_authority(on=in_days(-20))
        assert sweep_triggers(today()) == 1
        assert sweep_triggers(today()) == 0
        trigger = of(site).get()
        assert (trigger.kind, trigger.status, trigger.happened_date) == ("oai", "open", in_days(-20))

    def test_the_same_act_in_two_areas_or_in_a_sponsors_own_file_is_one_event(self, site: Site, cast: Any) -> None:
        act_of_authority(on=in_days(-20))
        act_of_authority(on=in_days(-20), area="Bioresearch")
        act_of_authority(on=in_days(-20), owner=cast.sam.company_id)
        assert sweep_triggers(today()) == 1

    def test_facts_that_another_sponsor_sent_call_for_nothing_here(self, site: Site, cast: Any) -> None:
        act_of_authority(on=in_days(-20), owner=cast.otto.company_id)
        assert sweep_triggers(today()) == 0

    @pytest.mark.parametrize(
        ("kind", "outcome", "expected"),
        [
            ("warning_letter", "", "warning_letter"), ("import_alert", "", "import_alert"),
            ("non_compliance", "NON_COMPLIANT", "non_compliance"), ("inspection", "VAI", None),
            ("recall", "", None),
        ],
    )  # fmt: skip
    def test_only_official_actions_call_for_an_audit(
        self, kind: str, outcome: str, expected: str | None, site: Site
    ) -> None:
        act_of_authority(on=in_days(-5), kind=kind, outcome=outcome)
        sweep_triggers(today())
        assert list(of(site).values_list("kind", flat=True)) == ([expected] if expected else [])

    def test_what_is_older_than_24_months_or_was_followed_by_an_audit_calls_for_none(
        self, site: Site, cast: Any
    ) -> None:
        act_of_authority(on=add_months(today(), -24) - timedelta(days=1), number="880002")
        act_of_authority(on=in_days(-60), number="880003")
        held(site, cast, ended=-30)
        assert sweep_triggers(today()) == 0

    def test_act_under_a_former_fei_belongs_to_the_site(self, site: Site, cast: Any) -> None:
        add_former_fei(site, by=cast.sam, fei="3009998866")
        act_of_authority("3009998866", on=in_days(-3))
        assert sweep_triggers(today()) == 1

    def test_later_subject_adds_a_source_of_its_own(self, site: Site) -> None:
        event = Event(site, "critical_deviation", "DEV-1: mix-up", in_days(-1), key="DEV-1")
        event_sources["of the test"] = lambda day: [event, event]
        try:
            assert sweep_triggers(today()) == 1
            assert sweep_triggers(today()) == 0
        finally:
            del event_sources["of the test"]
        assert of(site).get().what == "DEV-1: mix-up"

    def test_recording_again_gives_the_row_that_stands_whatever_was_decided(self, site: Site, cast: Any) -> None:
        first = record_trigger(site, "overdue_capa", "Late", in_days(-1), by=SWEEP, key="CAPA-1")
        move_trigger(first, "dismiss", by=cast.sam, reason="Extension granted today")
        again = record_trigger(site, "overdue_capa", "Late", in_days(-1), by=SWEEP, key="CAPA-1")
        assert again.pk == first.pk and again.status == "dismissed"

    def test_event_by_hand_is_the_planners_and_not_of_the_future(self, site: Site, cast: Any) -> None:
        facts = {"kind": "other", "what": "Fire", "happened_date": today()}
        with pytest.raises(PermissionDenied):
            report_event(site, by=cast.eva, **facts)
        with pytest.raises(ValidationError, match="today or earlier"):
            report_event(site, by=cast.sam, **facts | {"happened_date": in_days(1)})
        assert report_event(site, by=cast.sam, **facts).pk != report_event(site, by=cast.sam, **facts).pk

    def test_finished_import_rings_for_the_sweep(self, site: Site, django_capture_on_commit_callbacks: Any) -> None:
        import io

        from vendors.regulatory.demo import INSPECTION_HEADINGS, inspection_row
        from vendors.regulatory.importing import receive, work

        seen = type("Visit", (), {"days": 9, "outcome": "OAI", "area": "Drug Quality Assurance"})()
        row = inspection_row(today(), 9955001, FEI, "Progwerk", ("", "Basel", "Switzerland"), seen)
        lines = ["x", "y", ",".join(INSPECTION_HEADINGS), ",".join(f'"{cell}"' for cell in row)]
        source = io.BytesIO("\n".join(lines).encode())
        rung: list[str] = []
        call = tasks.find_events.apply_async
        tasks.find_events.apply_async = lambda *args, **kwargs: rung.append("rung")
        try:
            with django_capture_on_commit_callbacks(execute=True):
                run = receive(source, by=IMPORT, name="inspections_details.csv", as_of=today())
                work(run.number)
        finally:
            tasks.find_events.apply_async = call
        assert rung == ["rung"]
        tasks.find_events()
        assert of(site).get().kind == "oai"


class TestDeciding:
    def test_audit_for_cause_answers_the_event(self, site: Site, cast: Any) -> None:
        trigger = record_trigger(site, "oai", "FDA OAI", in_days(-2), by=SWEEP, key="K")
        audit = answer_with_audit(trigger, by=cast.sam, lead=cast.leo)
        assert (audit.type, audit.purpose, audit.due_date, audit.lead) == ("for_cause", "FDA OAI", today(), cast.leo)
        assert (trigger.status, trigger.audit) == ("audit_planned", audit)
        with pytest.raises(WrongState, match="needs the status To decide"):
            answer_with_audit(AuditTrigger.objects.get(pk=trigger.pk), by=cast.sam)
        assert site.audits.count() == 1, "the second audit was not planned"

    @pytest.mark.refuses("programme.has_an_audit")
    def test_event_without_its_audit_is_not_answered(self, site: Site, cast: Any) -> None:
        trigger = record_trigger(site, "oai", "FDA OAI", in_days(-2), by=SWEEP, key="K")
        with pytest.raises(WrongState, match="Plan the audit from this event first"):
            move_trigger(trigger, "plan_audit", by=cast.sam)

    def test_no_audit_needs_a_reason_and_can_be_taken_back_with_one(self, site: Site, cast: Any) -> None:
        trigger = record_trigger(site, "oai", "FDA OAI", in_days(-2), by=SWEEP, key="K")
        with pytest.raises(WrongState, match="needs a reason"):
            move_trigger(trigger, "dismiss", by=cast.sam)
        assert trigger.decision_note == ""
        move_trigger(trigger, "dismiss", by=cast.leo, reason="Other building")
        assert (trigger.status, trigger.decision_note) == ("dismissed", "Other building")
        with pytest.raises(WrongState, match="needs a reason"):
            move_trigger(trigger, "reopen", by=cast.leo)
        move_trigger(trigger, "reopen", by=cast.leo, reason="Same building after all")
        assert trigger.status == "open"

    def test_quality_and_evaluators_do_not_decide(self, site: Site, cast: Any) -> None:
        trigger = record_trigger(site, "oai", "FDA OAI", in_days(-2), by=SWEEP, key="K")
        for person in (cast.quinn, cast.eva, cast.ines):
            with pytest.raises(PermissionDenied):
                move_trigger(trigger, "dismiss", by=person, reason="x")

    def test_cmo_never_learns_of_an_event(self, cast: Any) -> None:
        trigger = record_trigger(demo_site("salzburg"), "other", "Rumour", in_days(-2), by=SWEEP, key="K")
        for person in (cast.pat, cast.uwe, cast.bea, cast.otto):
            assert not AuditTrigger.objects.visible_to(person).filter(pk=trigger.pk).exists()


class TestDailyRun:
    def proposed(self, site: Site) -> list[Audit]:
        return list(Audit.objects.filter(site=site, status="proposed"))

    def test_proposes_the_first_audit_of_a_site_as_its_qualification(self, site: Site) -> None:
        tasks.work(today())
        (audit,) = self.proposed(site)
        assert (audit.type, audit.due_date, audit.services) == ("qualification", today(), ["dp_mfg"])
        entry = TrailEvent.objects.get(record_number=audit.number)
        assert entry.actor_ref == "system:sweep"

    def test_second_run_and_a_run_after_missed_days_propose_nothing_more(self, site: Site) -> None:
        tasks.work(today())
        before = Audit.objects.count(), TrailEvent.objects.count()
        tasks.work(today())
        assert (Audit.objects.count(), TrailEvent.objects.count()) == before
        tasks.work(in_days(9))
        assert len(self.proposed(site)) == 1

    def test_proposes_ahead_of_the_due_date_and_not_before(self, site: Site, cast: Any) -> None:
        audit = held(site, cast)
        due = AuditInterval.objects.in_force().get(site=site).next_due_date
        assert due == add_months(audit.end_date, 36)
        tasks.work(add_months(due, -4) - timedelta(days=1))
        assert self.proposed(site) == []
        tasks.work(add_months(due, -4))
        (next_audit,) = self.proposed(site)
        assert (next_audit.type, next_audit.due_date) == ("routine", due)
        assert next_audit.planned_month == due.replace(day=1)

    def test_run_that_was_missed_for_weeks_catches_up(self, site: Site, cast: Any) -> None:
        end = held(site, cast).end_date
        late = add_months(end, 36) + timedelta(days=40)
        tasks.work(late)
        (audit,) = self.proposed(site)
        assert audit.due_date == add_months(end, 24), "no audit for 36 months is itself a risk: 24 months were right"
        assert audit.planned_month == late.replace(day=1)

    def test_audit_on_its_way_is_not_proposed_again_and_a_cancelled_one_is(self, site: Site, cast: Any) -> None:
        audit = planned(site, cast)
        tasks.work(today())
        assert self.proposed(site) == []
        move_audit(audit, "cancel", by=cast.sam, reason="Wrong site")
        tasks.work(today())
        assert len(self.proposed(site)) == 1

    def test_site_outside_the_programme_is_left_alone(self, cast: Any) -> None:
        outside = new_site(cast, "Fernwerk")
        tasks.work(today())
        assert self.proposed(outside) == [] and not AuditInterval.objects.filter(site=outside).exists()

    def test_failure_at_one_site_leaves_the_others_their_audits(self, site: Site, cast: Any) -> None:
        broken = new_site(cast, "Bruchwerk")
        supply(cast, broken, "EV-2")
        from audits.programme.facts import compliance_facts

        def fails(where: Site, day: date) -> Any:
            if where.pk == broken.pk:
                raise RuntimeError("The facts of this site cannot be read.")
            from audits.programme.frequency import Compliance

            return Compliance()

        compliance_facts["of the test"] = fails
        try:
            tasks.work(today())
        finally:
            del compliance_facts["of the test"]
        assert len(self.proposed(site)) == 1 and self.proposed(broken) == []

    def test_open_event_makes_the_site_due_on_its_day(self, site: Site, cast: Any) -> None:
        held(site, cast, ended=-100)
        record_trigger(site, "other", "Mix-up", in_days(-3), by=SWEEP, key="K")
        tasks.run_programme()
        interval = AuditInterval.objects.in_force().get(site=site)
        assert interval.next_due_date == in_days(-3)

    def test_task_runs_as_the_sweep_at_night(self) -> None:
        from django.conf import settings

        entry = settings.CELERY_BEAT_SCHEDULE["run-audit-programme"]
        assert entry["task"] == tasks.run_programme.name
        assert timezone.localdate() == today()
        assert trigger_actions.event_sources["regulatory"] is trigger_actions.regulatory_events
