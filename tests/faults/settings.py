"""The settings of the fault tests: an installation's own, which under this name take short times and a moved clock."""

from cmo_portal.settings import *  # noqa: F403
from cmo_portal.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.apps.Faults"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # nobody signs in
