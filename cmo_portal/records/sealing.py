"""Seals the trail's entries against a cut tail, and verifies chains, seals and records against each other.

A seal holds every entry that was visible and unsealed when it was made, each named by a row of its own, so that it
verifies after any restore. An entry that commits late is simply held by the next seal.

So that the sealer need not look at the whole trail each minute, a seal says where the next one begins to look. On
PostgreSQL that is a transaction number below which nothing runs any more. Ids would lose entries: they are handed out
before commit. On SQLite, with one writer at a time, it is an id. Transaction numbers begin anew in another cluster: the
epoch of a seal is the cluster's identifier, and where it differs, or the numbers went back, everything is looked at.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from cmo_portal.records.bulk import append
from cmo_portal.records.record import Record, canonical, content_digest, digest
from cmo_portal.records.signing import Signature
from cmo_portal.records.trail import SealedEntry, TrailEvent, TrailSeal, record_models

BATCH = 500


def horizon() -> int:
    """The first transaction number (or, on SQLite, the first id) that may still come or still run."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
        else:
            cursor.execute("select coalesce(max(id), 0) + 1 from records_trailevent")
        return int(cursor.fetchone()[0])


def epoch() -> str:
    """In whose numbers the sealer counts: the cluster's identifier, which no restore carries along."""
    if connection.vendor != "postgresql":
        return "sqlite"
    with connection.cursor() as cursor:
        cursor.execute("select system_identifier::text from pg_control_system()")
        return str(cursor.fetchone()[0])


def window(start: int, end: int | None = None) -> QuerySet[TrailEvent]:
    column = "transaction" if connection.vendor == "postgresql" else "id"
    rows = TrailEvent.objects.filter(**{f"{column}__gte": start}) if start else TrailEvent.objects.all()
    return (rows if end is None else rows.filter(**{f"{column}__lt": end})).order_by("id")


def unsealed(rows: QuerySet[TrailEvent]) -> QuerySet[TrailEvent]:
    return rows.exclude(Exists(SealedEntry.objects.filter(event=OuterRef("pk"))))


def begin_at(last: TrailSeal | None, end: int, now: str) -> int:
    """Where to begin to look; 0 for everything, where the numbers are not those of the last seal."""
    return last.window_to if last and last.epoch == now and last.window_to <= end else 0


def merkle_root(hashes: Iterator[str]) -> tuple[str, int]:
    """(root, leaves) of the binary tree over the entries' hashes in id order; an odd node moves up as it is."""
    level = [bytes.fromhex(h) for h in hashes]
    leaves = len(level)
    while len(level) > 1:
        pairs = [hashlib.sha256(level[i] + level[i + 1]).digest() for i in range(0, len(level) - 1, 2)]
        level = pairs + ([level[-1]] if len(level) % 2 else [])
    return (level[0].hex() if level else digest("")), leaves


def seal_text(seal: TrailSeal) -> str:
    at = seal.at.isoformat(timespec="microseconds")
    return canonical([at, seal.window_from, seal.window_to, seal.entries, seal.root, seal.previous])


