"""Intervals from real facts: shorter by itself, longer with quality's signature, explained, and safe to count twice."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from audits.programme.facts import complexity_of, compliance_facts, criticality_of, facts_of, in_programme
from audits.programme.frequency import Compliance
from audits.programme.interval_actions import move_interval, refresh_interval
from audits.programme.steering import AuditInterval
from audits.programme.trigger_actions import record_trigger
from audits.programme.vocabulary import TriggerKind
from audits.programme.workflows import INTERVAL
from cmo_portal.lib.calendars import add_months
from cmo_portal.records.actors import SWEEP
from cmo_portal.records.signing import BadCredentials, Credentials, Signature
from cmo_portal.records.trail import TrailEvent
from cmo_portal.records.workflow import WrongState
from tests.programme.makers import PROOF, demo_site, held, new_site, stop_supply, supply, today
from vendors.registry.models import Site
from vendors.registry.qualification_actions import move, propose
from vendors.registry.site_actions import add_capability

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(cast: Any) -> Site:
    return new_site(cast)


@pytest.fixture
def reported() -> Any:
    """`reported(critical=1)`: what a subject above knows of every site's compliance from now on."""
    known: dict[str, Compliance] = {"now": Compliance()}
    compliance_facts["of the test"] = lambda site, day: known["now"]

    def say(**values: Any) -> None:
        known["now"] = Compliance(**values)

    yield say
    del compliance_facts["of the test"]


def counted(site: Site, by: Any = SWEEP) -> AuditInterval:
    return refresh_interval(Site.objects.select_related("vendor__sponsor").get(pk=site.pk), by=by)


class TestFacts:
    @pytest.mark.parametrize(
        ("capability", "points", "is_capped"),
        [
            ({"service": "fill_finish", "dosage_form": "vial_liquid", "modality": "small_molecule"}, 3, True),
            ({"service": "api_mfg", "dosage_form": "api", "modality": "mab"}, 3, True),
            ({"service": "api_mfg", "dosage_form": "api", "modality": "hpapi"}, 3, False),
            ({"service": "sterilisation"}, 3, True),
            ({"service": "dp_mfg", "dosage_form": "tablet", "modality": "small_molecule"}, 2, False),
            ({"service": "api_mfg", "dosage_form": "api", "modality": "small_molecule"}, 2, False),
            ({"service": "secondary_packaging", "dosage_form": "vial_liquid"}, 1, False),
            ({"service": "testing", "modality": "mab"}, 1, False),
            ({"service": "storage"}, 1, False),
        ],
    )
    def test_complexity_is_that_of_the_most_complex_thing_done(
        self, capability: dict[str, str], points: int, is_capped: bool, cast: Any
    ) -> None:
        from tests.supply.makers import make_site, make_vendor

        site = make_site(make_vendor(cast.sam, "Kapwerk"), cast.sam)
        add_capability(site, by=cast.sam, scale="commercial", **capability)
        found = complexity_of(site)
        assert (found[0], found[2]) == (points, is_capped)

    def test_site_without_capabilities_counts_as_the_most_complex(self, cast: Any) -> None:
        from tests.supply.makers import make_site, make_vendor

        points, why, _ = complexity_of(make_site(make_vendor(cast.sam, "Leerwerk"), cast.sam))
        assert points == 3 and "not entered yet" in why

    @pytest.mark.parametrize(("others", "points"), [(0, 3), (1, 2), (2, 1), (5, 1)])
    def test_criticality_counts_who_could_step_in(self, others: int, points: int, site: Site, cast: Any) -> None:
        supply(cast, site, "CR-1", others=others)
        assert criticality_of(site)[0] == points

    def test_medically_necessary_product_is_critical_whoever_could_step_in(self, site: Site, cast: Any) -> None:
        supply(cast, site, "CR-2", others=4, necessary=True)
        assert criticality_of(site) == (3, "CR-2 is medically necessary")

    def test_nothing_supplied_is_not_critical(self, site: Site) -> None:
        assert criticality_of(site) == (1, "nothing is supplied from the site yet")

    def test_official_actions_come_from_the_public_record_once_each(self, cast: Any) -> None:
        known = facts_of(demo_site("athlone"), today()).compliance
        assert [action.words.split(" of ")[0] for action in known.actions] == ["FDA OAI"]

    def test_conditional_qualification_is_seen(self, site: Site, cast: Any) -> None:
        row = propose(site.vendor, by=cast.sam, site=site, service="dp_mfg")
        assert not facts_of(site, today()).is_conditional
        end = {"conditions": "Watch", "expires_date": add_months(today(), 3)}
        move(row, "approve_conditionally", by=cast.quinn, credentials=PROOF, **end)
        assert facts_of(site, today()).is_conditional
        assert counted(site).months == 6

    def test_site_is_in_the_programme_while_something_is_made_or_in_qualification(self, site: Site, cast: Any) -> None:
        def inside() -> bool:
            return in_programme(Site.objects.all()).filter(pk=site.pk).exists()

        assert not inside()
        product = supply(cast, site, "IN-1")
        assert inside()
        stop_supply(cast, product)
        assert not inside()
        propose(site.vendor, by=cast.sam, site=site, service="dp_mfg")
        assert inside()


