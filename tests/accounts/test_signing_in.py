"""Signing in: by password, locked after wrong tries, ended when idle, trailed; the first administrator; tokens."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.core.cache import caches
from django.urls import reverse
from django.utils import timezone

from cmo_portal.accounts.models import User
from cmo_portal.accounts.profile import setup_address
from cmo_portal.accounts.tokens import make_token, revoke_token
from cmo_portal.records.signing import Credentials
from cmo_portal.records.trail import TrailEvent

pytestmark = pytest.mark.django_db
PASSWORD = "Demo-portal-2026"


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    caches["default"].key_prefix = uuid4().hex  # never a flush: others count in the same cache


def post_login(client: Any, password: str) -> Any:
    body = {"login": "eva@northgate.example", "password": password}
    return client.post(reverse("account_login"), body)


def actions_of(person: User) -> list[str]:
    return list(TrailEvent.objects.filter(record_number=person.number).order_by("seq").values_list("action", flat=True))


def test_signing_in_and_out_stands_in_the_trail(sign_in: Any, cast: Any) -> None:
    client = sign_in("")
    assert post_login(client, PASSWORD).url == "/"
    client.post(reverse("account_logout"))
    assert actions_of(cast.eva)[-2:] == ["account.sign_in", "account.sign_out"]


def test_five_wrong_passwords_lock_the_right_one_out_for_a_quarter_of_an_hour(sign_in: Any, cast: Any) -> None:
    client = sign_in("")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(5):
            assert post_login(client, "wrong").status_code == 200
        refused = post_login(client, PASSWORD)
        assert refused.status_code == 200 and "Too many" in refused.content.decode()
        clock.shift(16 * 60)
        assert post_login(client, PASSWORD).status_code == 302
    assert actions_of(cast.eva).count("account.sign_in_failed") == 5


def test_an_idle_session_ends(sign_in: Any) -> None:
    client = sign_in("eva")
    assert client.get("/").status_code == 200
    with time_machine.travel(timezone.now() + timezone.timedelta(minutes=31)):
        assert client.get("/").status_code == 302


def test_a_session_ends_twelve_hours_after_sign_in_whatever_the_activity(sign_in: Any) -> None:
    client, start = sign_in("eva"), timezone.now()
    for minutes in range(20, 12 * 60, 20):
        with time_machine.travel(start + timezone.timedelta(minutes=minutes)):
            assert client.get("/profile/").status_code == 200, minutes
    with time_machine.travel(start + timezone.timedelta(hours=12, minutes=1)):
        assert client.get("/profile/").status_code == 302


def test_signing_in_again_begins_a_new_session_age(sign_in: Any) -> None:
    client, start = sign_in(""), timezone.now()
    post_login(client, PASSWORD)
    with time_machine.travel(start + timezone.timedelta(hours=13)):
        assert client.get("/profile/").status_code == 302
        post_login(client, PASSWORD)
        assert client.get("/profile/").status_code == 200


def test_nobody_signs_up_uninvited(sign_in: Any) -> None:
    answer = sign_in("").get(reverse("account_signup"))
    assert "invitation" in answer.content.decode().lower()


def test_the_first_administrators_address_ends_when_there_is_a_person(sign_in: Any) -> None:
    assert sign_in("").get(setup_address()).status_code == 404


def test_a_proof_takes_the_right_password_and_counts_the_wrong_ones(cast: Any) -> None:
    assert cast.quinn.prove(Credentials(PASSWORD)) is None
    for _ in range(5):
        assert "not your password" in str(cast.quinn.prove(Credentials("wrong")))
    assert "Too many" in str(cast.quinn.prove(Credentials(PASSWORD)))


class TestTokens:
    def call(self, client: Any, secret: str, method: str = "get", **body: Any) -> Any:
        act = getattr(client, method)
        return act("/api/v1/vendors/", body, content_type="application/json", HTTP_AUTHORIZATION=f"Bearer {secret}")

    def test_a_token_reads_as_its_person(self, cast: Any, client: Any) -> None:
        token, secret = make_token(cast.sam, name="stock", days=30, may_write=False)
        assert secret not in str(vars(token).values())
        assert self.call(client, secret).status_code == 200

    def test_a_reading_token_does_not_write(self, cast: Any, client: Any) -> None:
        _, secret = make_token(cast.sam, name="stock", days=30, may_write=False)
        answer = self.call(client, secret, "post", name="New CMO")
        assert answer.status_code == 403 and "may only read" in answer.json()["detail"]

    def test_a_writing_token_writes_as_its_person(self, cast: Any, client: Any) -> None:
        _, secret = make_token(cast.sam, name="stock", days=30, may_write=True)
        answer = self.call(client, secret, "post", name="New CMO")
        assert answer.status_code == 201
        event = TrailEvent.objects.get(record_number=answer.json()["number"])
        assert event.actor_ref == cast.sam.number

    @pytest.mark.parametrize("end", ["revoked", "expired", "forged", "deactivated"])
    def test_an_ended_token_opens_nothing(self, end: str, cast: Any, client: Any) -> None:
        token, secret = make_token(cast.sam, name="stock", days=30, may_write=False)
        travel = timezone.now()
        if end == "revoked":
            revoke_token(token, by=cast.sam)
        elif end == "expired":
            travel += timezone.timedelta(days=31)
        elif end == "forged":
            secret += "x"
        else:
            from cmo_portal.accounts.actions import deactivate

            deactivate(cast.sam.membership, by=cast.ada, reason="Left")
        with time_machine.travel(travel):
            answer = self.call(client, secret)
        assert answer.status_code == 401 and answer["WWW-Authenticate"] == "Bearer"

    def test_a_session_is_not_used_when_a_bad_token_is_sent(self, sign_in: Any) -> None:
        assert self.call(sign_in("sam"), "cmo_wrong").status_code == 401


def test_a_sign_in_that_began_earlier_does_not_bring_the_old_password_back(cast: Any) -> None:
    earlier, changed = User.objects.get(pk=cast.eva.pk), User.objects.get(pk=cast.eva.pk)
    changed.set_password("quiet-river-seven")
    changed.save()
    earlier.last_login = timezone.now()
    earlier.save(update_fields=["last_login"])
    assert User.objects.get(pk=cast.eva.pk).check_password("quiet-river-seven")


def test_a_token_ends_with_the_right_to_have_one(cast: Any, client: Any) -> None:
    from cmo_portal.accounts.actions import give_roles

    _, secret = make_token(cast.sam, name="stock", days=30, may_write=False)
    give_roles(cast.sam.membership, ["inspector"], by=cast.ada, reason="Leaves the team")
    assert client.get("/api/v1/companies/", HTTP_AUTHORIZATION=f"Bearer {secret}").status_code == 401


@pytest.mark.parametrize("query", ["after=WyJ4IiwieSJd", "after=" + "Ww" * 3000, "q=%00", "after=WyJcdTAwMDAiLCAieCJd"])
def test_an_address_nobody_made_gets_no_error_page_of_ours(query: str, sign_in: Any) -> None:
    assert sign_in("ada").get(f"/trail/?{query}").status_code in {400, 404}
