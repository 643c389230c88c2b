"""People and companies: a person belongs to one company, sponsor or partner, through a membership with roles."""

from __future__ import annotations

import secrets
import zoneinfo
from datetime import date, datetime
from functools import cache, cached_property
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from cmo_portal.accounts.permissions import ROLES, Permission, grants_of, grants_of_kind
from cmo_portal.lib.public_holidays import regions
from cmo_portal.records.actors import SystemActor
from cmo_portal.records.context import acting_as
from cmo_portal.records.record import ClosedDoor, Record, RecordQuerySet, digest, digests, door_is_open, opened_door
from cmo_portal.records.scope import Scope
from cmo_portal.records.signing import Credentials
from cmo_portal.records.trail import note

ACCOUNTS = SystemActor("accounts")


@cache
def zones() -> frozenset[str]:
    """Reads the whole folder of time zones, once."""
    return frozenset(zoneinfo.available_timezones())


def known_zone(value: str) -> None:
    if value not in zones():
        raise ValidationError("Choose a time zone from the list, like Europe/Zurich.")


def one_line(record: Record, *names: str) -> None:
    """Refuses line breaks and other control characters, which could speak in a mail's head or body."""
    for name in names:
        if any(not character.isprintable() for character in getattr(record, name)):
            raise ValidationError({name: "Write it in one line, without control characters."})


def random_id() -> int:
    """A company's key: random, because it is its own wall and must be known before the row is saved."""
    return secrets.randbits(52) + 1


class Kind(models.TextChoices):
    SPONSOR = "sponsor", "Sponsor"
    PARTNER = "partner", "CMO"


def linked_companies(kind: str, company: Any) -> Q:
    """A company sees itself and the companies it works with."""
    sponsors = Partnership.objects.filter(partner_id=OuterRef("pk"), wall_owner=company)
    partners = Partnership.objects.filter(sponsor_id=OuterRef("pk"), wall_partner=company)
    return Exists(sponsors) | Exists(partners)  # type: ignore[return-value]


class Company(Record):
    """A sponsor, or a contract manufacturer (CMO)."""

    scope = Scope(also=linked_companies, sign_in=True)
    read_permission = Permission.PEOPLE_VIEW

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind, editable=False)
    country = models.CharField(max_length=2, blank=True, help_text="Two letters, like CH.")
    subdivision = models.CharField(
        "region",
        max_length=6,
        blank=True,
        help_text="Its code where public holidays differ by region, like BS for Basel-Stadt.",
    )
    time_zone = models.CharField(max_length=50, default="UTC", validators=[known_zone])

    class Meta:
        verbose_name_plural = "companies"

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        one_line(self, "name")
        if self.subdivision and self.subdivision not in regions().get(self.country, []):
            raise ValidationError(
                {"subdivision": f"{self.subdivision} is no region of {self.country or 'no country'}."}
            )

    def today(self) -> date:
        """The day it is at the company: a date that it gave ends at its own midnight."""
        return timezone.localdate(timezone=zoneinfo.ZoneInfo(self.time_zone))


