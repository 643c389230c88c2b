"""The one door, and a trail that shows every way around it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from cmo_portal.accounts.models import Company, User
from cmo_portal.records import sealing, walls
from cmo_portal.records.attachments import Attachment, attach
from cmo_portal.records.record import ClosedDoor
from cmo_portal.records.trail import StaleRecord, TrailEvent, note, write, write_many

pytestmark = pytest.mark.django_db
PLANTED = "the password was changed behind the application:"


def faults() -> list[str]:
    return [str(fault) for fault in sealing.verify()]


def tamper(statement: str, params: list[Any]) -> None:
    """What somebody with the owner's rights could do behind the application: guards off, change, guards on.

    On PostgreSQL the test's transaction holds the rows, so the owner's rights come by SET ROLE inside it.
    """
    with connection.cursor() as cursor, owner_rights(cursor):
        for table in walls.append_only_tables():
            walls.drop_append_only(cursor, table)
        cursor.execute(statement, params)
        for table in walls.append_only_tables():
            walls.guard_append_only(cursor, table)


class owner_rights:  # noqa: N801
    def __init__(self, cursor: Any) -> None:
        self.cursor = cursor

    def __enter__(self) -> None:
        if connection.vendor == "postgresql":
            self.cursor.execute(f"set local role {settings.DATABASE_OWNER['USER']}")

    def __exit__(self, *exc: object) -> None:
        if connection.vendor == "postgresql":
            self.cursor.execute("reset role")


def test_a_write_names_who_what_when_and_why(cast: Any) -> None:
    company = Company.objects.get(name="Northgate Biopharma")
    company.subdivision = "ZH"
    event = write(company, by=cast.ada, action="company.edit", reason="Moved the seat")
    assert event is not None
    assert event.says["changes"] == {"subdivision": ["BS", "ZH"]}
    assert (event.actor_ref, event.says["name"], event.reason) == (cast.ada.number, "Ada Brunner", "Moved the seat")
    assert event.says["roles"] == ["administrator"]
    assert company.version == 2


def test_a_write_without_a_change_leaves_no_entry(cast: Any) -> None:
    company = Company.objects.get(name="Northgate Biopharma")
    assert write(company, by=cast.ada, action="company.edit") is None
    assert company.version == 1


@pytest.mark.parametrize(
    "way",
    [
        lambda c: c.save(),
        lambda c: c.delete(),
        lambda c: Company.objects.filter(pk=c.pk).update(name="x"),
        lambda c: Company.objects.all().delete(),
        lambda c: Company.objects.bulk_create([Company(name="x")]),
        lambda c: Company.objects.bulk_update([c], ["name"]),
    ],
    ids=["save", "delete", "update", "queryset delete", "bulk_create", "bulk_update"],
)
def test_there_is_no_way_past_the_door(way: Any) -> None:
    with pytest.raises(ClosedDoor):
        way(Company.objects.first())


def test_a_stale_version_is_refused_with_both_texts(cast: Any) -> None:
    mine, theirs = (Company.objects.get(name="Northgate Biopharma") for _ in range(2))
    theirs.subdivision = "ZH"
    write(theirs, by=cast.ada, action="company.edit")
    mine.subdivision = "GE"
    with pytest.raises(StaleRecord) as refused:
        write(mine, by=cast.ada, action="company.edit")
    assert refused.value.rows() == [("Region", "ZH", "GE")]
    assert "Ada Brunner changed this" in str(refused.value)


def test_a_form_opened_before_somebody_elses_save_is_refused(cast: Any) -> None:
    theirs = Company.objects.get(name="Northgate Biopharma")
    opened = theirs.version
    theirs.subdivision = "ZH"
    write(theirs, by=cast.ada, action="company.edit")
    fresh = Company.objects.get(pk=theirs.pk)
    fresh.subdivision = "GE"
    with pytest.raises(StaleRecord):
        write(fresh, by=cast.ada, action="company.edit", version=opened)


def test_saving_a_person_outside_the_door_keeps_only_password_and_sign_in_time(cast: Any) -> None:
    person = User.objects.get(pk=cast.eva.pk)
    person.name = "Somebody else"
    person.set_password("Another-long-one-1")
    person.save()
    stored = User.objects.get(pk=person.pk)
    assert stored.name == "Eva Lindqvist" and stored.check_password("Another-long-one-1")


@pytest.mark.parametrize("verb", ["update records_trailevent set action='x'", "delete from records_trailevent"])
def test_the_trail_is_append_only(verb: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb)


def test_the_seeded_trail_is_whole() -> None:
    sealing.seal()
    assert faults() == []


def test_an_altered_entry_is_found(cast: Any) -> None:
    event = note(cast.eva, by=cast.eva, action="test.note", reason="true")
    body = json.loads(event.body) | {"reason": "false"}
    tamper("update records_trailevent set body=%s where id=%s", [json.dumps(body), event.pk])
    assert any("the entry was altered" in fault for fault in faults())


def test_an_altered_column_is_found(cast: Any) -> None:
    event = note(cast.eva, by=cast.eva, action="test.note")
    tamper("update records_trailevent set actor_name=%s where id=%s", ["Somebody else", event.pk])
    assert any("a column of the entry was altered" in fault for fault in faults())


def test_a_missing_entry_is_found(cast: Any) -> None:
    first, _ = (note(cast.eva, by=cast.eva, action="test.note") for _ in range(2))
    tamper("delete from records_trailevent where id=%s", [first.pk])
    assert any("is missing" in fault for fault in faults())


def test_a_cut_tail_is_found(cast: Any) -> None:
    last = note(cast.eva, by=cast.eva, action="test.note")
    tamper("delete from records_trailevent where id=%s", [last.pk])
    assert any("the trail ends after entry" in fault for fault in faults())


def test_re_ordered_entries_are_found(cast: Any) -> None:
    a, b = (note(cast.eva, by=cast.eva, action="test.note") for _ in range(2))
    tamper("update records_trailevent set seq=%s where id=%s", [9999, a.pk])
    tamper("update records_trailevent set seq=%s where id=%s", [a.seq, b.pk])
    tamper("update records_trailevent set seq=%s where id=%s", [b.seq, a.pk])
    assert any("does not follow the one before it" in fault for fault in faults())


def test_a_record_changed_behind_the_application_is_found() -> None:
    company = Company.objects.get(name="Northgate Biopharma")
    tamper("update accounts_company set name=%s where id=%s", ["Southgate", company.pk])
    assert any("changed behind the application" in fault for fault in faults())


def test_a_cut_tail_with_its_records_head_mended_is_found_by_the_seal(cast: Any) -> None:
    before = note(cast.eva, by=cast.eva, action="test.note")
    last = note(cast.eva, by=cast.eva, action="test.note")
    assert sealing.seal() is not None
    tamper("delete from records_trailevent where id=%s", [last.pk])
    tamper(
        "update accounts_user set trail_head=%s, trail_length=%s where id=%s", [before.hash, before.seq, cast.eva.pk]
    )
    found = faults()
    assert found and found[0].startswith("seal ")


def test_a_sealed_value_is_a_digest_in_the_text(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Company, "trail_seals", ("subdivision",))
    company = Company.objects.get(name="Otter Therapeutics")
    company.subdivision = "CA"
    event = write(company, by=cast.otto, action="company.edit")
    assert event is not None
    assert '"CA"' not in event.body
    assert event.changes(opened=False) == [("subdivision", None, "sealed")]
    assert event.changes(opened=True) == [("subdivision", "MA", "CA")]
    assert not [fault for fault in faults() if "sealed" in fault]


def test_nothing_is_left_when_the_act_fails_halfway(cast: Any) -> None:
    before = TrailEvent.objects.count()
    with pytest.raises(RuntimeError), transaction.atomic():
        company = Company.objects.get(name="Northgate Biopharma")
        company.subdivision = "ZH"
        write(company, by=cast.ada, action="company.edit")
        raise RuntimeError
    assert TrailEvent.objects.count() == before
    assert Company.objects.get(name="Northgate Biopharma").subdivision == "BS"


def test_a_bulk_write_draws_again_when_numbers_meet(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from cmo_portal.records import bulk
    from vendors.registry.models import Vendor

    draws = iter(["CMO-2026-AAAAA", "CMO-2026-AAAAA", "CMO-2026-BBBBB", "CMO-2026-CCCCC", "CMO-2026-BBBBB"] * 2)
    monkeypatch.setattr(bulk, "new_number", lambda prefix, today: next(draws) if prefix == "CMO" else "")
    first = [Vendor(sponsor=cast.sam.company, name="Meeting One")]
    write_many(first, by=cast.sam, action="cmo.add")
    assert first[0].number == "CMO-2026-AAAAA"
    more = [Vendor(sponsor=cast.sam.company, name=f"Meeting {n}") for n in ("Two", "Three")]
    write_many(more, by=cast.sam, action="cmo.add")
    assert {vendor.number for vendor in more} == {"CMO-2026-BBBBB", "CMO-2026-CCCCC"}


class TestFiles:
    @pytest.fixture
    def attachment(self, tmp_path: Any, monkeypatch: pytest.MonkeyPatch, cast: Any) -> Any:
        """A file of a company, in a folder of its own."""
        storage = FileSystemStorage(location=str(tmp_path))
        monkeypatch.setattr(Attachment._meta.get_field("file"), "storage", storage)
        company = Company.objects.get(name="Northgate Biopharma")
        return attach(company, SimpleUploadedFile("notes.txt", b"line by line"), by=cast.ada)

    def found(self) -> list[str]:
        return [str(fault) for fault in sealing.verify_files(Attachment)]

    def test_a_whole_file_is_no_fault(self, attachment: Attachment) -> None:
        assert attachment.number not in " ".join(self.found())

    def test_an_altered_file_is_named(self, attachment: Attachment) -> None:
        Path(attachment.file.path).write_bytes(b"line by lime")
        assert [f for f in self.found() if attachment.number in f and f"{attachment.file.name} was altered" in f]

    def test_a_missing_file_is_named(self, attachment: Attachment) -> None:
        Path(attachment.file.path).unlink()
        assert [f for f in self.found() if attachment.number in f and f"{attachment.file.name} is missing" in f]
        with pytest.raises(CommandError, match="is missing"):
            call_command("verify_trail")


class TestPasswords:
    def found(self) -> list[str]:
        return [str(fault) for fault in sealing.verify_records(User)]

    def plant(self, person: User, secret: str) -> None:
        hashed = make_password(secret)
        tamper("update accounts_user set password=%s where id=%s", [hashed, person.pk])

    def test_a_password_changed_through_the_application_is_no_fault(self, cast: Any) -> None:
        person = User.objects.get(pk=cast.eva.pk)
        person.set_password("quiet-river-seven")
        person.save()
        last = TrailEvent.objects.filter(record_number=person.number).latest("seq")
        assert last.action == "account.password_set" and person.password not in last.body
        assert self.found() == []

    def test_a_password_planted_in_the_database_is_found(self, cast: Any) -> None:
        self.plant(cast.eva, "planted-by-somebody")
        assert self.found() == [f"accounts.user {cast.eva.number}: {PLANTED} no entry notes it."]

    def test_a_planted_password_stays_found_after_it_was_changed_again(self, cast: Any) -> None:
        self.plant(cast.eva, "planted-by-somebody")
        person = User.objects.get(pk=cast.eva.pk)
        person.set_password("quiet-river-seven")
        person.save()
        assert "was changed behind the application before entry" in self.found()[0]

    def test_a_password_that_is_hashed_anew_at_sign_in_is_noted_as_that(self, cast: Any, settings: Any) -> None:
        settings.PASSWORD_HASHERS = [
            "django.contrib.auth.hashers.PBKDF2PasswordHasher",
            "django.contrib.auth.hashers.MD5PasswordHasher",
        ]
        person = User.objects.get(pk=cast.eva.pk)
        assert person.check_password("Demo-portal-2026")
        last = TrailEvent.objects.filter(record_number=person.number).latest("seq")
        assert last.action == "account.password_rehash" and self.found() == []
