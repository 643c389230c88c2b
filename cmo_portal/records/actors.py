"""Who acts: a person (known here only by this protocol), a part of the system under its own name, or a guest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

SPONSOR, PARTNER, SYSTEM, GUEST = "sponsor", "partner", "system", "guest"


@runtime_checkable
class Actor(Protocol):
    """What the floors below `accounts` need to know of whoever acts."""

    @property
    def ref(self) -> str:
        """The public number of the person, or `system:` and a name."""

    @property
    def name(self) -> str: ...

    @property
    def company_id(self) -> int | None: ...

    @property
    def company_kind(self) -> str:
        """`sponsor`, `partner`, `system`, `guest`, or empty for nobody."""

    @property
    def role_names(self) -> tuple[str, ...]: ...

    def may(self, permission: str) -> bool: ...

    def could(self, permission: str) -> bool:
        """Whether anybody of this kind of company can hold `permission`."""


@dataclass(frozen=True)
class SystemActor:
    """A part of the system that acts under its own name: the trail and the database know which."""

    part: str

    @property
    def ref(self) -> str:
        return f"system:{self.part}"

    @property
    def name(self) -> str:
        return self.part.replace("_", " ").capitalize()

    @property
    def company_id(self) -> int | None:
        return None

    @property
    def company_kind(self) -> str:
        return SYSTEM

    @property
    def role_names(self) -> tuple[str, ...]:
        return ()

    def may(self, permission: str) -> bool:
        return True

    def could(self, permission: str) -> bool:
        return True


@dataclass(frozen=True)
class Guest:
    """Somebody without an account who answers one thing by a link (docs/adr/0011-a-guest-is-a-list-of-numbers.md).

    For a guest there is nothing but the rows that are named: `reads` and `writes` hold the numbers of records, the
    second among the first, and so do the policies of the database. grants: what may be done with them. ref, name: how
    the trail knows the guest; spoken_name: how people do. side, company_name: for whom the guest speaks.
    """

    ref: str
    name: str
    spoken_name: str
    company_name: str
    side: str
    reads: frozenset[str]
    writes: frozenset[str]
    grants: frozenset[str]

    @property
    def company_id(self) -> int | None:
        return None

    @property
    def company_kind(self) -> str:
        return GUEST

    @property
    def role_names(self) -> tuple[str, ...]:
        return (GUEST,)

    def may(self, permission: str) -> bool:
        return permission in self.grants

    def could(self, permission: str) -> bool:
        return permission in self.grants

    def writing(self, number: str) -> Guest:
        """The same guest, who may also write the record of this number, which is about to be made."""
        return replace(self, reads=self.reads | {number}, writes=self.writes | {number})


@dataclass(frozen=True)
class Nobody:
    """A stranger at a page that is open to all: sees no row of any table behind walls."""

    ref: str = ""
    name: str = ""
    company_id: int | None = None
    company_kind: str = ""
    role_names: tuple[str, ...] = ()

    def may(self, permission: str) -> bool:
        return False

    def could(self, permission: str) -> bool:
        return False


NOBODY = Nobody()
SIGN_IN = SystemActor("sign_in")  # reads accounts only, while nobody is known yet
SETUP = SystemActor("setup")
IMPORT = SystemActor("import")
SWEEP = SystemActor("sweep")
VERIFY = SystemActor("verify")