class TestCounting:
    def test_first_count_comes_into_force_and_explains_itself(self, site: Site, cast: Any) -> None:
        interval = counted(site)
        assert (interval.status, interval.months, interval.model_version) == ("in_force", 36, "1")
        assert interval.sentences[-1] == "The site was never audited: an audit is due now."
        assert interval.next_due_date == today()

    def test_second_count_of_the_same_facts_writes_nothing(self, site: Site, cast: Any) -> None:
        held(site, cast)
        first = counted(site)
        entries = TrailEvent.objects.count()
        assert counted(site).pk == first.pk
        assert TrailEvent.objects.count() == entries

    def test_held_audit_moves_the_next_date_by_itself(self, site: Site, cast: Any) -> None:
        counted(site)
        audit = held(site, cast)
        interval = AuditInterval.objects.in_force().get(site=site)
        assert interval.last_audit_date == audit.end_date
        assert interval.next_due_date == add_months(audit.end_date, 36)

    def test_follow_up_or_desk_audit_is_not_the_whole_site(self, site: Site, cast: Any) -> None:
        held(site, cast, type="desk")
        assert counted(site).last_audit_date is None

    def test_shorter_comes_into_force_by_itself(self, site: Site, cast: Any, reported: Any) -> None:
        held(site, cast)
        before = counted(site)
        reported(critical=1)
        after = counted(site)
        assert (before.months, after.months) == (36, 24)
        assert AuditInterval.objects.get(pk=before.pk).status == "replaced"
        assert "1 critical finding" in after.sentences[3]

    def test_longer_waits_for_qualitys_signature_and_reason(self, site: Site, cast: Any, reported: Any) -> None:
        held(site, cast)
        reported(critical=1)
        short = counted(site)
        reported()
        assert counted(site).pk == short.pk
        waiting = AuditInterval.objects.get(site=site, status="proposed")
        assert (short.months, waiting.months) == (24, 36)
        with pytest.raises(PermissionDenied):
            move_interval(waiting, "accept", by=cast.sam, reason="x", credentials=PROOF)
        with pytest.raises(WrongState, match="needs a reason"):
            move_interval(waiting, "accept", by=cast.quinn, credentials=PROOF)
        with pytest.raises(BadCredentials):
            move_interval(waiting, "accept", by=cast.quinn, reason="Closed", credentials=Credentials("wrong"))
        assert AuditInterval.objects.get(pk=short.pk).status == "in_force"
        move_interval(waiting, "accept", by=cast.quinn, reason="All CAPA effective", credentials=PROOF)
        assert AuditInterval.objects.in_force().get(site=site).pk == waiting.pk
        assert AuditInterval.objects.get(pk=short.pk).status == "replaced"
        assert Signature.objects.get(record_number=waiting.number).holds_for(AuditInterval.objects.get(pk=waiting.pk))

    def test_signed_interval_is_never_touched_by_a_new_audit(self, site: Site, cast: Any, reported: Any) -> None:
        held(site, cast, ended=-400)
        reported(critical=1)
        counted(site)
        reported()
        counted(site)
        waiting = AuditInterval.objects.get(site=site, status="proposed")
        move_interval(waiting, "accept", by=cast.quinn, reason="Done", credentials=PROOF)
        held(site, cast)
        new = AuditInterval.objects.in_force().get(site=site)
        signed = AuditInterval.objects.get(pk=waiting.pk)
        assert new.pk != signed.pk and new.months == 36
        signature = Signature.objects.get(record_number=signed.number)
        assert signed.status == "replaced" and signature.record_version < signed.version

    def test_rejected_proposal_is_not_made_again_while_the_facts_are_the_same(
        self, site: Site, cast: Any, reported: Any
    ) -> None:
        held(site, cast)
        reported(critical=1)
        counted(site)
        reported()
        counted(site)
        waiting = AuditInterval.objects.get(site=site, status="proposed")
        move_interval(waiting, "reject", by=cast.quinn, reason="Too early")
        counted(site)
        assert not AuditInterval.objects.filter(site=site, status="proposed").exists()
        reported(red_quarters=1)
        counted(site)
        assert AuditInterval.objects.filter(site=site, status="proposed").exists()

    def test_new_audit_counts_from_its_end_while_a_longer_interval_waits(
        self, site: Site, cast: Any, reported: Any
    ) -> None:
        held(site, cast, ended=-400)
        reported(critical=1)
        counted(site)
        reported()
        counted(site)
        audit = held(site, cast)
        interval = AuditInterval.objects.in_force().get(site=site)
        assert (interval.months, interval.next_due_date) == (24, add_months(audit.end_date, 24))
        assert AuditInterval.objects.filter(site=site, status="proposed").count() == 1

    @pytest.mark.refuses("programme.is_not_longer")
    def test_unsigned_entry_of_a_longer_interval_is_refused(self, site: Site, cast: Any, reported: Any) -> None:
        held(site, cast)
        reported(critical=1)
        counted(site)
        reported()
        counted(site)
        waiting = AuditInterval.objects.get(site=site, status="proposed")
        with pytest.raises(WrongState, match="signature of quality only"):
            INTERVAL.perform(waiting, "enter", by=SWEEP)
        assert {offer.transition.name for offer in INTERVAL.offers(waiting, cast.quinn)} == {"accept", "reject"}

    def test_another_sponsor_and_the_cmo_see_none(self, cast: Any) -> None:
        mine = AuditInterval.objects.filter(site=demo_site("linz"))
        assert mine.exists()
        for person in (cast.otto, cast.pat, cast.bea):
            assert not AuditInterval.objects.visible_to(person).filter(pk__in=mine).exists()
        assert AuditInterval.objects.visible_to(cast.otto).filter(site=demo_site("linz", "Otter")).exists()


def test_history_of_an_interval_says_its_sentences_and_shows_no_data(sign_in: Any) -> None:
    interval = AuditInterval.objects.in_force().filter(site=demo_site("linz")).get()
    page = sign_in("sam").get(interval.get_absolute_url()).content.decode()
    assert page.count("The last audit ended on") == 2, "once as the reason, once in the history"
    assert "factors:" not in page


def test_history_of_an_event_names_no_key_of_the_machine(sign_in: Any) -> None:
    site = demo_site("linz")
    source = AuditInterval.objects.in_force().filter(site=site).get()
    event = record_trigger(
        site, TriggerKind.OTHER, "Seen from outside", today(), by=SWEEP, source=source, key="k-7Q/2026"
    )
    page = sign_in("sam").get(event.get_absolute_url()).content.decode()
    assert "What happened" in page, "the history tells what was recorded"
    machine = (event.source_key, event.source_type, event.source_number, "Source key", "Source type", "Source number")
    assert not [word for word in machine if word in page]
