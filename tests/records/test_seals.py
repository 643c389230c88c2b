"""A seal holds what it held after any restore, no entry is left out, and a copy outside shows a trail that was cut."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Max

from cmo_portal.records import sealing
from cmo_portal.records.trail import SealedEntry, TrailEvent, TrailSeal, note
from tests.records.test_trail import faults, tamper

pytestmark = pytest.mark.django_db


def sealed_entries() -> list[int]:
    return list(SealedEntry.objects.order_by("event_id").values_list("event_id", flat=True))


@pytest.fixture
def sealed(cast: Any) -> TrailSeal:
    """Everything up to now under one seal."""
    made = sealing.seal()
    assert made is not None
    return made


class TestRestore:
    @pytest.mark.parametrize("same_cluster", [True, False])
    def test_an_entry_is_sealed_also_when_the_numbers_began_anew(
        self, same_cluster: bool, cast: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sealing, "horizon", lambda: 10**12)  # as far as the old cluster had come
        monkeypatch.setattr(sealing, "epoch", lambda: "7000000000000000001")
        assert sealing.seal() is not None
        monkeypatch.undo()
        if same_cluster:
            monkeypatch.setattr(sealing, "epoch", lambda: "7000000000000000001")
        event = note(cast.eva, by=cast.eva, action="test.note")
        made = sealing.seal()
        assert made is not None and made.entries == 1
        assert SealedEntry.objects.get(event=event.pk).seal_id == made.pk
        assert sealed_entries() == list(TrailEvent.objects.order_by("id").values_list("id", flat=True))
        assert faults() == []

    def test_a_seal_verifies_whatever_the_transaction_numbers_became(self, sealed: TrailSeal) -> None:
        tamper('update records_trailevent set "transaction" = 5 where %s', [True])
        assert sealing.seal() is None
        assert faults() == []

    def test_numbers_above_those_of_the_last_seal_seal_nothing_twice(self, sealed: TrailSeal, cast: Any) -> None:
        tamper('update records_trailevent set "transaction" = 4000000000 where %s', [True])
        note(cast.eva, by=cast.eva, action="test.note")
        made = sealing.seal()
        assert made is not None and made.entries == 1
        assert faults() == []


class TestOldSeals:
    @pytest.fixture
    def old(self, sealed: TrailSeal) -> TrailSeal:
        """The seal as it was made before members were named: by a window alone."""
        ends = {"postgresql": "transaction", "sqlite": "id"}[connection.vendor]
        end = TrailEvent.objects.aggregate(last=Max(ends))["last"] + 1
        tamper("delete from records_sealedentry where %s", [True])
        tamper("update records_trailseal set epoch = '', window_to = %s where id = %s", [end, sealed.pk])
        mended = TrailSeal.objects.get(pk=sealed.pk)
        tamper("update records_trailseal set hash = %s where id = %s", [rehashed(mended), mended.pk])
        return TrailSeal.objects.get(pk=sealed.pk)

    def test_an_old_seal_verifies_by_its_window(self, old: TrailSeal) -> None:
        assert faults() == []

    def test_the_next_seal_names_the_old_ones_members(self, old: TrailSeal) -> None:
        assert sealing.seal() is None
        assert len(sealed_entries()) == old.entries
        tamper('update records_trailevent set "transaction" = 5 where %s', [True])
        assert faults() == []

    def test_an_altered_entry_of_an_old_seal_is_not_adopted(self, old: TrailSeal) -> None:
        last = TrailEvent.objects.order_by("-id").values_list("id", flat=True)[0]
        tamper("update records_trailevent set hash = repeat('0', 64) where id = %s" if connection.vendor == "postgresql"
               else "update records_trailevent set hash = printf('%%064d', 0) where id = %s", [last])  # fmt: skip
        sealing.name_members_of_old_seals()
        assert sealed_entries() == []
        assert "no longer the same" in str(next(sealing.verify_seals()))


def rehashed(seal: TrailSeal) -> str:
    return sealing.digest(sealing.seal_text(seal))


def test_an_entry_taken_out_of_its_seal_is_found(sealed: TrailSeal) -> None:
    tamper("delete from records_sealedentry where event_id = %s", [sealed_entries()[0]])
    assert [fault for fault in faults() if "no longer the same" in fault]


class TestCopiesOutside:
    def test_a_seal_from_the_log_is_known(self, sealed: TrailSeal, tmp_path: Path, capsys: Any) -> None:
        log = tmp_path / "worker.log"
        log.write_text(f"2026-11-23 INFO trail sealed: 9 entries, seal {sealed.hash}\n")
        call_command("verify_trail", "--seal", sealed.hash, "--log", str(log), "--without-files")
        assert "All 2 seals from outside stand here." in capsys.readouterr().out

    def test_a_trail_cut_together_with_its_seal_is_found_by_the_copy(self, sealed: TrailSeal, cast: Any) -> None:
        last = note(cast.eva, by=cast.eva, action="test.note")
        copy = sealing.seal()
        assert copy is not None
        tamper("delete from records_sealedentry where seal_id = %s", [copy.pk])
        tamper("delete from records_trailseal where id = %s", [copy.pk])
        tamper("delete from records_trailevent where id = %s", [last.pk])
        tamper(
            "update accounts_user set trail_length = %s, trail_head = %s where id = %s",
            [last.seq - 1, last.says["previous"], cast.eva.pk],
        )
        call_command("verify_trail", "--seal", sealed.hash, "--without-files", verbosity=0)
        with pytest.raises(CommandError, match="stands outside and not here"):
            call_command("verify_trail", "--seal", copy.hash, "--without-files")

    def test_a_seal_that_was_altered_here_is_found(self, sealed: TrailSeal) -> None:
        tamper("update records_trailseal set entries = entries + 1 where id = %s", [sealed.pk])
        with pytest.raises(CommandError, match="the seal was altered"):
            call_command("verify_trail", "--seal", sealed.hash, "--without-files")

    def test_a_log_without_a_seal_is_refused(self, sealed: TrailSeal, tmp_path: Path) -> None:
        (tmp_path / "web.log").write_text("GET / 200\n")
        with pytest.raises(CommandError, match="holds no seal"):
            call_command("verify_trail", "--log", str(tmp_path / "web.log"))