def seal() -> TrailSeal | None:
    """Seals every entry that no seal holds yet; None when there is nothing new."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_xact_lock(726120)")  # one sealer at a time
        name_members_of_old_seals()
        last = TrailSeal.objects.order_by("-id").first()
        end, now = horizon(), epoch()  # before the look: what ended by then is seen
        start = begin_at(last, end, now)
        found = list(unsealed(window(start)).values_list("id", "hash"))
        if not found:
            return None
        root, leaves = merkle_root(each for _, each in found)
        made = TrailSeal(
            at=timezone.now(),
            window_from=start,
            window_to=end,
            entries=leaves,
            root=root,
            previous=last.hash if last else "",
            epoch=now,
        )
        made.hash = digest(seal_text(made))
        made.save(force_insert=True)
        name_members(made, [key for key, _ in found])
        return made


def name_members(seal: TrailSeal, keys: list[int]) -> None:
    append(SealedEntry, [{"event_id": key, "seal_id": seal.pk} for key in keys])


def name_members_of_old_seals() -> None:
    """Seals made before members were named held a window: its members are named now, if it is whole."""
    for old in TrailSeal.objects.filter(epoch="", members__isnull=True).order_by("id"):
        found = list(unsealed(window(old.window_from, old.window_to)).values_list("id", "hash"))
        if merkle_root(each for _, each in found) == (old.root, old.entries):
            name_members(old, [key for key, _ in found])


@dataclass(frozen=True)
class Fault:
    """The first thing found wrong: where, and in one sentence what."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def verify(*, files: bool = True) -> Iterator[Fault]:
    """Every fault of chains, records, their files and seals; nothing when the trail is whole."""
    for model in record_models():
        yield from verify_records(model)
        yield from verify_orphans(model)
        if files:
            yield from verify_files(model)
    yield from verify_signatures()
    yield from verify_seals()


def verify_records(model: type[Record]) -> Iterator[Fault]:
    """Walks the records in batches beside their entries."""
    rows = model._base_manager.order_by("id")
    last_id = 0
    while batch := list(rows.filter(pk__gt=last_id)[:BATCH]):
        last_id = batch[-1].pk
        chains: dict[str, list[TrailEvent]] = {record.number: [] for record in batch}
        events = TrailEvent.objects.filter(record_type=model.record_type(), record_number__in=chains)
        for event in events.order_by("seq").iterator(chunk_size=2000):
            chains[event.record_number].append(event)
        for record in batch:
            yield from verify_chain(record, chains[record.number])


def verify_chain(record: Record, events: list[TrailEvent]) -> Iterator[Fault]:
    where = f"{record.record_type()} {record.number}"
    previous = ""
    for place, event in enumerate(events, start=1):
        fault = wrong_with(event, place, previous, where)
        if fault:
            yield Fault(f"{where} entry {place}", fault)
            return
        previous = event.hash
    if len(events) != record.trail_length or previous != record.trail_head:
        yield Fault(where, f"the trail ends after entry {len(events)}, the record counts {record.trail_length}.")
    elif not events:
        yield Fault(where, "the record has no trail: it was not written through the door.")
    elif events[-1].says["content"] != content_digest(record, events[-1].salt):
        yield Fault(where, "the record was changed behind the application: it differs from its last entry.")
    elif fault := wrong_digests(record, events):
        yield Fault(where, fault)


def wrong_with(event: TrailEvent, place: int, previous: str, where: str) -> str | None:
    """What is wrong with one entry of a chain, or None."""
    if event.seq != place:
        return f"entry {place} is missing."
    if digest(event.body) != event.hash:
        return "the entry was altered: its text no longer gives its hash."
    body = event.says
    if body["previous"] != previous:
        return "the entry does not follow the one before it: an entry was altered, removed or re-ordered."
    columns = [event.record_type, event.record_number, event.seq, event.actor_ref, event.actor_name]
    columns += [event.actor_company, event.action]
    walls = [event.wall_owner, event.wall_partner, event.wall_shared]
    said = [body[key] for key in ("record", "number", "seq", "actor", "name", "company", "action")]
    if columns != said or walls != body["walls"] or event.at.isoformat(timespec="microseconds") != body["at"]:
        return "a column of the entry was altered: it differs from the entry's text."
    kept = json.loads(event.sealed) if event.sealed else {}
    sealed = {name: value["sealed"] for name, value in body["changes"].items() if isinstance(value, dict)}
    if set(kept) != set(sealed):
        return "a sealed value of the entry is gone."
    for name, pair in kept.items():
        if sealed[name] != digest(event.salt + name + canonical(pair)):
            return f"the sealed value of {name} was altered."
    return None