class Partnership(Record):
    """A sponsor and a CMO that work together; it exists once the CMO has joined."""

    scope = Scope(owner="sponsor", partner="partner", shared=True)
    read_permission = Permission.PEOPLE_VIEW

    sponsor = models.ForeignKey(Company, models.PROTECT, related_name="+")
    partner = models.ForeignKey(Company, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sponsor", "partner"], name="one_partnership")]


class UserManager(BaseUserManager.from_queryset(RecordQuerySet)):  # type: ignore[misc]
    """Finds people; makes none (accounts/actions.py does)."""

    def get_by_natural_key(self, username: str | None) -> User:
        user: User = self.get(email=(username or "").lower())
        return user


class Theme(models.TextChoices):
    SYSTEM = "", "As my device"
    LIGHT = "light", "Light"
    DARK = "dark", "Dark"


class Notices(models.TextChoices):
    DIGEST = "digest", "One e-mail a day"
    IMMEDIATE = "immediate", "An e-mail at once"
    NONE = "none", "Only what is obligatory"


class User(AbstractBaseUser, Record):
    """A person who signs in by e-mail. `may` asks the membership's roles."""

    scope = Scope(sign_in=True)  # `wall_owner` is the person's company, set when the account is made
    read_permission = Permission.PEOPLE_VIEW
    trail_omits = ("password", "last_login")
    trail_digests = ("password",)
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    title = models.CharField("job title", max_length=120, blank=True)
    time_zone = models.CharField(max_length=50, default="UTC", validators=[known_zone])
    theme = models.CharField(max_length=5, blank=True, default="", choices=Theme)
    notices = models.CharField(max_length=10, choices=Notices, default=Notices.DIGEST)
    single_keys = models.BooleanField("single-key shortcuts", default=True)
    is_active = models.BooleanField(default=True, editable=False)

    objects = UserManager()  # type: ignore[misc]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Outside the door only what is no content may be saved: Django's password hash and time of sign-in."""
        if door_is_open.get():
            if not self._state.adding:  # a write from an older copy must not bring an old password back either
                names = [f.name for f in self._meta.concrete_fields if not f.primary_key]
                kwargs["update_fields"] = [name for name in names if name not in self.trail_omits]
            super().save(*args, **kwargs)
            return
        if self._state.adding:
            raise ClosedDoor("save()")
        asked = kwargs.get("update_fields")
        # Only what the caller changed: a sign-in that began earlier must not write an old password back.
        kwargs["update_fields"] = [name for name in self.trail_omits if asked is None or name in asked]
        before = self.stored_password() if "password" in kwargs["update_fields"] else self.password
        was_typed = getattr(self, "_password", None) is not None  # else the same password is only hashed anew
        with opened_door():
            super().save(*args, **kwargs)
        if before != self.password:
            self.note_password(before, "account.password_set" if was_typed else "account.password_rehash")

    def stored_password(self) -> str:
        with acting_as(ACCOUNTS):
            return str(User.objects.filter(pk=self.pk).values_list("password", flat=True).get())

    def note_password(self, before: str, action: str) -> None:
        """The trail notes the digests of the old and the new hash: one put in behind the application breaks the row."""
        with acting_as(ACCOUNTS):
            note(self, by=self, action=action, details=digests(self) | {"was": {"password": digest(before)}})

    def clean(self) -> None:
        self.email = self.email.lower()
        one_line(self, "name", "title")

    @property
    def initials(self) -> str:
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words))[:2].upper()

    # --- Actor ---
    @cached_property
    def belongs(self) -> Membership | None:
        return Membership.objects.select_related("company").filter(user=self).first()

    @property
    def ref(self) -> str:
        return self.number

    @property
    def company_id(self) -> int | None:
        return self.belongs.company_id if self.belongs else None

    @property
    def company_name(self) -> str:
        return self.belongs.company.name if self.belongs else ""

    @property
    def company(self) -> Company:
        """The company a signed-in person belongs to."""
        if self.belongs is None:
            raise ValueError("This account belongs to no company.")
        return self.belongs.company

    @property
    def company_kind(self) -> str:
        return self.belongs.company.kind if self.belongs else ""

    @property
    def role_names(self) -> tuple[str, ...]:
        return tuple(self.belongs.roles) if self.belongs and self.is_active else ()

    @cached_property
    def grants(self) -> frozenset[str]:
        return frozenset(grants_of(self.role_names))

    def may(self, permission: str) -> bool:
        return permission in self.grants

    def could(self, permission: str) -> bool:
        return permission in grants_of_kind(self.company_kind)

    @property
    def signs_with_code(self) -> bool:
        from cmo_portal.accounts.sign_in import has_authenticator

        return has_authenticator(self)

    def prove(self, credentials: Credentials) -> str | None:
        """Checks a signing form's password, and the authenticator's code where one is set up."""
        from cmo_portal.accounts.sign_in import proof_refused

        return proof_refused(self, credentials)


