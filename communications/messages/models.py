"""The message log: threads, what was said in them, what was agreed, each side's own notes and who has read how far."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.safestring import SafeString

from cmo_portal.accounts.models import Company
from cmo_portal.accounts.permissions import Permission
from cmo_portal.lib.addresses import address_of
from cmo_portal.lib.markdown import rendered
from cmo_portal.records.actors import PARTNER, SPONSOR
from cmo_portal.records.record import Record
from cmo_portal.records.scope import Scope, Walled
from communications.messages.querysets import ActionQuerySet, InThreadQuerySet, NoteQuerySet, ThreadQuerySet
from communications.messages.vocabulary import AWAITING, Mark, ThreadStatus
from vendors.registry.models import Vendor

LONGEST = 20_000
SIDES = [(SPONSOR, "Sponsor"), (PARTNER, "CMO")]


class Thread(Record):
    """One conversation. A thread that is not shared is the sponsor's own: about its selection, or a CMO that has not
    joined. It never becomes shared, because its messages were written for colleagues.

    about_type, about_number: the record it is about; both empty for a general one. message_count: of messages only, so
    that one side's notes leave no gap that the other could count. last_at: when the last of them was said, or the
    thread was started.
    """

    number_prefix = "THR"
    scope = Scope(owner="sponsor", partner="vendor__company", shared="is_shared")
    read_permission = Permission.MESSAGE_VIEW

    sponsor = models.ForeignKey(Company, models.PROTECT, related_name="+", editable=False)
    vendor = models.ForeignKey(Vendor, models.PROTECT, null=True, blank=True, related_name="threads", editable=False)
    subject = models.CharField(max_length=160)
    about_type = models.CharField(max_length=60, blank=True, editable=False)
    about_number = models.CharField(max_length=24, blank=True, editable=False)
    status = models.CharField(max_length=16, choices=ThreadStatus, default=ThreadStatus.OPEN, editable=False)
    is_shared = models.BooleanField(default=True, editable=False)
    answer_due_date = models.DateField("answer due", null=True, blank=True)
    message_count = models.PositiveIntegerField(default=0, editable=False)
    last_at = models.DateTimeField(editable=False)

    objects: ClassVar[Any] = ThreadQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(about_type="", about_number="") | (~Q(about_type="") & ~Q(about_number="")),
                name="a_thread_is_about_a_whole_record",
            ),
            models.CheckConstraint(
                condition=Q(is_shared=False) | Q(vendor__isnull=False), name="a_shared_thread_has_a_cmo"
            ),
            models.CheckConstraint(
                condition=Q(answer_due_date__isnull=True) | Q(status__in=AWAITING),
                name="an_answer_is_due_from_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["wall_owner", "-last_at", "number"], name="threads_of_owner"),
            models.Index(fields=["wall_partner", "-last_at", "number"], name="threads_of_partner"),
            models.Index(fields=["about_type", "about_number"], name="threads_about"),
        ]

    def __str__(self) -> str:
        return self.subject

    def get_absolute_url(self) -> str:
        return address_of("communications:thread-detail", self.number)

    def clean(self) -> None:
        self.subject = " ".join(self.subject.split())
        if self.vendor is not None and self.vendor.sponsor_id != self.sponsor_id:
            raise ValidationError("The CMO of a thread is one of its sponsor.")

    @property
    def awaits(self) -> str:
        """The side whose answer is awaited; empty for none."""
        sides = {ThreadStatus.AWAITING_CMO: PARTNER, ThreadStatus.AWAITING_SPONSOR: SPONSOR}
        return sides.get(ThreadStatus(self.status), "")

    @property
    def is_resolved(self) -> bool:
        return self.status == ThreadStatus.RESOLVED


class Said(Record):
    """Something a person wrote in a thread. The name is copied, because nobody reads the people of another company."""

    author_ref = models.CharField(max_length=24, editable=False)
    author_name = models.CharField(max_length=120, editable=False)
    author_company = models.CharField(max_length=200, editable=False)
    author_side = models.CharField(max_length=8, choices=SIDES, editable=False)
    body = models.TextField("message", max_length=LONGEST)

    objects: ClassVar[Any] = InThreadQuerySet.as_manager()

    class Meta:
        abstract = True

    def clean(self) -> None:
        self.body = self.body.replace("\r\n", "\n").strip()
        if not self.body:
            raise ValidationError({"body": "Write something."})
        if len(self.body) > LONGEST:
            raise ValidationError({"body": f"A message has {LONGEST:,} characters at most: attach a longer text."})

    @property
    def html(self) -> SafeString:
        return rendered(self.body)


class Message(Said):
    """One message. It stands as it was said: the database refuses to change or delete it, on either engine, and a
    correction is a message of its own that names the one it `corrects`.

    sequence: its number in the thread, 1 and up without a gap. It is given while the thread's row is locked, and the
    lock is held until the commit: the writer of 8 cannot begin before 7 has committed or gone. So whoever asks for
    `sequence > seen` never skips a message that commits late, as asking for `id > seen` would: ids are handed out
    before the commit, and a row with a lower one can appear behind the reader.

    mentions: the numbers of people named in it. Its walls are its thread's as they stood, copied by the action: the
    Scope line follows no path, because a row that cannot change cannot be stamped anew when a CMO joins.
    """

    number_prefix = "MSG"
    scope = Scope(shared="is_shared")  # `wall_owner` and `wall_partner` are the thread's
    read_permission = Permission.MESSAGE_VIEW
    append_only = True

    thread = models.ForeignKey(Thread, models.PROTECT, related_name="messages", editable=False)
    sequence = models.PositiveIntegerField(editable=False)
    is_shared = models.BooleanField(default=True, editable=False)
    mark = models.CharField("kind", max_length=8, choices=Mark, blank=True)
    corrects = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="corrections",
                                 editable=False)  # fmt: skip
    replies_to = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replies",
                                   editable=False)  # fmt: skip
    mentions = models.JSONField(default=list, blank=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "sequence"], name="one_place_in_a_thread")]
        indexes = [
            models.Index(fields=["wall_owner", "-created_at", "number"], name="messages_of_owner"),
            models.Index(fields=["wall_partner", "-created_at", "number"], name="messages_of_partner"),
        ]

    def __str__(self) -> str:
        return f"#{self.sequence}"

    def get_absolute_url(self) -> str:
        return f"{address_of('communications:thread-detail', self.thread.number)}#m{self.sequence}"

    def clean(self) -> None:
        super().clean()
        for other in (self.corrects, self.replies_to):
            if other is not None and other.thread_id != self.thread_id:
                raise ValidationError("A message refers to one of its own thread.")
        if self.corrects is not None and self.corrects.author_side != self.author_side:
            raise ValidationError("A correction comes from the side that wrote the message.")


class Mention(Walled):
    """That a message names somebody who reads its thread, so that they find it. The message itself holds it too."""

    scope = Scope()  # stamped with the message's walls by the action

    message = models.ForeignKey(Message, models.PROTECT, related_name="+")
    thread = models.ForeignKey(Thread, models.PROTECT, related_name="+")
    person_ref = models.CharField(max_length=24)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "person_ref"], name="one_mention_a_person")]
        indexes = [models.Index(fields=["person_ref", "thread"], name="mentions_of_person")]


class InternalNote(Said):
    """What colleagues of one company say among themselves beside a thread. A row of its own that is never shared.

    after: the number of the message that stood last when it was written, which is its place among them.
    """

    scope = Scope()  # `wall_owner` is the company of its author, on either side
    read_permission = Permission.MESSAGE_NOTE
    append_only = True

    thread = models.ForeignKey(Thread, models.PROTECT, related_name="+", editable=False)
    after = models.PositiveIntegerField(default=0, editable=False)

    objects: ClassVar[Any] = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = "internal note"
        indexes = [
            models.Index(fields=["thread", "wall_owner", "created_at"], name="notes_of_thread"),
            models.Index(fields=["wall_owner", "-created_at", "number"], name="notes_of_company"),
        ]

    def __str__(self) -> str:
        return "Internal note"


class Agreed(Record):
    """Something that somebody does by a day, as two sides agreed it. It is a deadline until it is done or dropped."""

    text = models.CharField("what is to be done", max_length=300)
    side = models.CharField("who does it", max_length=8, choices=SIDES)
    holder_ref = models.CharField(max_length=24, blank=True, editable=False)
    holder_name = models.CharField("person", max_length=120, blank=True)
    due_date = models.DateField("done by")
    done_date = models.DateField(null=True, blank=True, editable=False)
    done_by_name = models.CharField(max_length=120, blank=True, editable=False)
    is_dropped = models.BooleanField(default=False, editable=False)
    dropped_reason = models.CharField("why nobody does it", max_length=300, blank=True, editable=False)
    dropped_by_name = models.CharField(max_length=120, blank=True, editable=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.text

    @property
    def is_open(self) -> bool:
        return self.done_date is None and not self.is_dropped

    def is_late(self, today: date) -> bool:
        return self.is_open and self.due_date < today


class AgreedAction(Agreed):
    """What was agreed in a message, or in a thread as a whole."""

    number_prefix = "ACT"
    scope = Scope(owner="thread__sponsor", partner="thread__vendor__company", shared="is_shared")
    read_permission = Permission.MESSAGE_VIEW

    thread = models.ForeignKey(Thread, models.PROTECT, related_name="actions", editable=False)
    message = models.ForeignKey(Message, models.PROTECT, null=True, blank=True, related_name="actions", editable=False)
    is_shared = models.BooleanField(default=True, editable=False)

    objects: ClassVar[Any] = ActionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done_date__isnull=True) | Q(is_dropped=False), name="what_is_done_is_not_dropped"
            ),
            models.CheckConstraint(
                condition=Q(is_dropped=False, dropped_reason="") | Q(is_dropped=True) & ~Q(dropped_reason=""),
                name="what_is_dropped_says_why",
            ),
        ]
        indexes = [
            models.Index(fields=["wall_owner", "due_date", "number"], name="actions_of_owner"),
            models.Index(fields=["wall_partner", "due_date", "number"], name="actions_of_partner"),
        ]

    def get_absolute_url(self) -> str:
        return address_of("communications:action-detail", self.number)


class Reading(Walled):
    """How far a person has read a thread. Both sides see it, as each sees who wrote. No controlled record."""

    scope = Scope()  # stamped with the thread's walls by the action

    thread = models.ForeignKey(Thread, models.PROTECT, related_name="readings")
    person_ref = models.CharField(max_length=24)
    person_name = models.CharField(max_length=120)
    person_side = models.CharField(max_length=8, choices=SIDES)
    sequence = models.PositiveIntegerField(default=0)
    read_at = models.DateTimeField()
    acknowledged = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thread", "person_ref"], name="one_reading_a_person")]
        indexes = [models.Index(fields=["person_ref", "thread"], name="readings_of_person")]