def wrong_digests(record: Record, events: list[TrailEvent]) -> str | None:
    """What is wrong with a field of which the trail notes only digests: each note names the one before it."""
    if not record.trail_digests:
        return None
    noted: dict[str, str] = {}
    for event in events:
        details = event.says["details"]
        for name, value in (details.get("digests", {}) if isinstance(details, dict) else {}).items():
            if name in noted and details.get("was", {}).get(name) != noted[name]:
                return f"the {name} was changed behind the application before entry {event.seq}."
            noted[name] = value
    changed = [n for n in record.trail_digests if noted.get(n) != digest(str(getattr(record, n)))]
    return f"the {changed[0]} was changed behind the application: no entry notes it." if changed else None


def verify_files(model: type[Record]) -> Iterator[Fault]:
    """The bytes of every file against the SHA-256 that its record holds."""
    for file_field, digest_field in model.trail_files.items():
        for record in model._base_manager.exclude(**{file_field: ""}).order_by("pk").iterator(chunk_size=BATCH):
            where, file = f"{model.record_type()} {record.number}", getattr(record, file_field)
            try:
                with file.storage.open(file.name) as stored:
                    found = hashlib.file_digest(stored, "sha256").hexdigest()
            except FileNotFoundError:
                yield Fault(where, f"its file {file.name} is missing.")
            except OSError as error:
                yield Fault(where, f"its file {file.name} cannot be read: {error.strerror}.")
            else:
                if found != getattr(record, digest_field):
                    yield Fault(where, f"its file {file.name} was altered: the bytes are not those that were added.")


def verify_orphans(model: type[Record]) -> Iterator[Fault]:
    rows = model._base_manager.filter(number=OuterRef("record_number"))
    orphans = TrailEvent.objects.filter(record_type=model.record_type()).exclude(Exists(rows))
    for number in orphans.values_list("record_number", flat=True).distinct()[:20]:
        yield Fault(f"{model.record_type()} {number}", "the trail is there and the record is gone.")


def verify_signatures() -> Iterator[Fault]:
    """Each signature against the entry that noted it, in both directions."""
    noted: dict[str, str] = {}
    for event in TrailEvent.objects.filter(action="record.sign").iterator(chunk_size=2000):
        details = event.says["details"]
        noted[details["signature"]] = details["hash"]
    for signature in Signature.objects.iterator(chunk_size=2000):
        expected = noted.pop(signature.number, None)
        if expected is None or not expected == signature.hash == digest(signature.text()):
            yield Fault(f"signature {signature.number}", "it was altered or added: it differs from its trail entry.")
    for number in noted:
        yield Fault(f"signature {number}", "the trail holds it and the signature is gone.")


def verify_seals() -> Iterator[Fault]:
    previous = ""
    for made in TrailSeal.objects.order_by("id").iterator():
        where = f"seal {made.hash[:12]}"
        if digest(seal_text(made)) != made.hash or made.previous != previous:
            yield Fault(where, "the seal was altered, removed or re-ordered.")
            return
        root, leaves = merkle_root(iter(held_by(made).values_list("hash", flat=True).iterator(chunk_size=5000)))
        if (root, leaves) != (made.root, made.entries):
            yield Fault(where, f"it closed {made.entries} entries, and they are no longer the same ({leaves} found).")
            return
        previous = made.hash


def held_by(seal: TrailSeal) -> QuerySet[TrailEvent]:
    """The entries of a seal, by its members; of an old seal whose members are not named yet, by its window."""
    members = SealedEntry.objects.filter(seal=seal)
    if not seal.epoch and not members.exists():
        return unsealed(window(seal.window_from, seal.window_to))
    return TrailEvent.objects.filter(pk__in=members.values("event")).order_by("id")


def verify_copies(hashes: Iterable[str]) -> Iterator[Fault]:
    """Seals copied out of the log, the copy outside the database: each must stand here, unaltered.

    A seal that is here but altered no longer gives its hash, which `verify_seals` finds.
    """
    for copied in hashes:
        if not TrailSeal.objects.filter(hash=copied.strip().lower()).exists():
            yield Fault(
                f"seal {copied}", "it stands outside and not here: the trail was cut off or replaced since then."
            )
