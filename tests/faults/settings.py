"""The settings of the fault tests: an installation's own, which under this name take short times and a moved clock."""

from typing import Any

from cmo_portal.settings import *  # noqa: F403
from cmo_portal.settings import INSTALLED_APPS


class FromModels(dict[str, Any]):
    """Says of every app that it has no migrations."""

    def __contains__(self, label: object) -> bool:
        return True

    def __missing__(self, label: str) -> None:
        return None


INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.apps.Faults"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # nobody signs in
# Tables as the models say, in a fifth of the time; `make migrations` checks that migrations say the same,
# and `migrate` adds walls, guards and grants to both.
MIGRATION_MODULES = FromModels()
