"""A CMO's profile: its answers, which no sponsor reads, and what it published to each sponsor.

The answers belong to the CMO alone. What is published is a copy: a `Publication` is the fact that both sides keep
(which version, when, its digest, its end), and its `PublishedContent` the words, a row of the CMO's own that one
sponsor reads for as long as it is open. So a withdrawal closes one column, on either engine, and the fact stays.
Versions are counted within one relation: a number says nothing of other sponsors.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse

from cmo_portal.accounts.models import Company
from cmo_portal.accounts.permissions import Permission
from cmo_portal.lib.addresses import address_of
from cmo_portal.lib.texts import folded
from cmo_portal.records.record import Record
from cmo_portal.records.scope import Scope
from communications.profiles import freshness
from communications.profiles.compare import rows_of, shown
from communications.profiles.querysets import AnswerQuerySet, ContentQuerySet
from communications.profiles.questionnaire import HOME_OF, QUESTIONS, SECTION_OF, VERSION, Question, Section
from communications.profiles.values import check, in_words, is_given, tidy
from vendors.registry.models import Vendor


def stands(record: Record, names: tuple[str, ...]) -> bool:
    """Whether `names` are as they were stored first."""
    stored = type(record)._base_manager.filter(pk=record.pk).first() if record.pk else None
    return stored is None or all(getattr(stored, name) == getattr(record, name) for name in names)


class Profile(Record):
    """What a CMO says of itself, once for all its sponsors. One a company."""

    scope = Scope(owner="company")
    read_permission = Permission.PROFILE_WRITE

    company = models.OneToOneField(Company, models.PROTECT, related_name="+", editable=False)
    questionnaire = models.CharField("edition of the questions", max_length=20, default=VERSION, editable=False)

    class Meta:
        verbose_name = "company profile"

    def __str__(self) -> str:
        return "Company profile"

    def get_absolute_url(self) -> str:
        return reverse("communications:profile-own")


OF_PROFILE = Scope(owner="profile__company")


class Answer(Record):
    """One answer. as_of_date: for which day it was right when it was given; confirmed_date: when somebody last said
    that it is still right. The author is whoever wrote the value."""

    scope = OF_PROFILE
    read_permission = Permission.PROFILE_WRITE
    trail_omits = ("search_text",)
    objects: ClassVar[Any] = AnswerQuerySet.as_manager()

    profile = models.ForeignKey(Profile, models.PROTECT, related_name="answers", editable=False)
    question = models.CharField(max_length=20, editable=False)
    value = models.JSONField("answer", default=str, blank=True)
    as_of_date = models.DateField("right as of")
    confirmed_date = models.DateField("still right on", null=True, blank=True, editable=False)
    confirmed_by_name = models.CharField("said so", max_length=200, blank=True, editable=False)
    author_ref = models.CharField(max_length=40, editable=False)
    author_name = models.CharField("by", max_length=200, editable=False)
    search_text = models.TextField(blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["profile", "question"], name="one_answer_to_a_question",
                violation_error_message="A colleague answered this meanwhile: open it again.",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_date__isnull=True, confirmed_by_name="")
                | Q(confirmed_date__isnull=False) & ~Q(confirmed_by_name=""),
                name="answer_confirmed_by_somebody",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.asked.text

    def get_absolute_url(self) -> str:
        return address_of("communications:answer-detail", self.number)

    @property
    def asked(self) -> Question:
        return QUESTIONS[self.question]

    @property
    def home(self) -> Section:
        return HOME_OF[self.question]

    @property
    def is_given(self) -> bool:
        return is_given(self.value)

    @property
    def words(self) -> str:
        return in_words(self.asked.kind, self.value, self.asked.unit)

    def clean(self) -> None:
        if self.question not in QUESTIONS:
            raise ValidationError("There is no such question in this questionnaire.")
        self.value = tidy(self.asked.kind, self.value)
        fault = check(self.asked, self.value)
        if fault:
            raise ValidationError({"value": fault})
        self.search_text = folded(f"{self.asked.text} {self.words}") if self.is_given else ""


class ProfileSection(Record):
    """How the CMO treats a section: whether it is confidential, and by when somebody must look at its answers."""

    scope = OF_PROFILE
    read_permission = Permission.PROFILE_WRITE

    profile = models.ForeignKey(Profile, models.PROTECT, related_name="sections", editable=False)
    section = models.CharField(max_length=20, editable=False)
    is_confidential = models.BooleanField("confidential", default=False)
    look_date = models.DateField("to be looked at by", null=True, blank=True, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["profile", "section"], name="one_row_of_a_section")]

    def __str__(self) -> str:
        return SECTION_OF[self.section].title

    def get_absolute_url(self) -> str:
        if not self.section:
            raise ProfileSection.DoesNotExist("Its address takes the section, which stands in the row.")
        return reverse("communications:profile-section", args=[self.section])


class Publication(Record):
    """That version `revision` was published in one relation, and how it ended; not a word of what it says.

    digest: of the content's canonical JSON. is_shared: False for a file that the sponsor imported, which is its own
    matter; then issuer, key_id and is_verified say who signed it.
    """

    number_prefix = "PRF"
    scope = Scope(owner="vendor__sponsor", partner="vendor__company", shared="is_shared")
    read_permission = Permission.PROFILE_VIEW

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="+", editable=False)
    revision = models.PositiveIntegerField("version", editable=False)
    digest = models.CharField(max_length=64, editable=False)
    published_at = models.DateTimeField(editable=False)
    author_name = models.CharField("by", max_length=200, editable=False)
    is_shared = models.BooleanField(default=True, editable=False)
    issuer = models.CharField("signed by", max_length=200, blank=True, editable=False)
    key_id = models.CharField("key", max_length=64, blank=True, editable=False)
    is_verified = models.BooleanField("key compared", default=False, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_by_name = models.CharField("withdrawn by", max_length=200, blank=True, editable=False)
    withdrawn_reason = models.TextField("why it was withdrawn", blank=True, editable=False)
    FIXED: ClassVar[tuple[str, ...]] = ("revision", "digest", "published_at", "author_name", "issuer", "key_id")

    class Meta:
        verbose_name = "published profile"
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by_name="", withdrawn_reason="")
                | Q(withdrawn_at__isnull=False) & ~Q(withdrawn_by_name="") & ~Q(withdrawn_reason=""),
                name="publication_withdrawn_with_reason",
            )
        ]
        indexes = [
            models.Index(fields=["vendor", "-published_at"], name="publications_of_vendor"),
            models.Index(fields=["wall_owner", "-published_at", "number"], name="publications_of_owner"),
            models.Index(fields=["wall_partner", "-published_at", "number"], name="publications_of_cmo"),
        ]

    def __str__(self) -> str:
        return f"Profile, version {self.revision}"

    def get_absolute_url(self) -> str:
        return address_of("communications:publication-detail", self.number)

    @property
    def is_imported(self) -> bool:
        return bool(self.key_id)

    def clean(self) -> None:
        if not stands(self, self.FIXED):
            raise ValidationError("A published version stands as it was: publish another one.")


class PublishedContent(Record):
    """What a publication says. Whoever published it owns it; the sponsor is let in by `is_open` alone.

    company: who owns the row: the CMO, or the sponsor of an imported file. is_latest: the newest of its relation.
    faults: rows of an imported file that could not be read, as [where, why].
    """

    scope = Scope(owner="company", shared="is_open")  # publishing.py stamps the sponsor as the one it is shared with
    read_permission = Permission.PROFILE_VIEW
    trail_omits = ("search_text", "content")  # the trail holds the digest; the content is checked against it
    objects: ClassVar[Any] = ContentQuerySet.as_manager()

    company = models.ForeignKey(Company, models.PROTECT, related_name="+", editable=False)
    publication = models.OneToOneField(Publication, models.PROTECT, related_name="said", editable=False)
    digest = models.CharField(max_length=64, editable=False)
    content = models.JSONField(default=dict, editable=False)
    note = models.TextField("what changed", blank=True, editable=False)
    faults = models.JSONField(default=list, blank=True, editable=False)
    is_open = models.BooleanField(default=True, editable=False)
    is_latest = models.BooleanField(default=True, editable=False)
    search_text = models.TextField(blank=True, editable=False)

    class Meta:
        verbose_name = "content of a published profile"
        indexes = [
            models.Index(fields=["wall_partner", "is_latest"], name="contents_of_partner"),
            models.Index(fields=["wall_owner", "is_latest"], name="contents_of_owner"),
        ]

    def __str__(self) -> str:
        return "Content of a published profile"

    def get_absolute_url(self) -> str:
        return self.publication.get_absolute_url()

    @property
    def sections(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.content["sections"]
        return found

    def clean(self) -> None:
        if not stands(self, ("digest", "content", "note")):
            raise ValidationError("A published version stands as it was: publish another one.")
        rows = rows_of(self.content).values()
        self.search_text = folded(" ".join(f"{row['question']} {shown(row)}" for _, row in rows))


class ProfileReading(Record):
    """That the sponsor read a version: who, when, and the digest of what was read. It stays whatever happens to the
    content. The newest one of a relation is the sponsor's last look, one for the company and not for each person:
    what one of them has read and judged, the sponsor has."""

    scope = Scope(owner="publication__vendor__sponsor", partner="publication__vendor__company", shared="is_shared")
    read_permission = Permission.PROFILE_VIEW

    publication = models.OneToOneField(Publication, models.PROTECT, related_name="reading", editable=False)
    revision = models.PositiveIntegerField("version", editable=False)
    digest = models.CharField(max_length=64, editable=False)
    reader_name = models.CharField("read by", max_length=200, editable=False)
    read_at = models.DateTimeField(editable=False)
    is_shared = models.BooleanField(default=True, editable=False)

    class Meta:
        verbose_name = "reading of a profile"

    def __str__(self) -> str:
        return f"Version {self.revision} read by {self.reader_name}"

    def get_absolute_url(self) -> str:
        return self.publication.get_absolute_url()


def state_of(answer: Answer, today: Any) -> str:
    return freshness.state(answer.as_of_date, answer.confirmed_date, today)
