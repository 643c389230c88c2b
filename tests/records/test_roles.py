"""One PostgreSQL role for application and owner is refused, since row-level security does not bind an owner."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings as configured
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection

from cmo_portal.records import roles

OWNER = {"USER": "one", "PASSWORD": ""}


@pytest.fixture
def one_role(settings: Any) -> Any:
    settings.EMBEDDED, settings.DEBUG = False, False
    settings.DATABASE_OWNER, settings.DATABASE_ROLE = OWNER, "one"
    return settings


def test_one_role_for_both_addresses_is_refused_with_a_sentence(one_role: Any) -> None:
    with pytest.raises(SystemCheckError, match="name the same role"):
        call_command("check")


@pytest.mark.parametrize("excuse", [{"DEBUG": True}, {"EMBEDDED": True}, {"DATABASE_ROLE": "two"}])
def test_two_roles_and_a_developers_portal_pass(excuse: dict[str, Any], one_role: Any) -> None:
    for name, value in excuse.items():
        setattr(one_role, name, value)
    assert roles.check_settings(None) == []


@pytest.mark.postgres
@pytest.mark.django_db
class TestDatabase:
    def test_the_applications_own_role_passes(self) -> None:
        assert roles.check_database(None, databases=["default"]) == []

    def test_a_role_that_owns_the_tables_is_refused(self, sign_in: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"set local role {configured.DATABASE_OWNER['USER']}")
        assert "owns tables" in str(roles.check_database(None, databases=["default"])[0])
        answer = sign_in("").get("/readyz")
        assert answer.status_code == 503 and "owns tables" in answer.json()["parts"]["role"]
