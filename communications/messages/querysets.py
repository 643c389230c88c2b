"""Questions about threads and what is said in them."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from cmo_portal.accounts.permissions import Permission
from cmo_portal.records.actors import SYSTEM, Actor
from cmo_portal.records.record import RecordQuerySet
from communications.messages import fulltext, subjects
from communications.messages.vocabulary import AWAITING, Mark, ThreadStatus

RECENT = 500


class ThreadQuerySet(RecordQuerySet):
    """Threads by who reads them and whose move it is."""

    def open_to(self, reader: Actor, *, about: str | None = None) -> Self:
        """What `reader` may see: a thread obeys the record it is about as well as its own wall, and one that is not
        shared is read by those who read their company's notes. about: only those about this kind of record."""
        rows = self.visible_to(reader)
        if reader.company_kind == SYSTEM:
            return rows
        if not reader.may(Permission.MESSAGE_NOTE):
            rows = rows.filter(is_shared=True)
        return rows.filter(subjects.readable(reader, about))

    def with_unread(self, reader: Actor) -> Self:
        """Adds `seen`, the number of the last message `reader` has read; 0 where none."""
        from communications.messages.models import Reading

        mine = Reading.objects.filter(thread=OuterRef("pk"), person_ref=reader.ref)
        return self.annotate(seen=Coalesce(Subquery(mine.values("sequence")[:1]), 0))

    def with_last_words(self) -> Self:
        """Adds `last_body` and `last_author`, of the newest message."""
        from communications.messages.models import Message

        last = Message.objects.filter(thread=OuterRef("pk"), sequence=OuterRef("message_count"))
        return self.annotate(
            last_body=Subquery(last.values("body")[:1]), last_author=Subquery(last.values("author_name")[:1])
        )

    def unread_by(self, reader: Actor) -> Self:
        from communications.messages.models import Reading

        read = Reading.objects.filter(
            thread=OuterRef("pk"), person_ref=reader.ref, sequence__gte=OuterRef("message_count")
        )
        return self.filter(~Exists(read), message_count__gt=0)

    def lately(self, reader: Actor) -> Self:
        """The `RECENT` threads behind the reader's wall in which something was said last, whatever else is asked of
        them: what bounds a count that every open page asks for each minute."""
        newest = self.model.objects.visible_to(reader).order_by("-last_at", "number")
        return self.filter(pk__in=newest.values("pk")[:RECENT])

    def with_mention_of(self, person: Actor) -> Self:
        from communications.messages.models import Mention

        return self.filter(Exists(Mention.objects.filter(thread=OuterRef("pk"), person_ref=person.ref)))

    def with_decision(self) -> Self:
        from communications.messages.models import Message

        return self.filter(Exists(Message.objects.filter(thread=OuterRef("pk"), mark=Mark.DECISION)))

    def unresolved(self) -> Self:
        return self.exclude(status=ThreadStatus.RESOLVED)

    def awaiting(self) -> Self:
        return self.filter(status__in=AWAITING)

    def named_like(self, words: str, reader: Actor) -> Self:
        """The words are the thread's number or its record's, or all stand in the subject, of the newest
        `fulltext.MOST` that have them there; what was said is not looked at."""
        number = words.strip().upper()
        by_subject = fulltext.probe(self.model, fulltext.words_of(words), reader)
        return self.filter(Q(number=number) | Q(about_number=number, about_number__gt="") | Q(pk__in=by_subject))

    def about(self, record_type: str, number: str) -> Self:
        return self.filter(about_type=record_type, about_number=number)


class InThreadQuerySet(RecordQuerySet):
    """What hangs on threads: nothing of a thread that is not open to the reader."""

    def open_to(self, reader: Actor) -> Self:
        from communications.messages.models import Thread

        rows = self.visible_to(reader)
        return rows.filter(thread__in=Thread.objects.open_to(reader).values("pk"))


class ActionQuerySet(InThreadQuerySet):
    """What was agreed, by how it stands."""

    def unfinished(self) -> Self:
        return self.filter(done_date__isnull=True, is_dropped=False)

    def late(self, today: date) -> Self:
        return self.unfinished().filter(due_date__lt=today)

    def done(self) -> Self:
        return self.filter(done_date__isnull=False)

    def dropped(self) -> Self:
        return self.filter(is_dropped=True)

    def held_by(self, person: Actor) -> Self:
        return self.filter(holder_ref=person.ref)


class NoteQuerySet(InThreadQuerySet):
    def open_to(self, reader: Actor) -> Self:
        """Notes of the reader's own company, to those who may read notes."""
        if not reader.may(Permission.MESSAGE_NOTE):
            return self.filter(Q(pk__in=[]))
        return super().open_to(reader)