def known_roles(value: list[str]) -> None:
    if not isinstance(value, list) or not all(code in ROLES for code in value):
        raise ValidationError("Choose roles from the list.")


class Membership(Record):
    """A person's place in a company. A change of roles is a trailed change of this record."""

    scope = Scope(owner="company", sign_in=True)
    read_permission = Permission.PEOPLE_VIEW

    user = models.OneToOneField(User, models.PROTECT, related_name="membership")
    company = models.ForeignKey(Company, models.PROTECT, related_name="memberships")
    roles = models.JSONField(default=list, validators=[known_roles])

    def clean(self) -> None:
        if any(ROLES[code].kind != self.company.kind for code in self.roles):
            raise ValidationError({"roles": f"A {self.company.get_kind_display()} cannot give that role."})

    @property
    def role_titles(self) -> list[str]:
        return [ROLES[code].name for code in self.roles]


class OneTimeInvitation(Record):
    """An invitation by e-mail. Its address is signed, works once and ends; resending makes a new one.

    noun: the first part of its acts' names in the trail. belongs_to: the relations that its page needs.
    """

    noun: ClassVar[str] = "invitation"
    belongs_to: ClassVar[tuple[str, ...]] = ()

    class Status(models.TextChoices):
        OPEN = "open", "Open"
        ACCEPTED = "accepted", "Accepted"
        WITHDRAWN = "withdrawn", "Withdrawn"

    email = models.EmailField()
    name = models.CharField(max_length=120)
    nonce = models.CharField(max_length=16, editable=False)
    expires_at = models.DateTimeField(editable=False)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN, editable=False)
    delivered_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    def clean(self) -> None:
        one_line(self, "name")

    def token(self) -> str:
        """What the address carries. It is signed with the installation's key, so the row alone opens nothing."""
        return Signer(salt=self.noun).sign(f"{self.number}:{self.nonce}")

    @classmethod
    def of_token(cls, token: str) -> Self | None:
        """The invitation an address belongs to, superseded addresses left out."""
        try:
            number, nonce = Signer(salt=cls.noun).unsign(token).split(":")
        except (BadSignature, ValueError):
            return None
        found: Self | None = cls.objects.select_related(*cls.belongs_to).filter(number=number, nonce=nonce).first()
        return found

    def is_open(self, now: datetime) -> bool:
        return self.status == self.Status.OPEN and now < self.expires_at


class Invitation(OneTimeInvitation):
    """An invitation of a person into a company."""

    scope = Scope(owner="company", sign_in=True)
    read_permission = Permission.PEOPLE_VIEW
    belongs_to = ("company",)

    company = models.ForeignKey(Company, models.PROTECT, related_name="invitations")
    roles = models.JSONField(default=list, validators=[known_roles])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["company", "email"], condition=Q(status="open"), name="one_open_invitation")
        ]


class ApiToken(Record):
    """A person's own key to the API, stored as a digest: shown once, revocable, ending."""

    scope = Scope(sign_in=True)
    read_permission = Permission.PEOPLE_VIEW
    trail_omits = ("last_used_at",)

    user = models.ForeignKey(User, models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(max_length=12, editable=False)
    may_write = models.BooleanField(default=False)
    expires_at = models.DateTimeField()
    is_revoked = models.BooleanField(default=False, editable=False)
    last_used_at = models.DateTimeField(null=True, editable=False)


class SavedView(Record):
    """A list as a person likes it: filters, search and sort under a name. Nobody else sees it."""

    scope = Scope()

    user = models.ForeignKey(User, models.PROTECT, related_name="saved_views")
    page = models.CharField(max_length=60)  # the URL name of the list
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1000, blank=True)
    is_retired = models.BooleanField(default=False, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "page", "name"],
                condition=Q(is_retired=False),
                name="one_view_of_a_name",
                violation_error_message="You have a view of this name: choose another name.",
            )
        ]
