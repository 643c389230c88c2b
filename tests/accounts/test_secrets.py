"""An authenticator's secret is of no use to whoever reads the database alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.management import CommandError, call_command
from django.db import connection

from cmo_portal.accounts import secrets

pytestmark = pytest.mark.django_db


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


@pytest.fixture
def secret(cast: Any) -> str:
    """The plain secret of Eva's authenticator, with recovery codes beside it."""
    made: str = generate_totp_secret()
    TOTP.activate(cast.eva, made)
    RecoveryCodes.activate(cast.eva)
    return made


def stored() -> str:
    with connection.cursor() as cursor:
        cursor.execute("select data from mfa_authenticator")
        return json.dumps([str(row[0]) for row in cursor.fetchall()])


def totp() -> Any:
    return Authenticator.objects.get(type=Authenticator.Type.TOTP).wrap()


def test_the_database_holds_no_secret_and_the_code_is_right_all_the_same(secret: str) -> None:
    assert secret not in stored() and stored().count(secrets.MARK) == 2
    assert totp().validate_code(code_of(secret))


def test_a_secret_survives_a_new_secret_key_through_the_fallback(secret: str, settings: Any) -> None:
    old, settings.SECRET_KEY = settings.SECRET_KEY, "k" * 60
    with pytest.raises(secrets.UnreadableSecret, match="SECRET_KEY_FALLBACKS"):
        totp().validate_code(code_of(secret))
    settings.SECRET_KEY_FALLBACKS = [old]
    assert totp().validate_code(code_of(secret))
    call_command("encrypt_authenticators", verbosity=0)
    settings.SECRET_KEY_FALLBACKS = []
    assert secrets.decrypt(Authenticator.objects.get(type=Authenticator.Type.TOTP).data["secret"]) == secret


def test_a_secret_of_an_unknown_key_is_not_written_over(secret: str, settings: Any) -> None:
    settings.SECRET_KEY = "k" * 60
    before = stored()
    with pytest.raises(CommandError, match="does not open"):
        call_command("encrypt_authenticators", verbosity=0)
    assert stored() == before


def test_a_secret_planted_in_the_database_opens_nothing(secret: str) -> None:
    planted = generate_totp_secret()
    row = Authenticator.objects.get(type=Authenticator.Type.TOTP)
    row.data["secret"] = planted
    row.save()
    with pytest.raises(secrets.UnreadableSecret):
        totp().validate_code(code_of(planted))
