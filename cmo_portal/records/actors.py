"""Who acts: a person (known here only by this protocol) or a part of the system under its own name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

SPONSOR, PARTNER, SYSTEM = "sponsor", "partner", "system"


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
        """`sponsor`, `partner`, `system`, or empty for nobody."""

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
