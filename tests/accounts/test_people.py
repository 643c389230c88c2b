"""People: invited, given roles, deactivated; each act trailed and refused where it must be."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from cmo_portal.accounts.models import Invitation, Membership, User
from cmo_portal.records.trail import TrailEvent
from communications.notices.tasks import mail_invitation

pytestmark = pytest.mark.django_db
NEW = {"email": "Nora@northgate.example", "name": "Nora Weiss", "roles": ["evaluator"]}


def place(name: str) -> Membership:
    return Membership.objects.select_related("user").get(user__email__startswith=f"{name}@")


def invited(client: Any) -> Invitation:
    assert client.post(reverse("accounts:people-invite"), NEW).status_code == 302
    return Invitation.objects.get(email="nora@northgate.example")


def test_an_invitation_leads_to_an_account_once(sign_in: Any) -> None:
    invitation = invited(sign_in("ada"))
    stranger, address = sign_in(""), reverse("accounts:invitation-accept", args=[invitation.token()])
    assert "Join Northgate Biopharma" in stranger.get(address).content.decode()
    answer = stranger.post(address, {"name": "Nora Weiss", "password": "quiet-river-seven"})
    assert answer.status_code == 302
    person = User.objects.get(email="nora@northgate.example")
    assert person.company_name == "Northgate Biopharma" and person.role_names == ("evaluator",)
    assert stranger.get(address).status_code == 410
    assert sign_in("").login(email=person.email, password="quiet-river-seven")


def test_a_weak_password_is_refused_with_the_form_kept(sign_in: Any) -> None:
    address = reverse("accounts:invitation-accept", args=[invited(sign_in("ada")).token()])
    answer = sign_in("").post(address, {"name": "Nora Weiss", "password": "short"})
    assert answer.status_code == 422
    assert "too short" in answer.content.decode() and "Nora Weiss" in answer.content.decode()
    assert not User.objects.filter(email="nora@northgate.example").exists()


def test_resending_ends_the_older_address(sign_in: Any) -> None:
    ada = sign_in("ada")
    invitation = invited(ada)
    old = invitation.token()
    ada.post(reverse("accounts:invitation-act", args=[invitation.number, "resend"]))
    invitation.refresh_from_db()
    assert sign_in("").get(reverse("accounts:invitation-accept", args=[old])).status_code == 410
    assert sign_in("").get(reverse("accounts:invitation-accept", args=[invitation.token()])).status_code == 200


def test_an_invitation_ends_after_fourteen_days(sign_in: Any) -> None:
    invitation = invited(sign_in("ada"))
    with time_machine.travel(timezone.now() + timezone.timedelta(days=15)):
        address = reverse("accounts:invitation-accept", args=[invitation.token()])
        assert sign_in("").get(address).status_code == 410


def test_the_mail_goes_out_once_and_holds_the_address(sign_in: Any) -> None:
    invitation = invited(sign_in("ada"))
    for _ in range(2):
        mail_invitation(invitation.number)
    assert len(mail.outbox) == 1
    assert invitation.token() in str(mail.outbox[0].body)
    assert "Northgate Biopharma invites you" in mail.outbox[0].subject


def test_inviting_somebody_who_has_an_account_elsewhere_tells_nothing(sign_in: Any) -> None:
    answer = sign_in("ada").post(
        reverse("accounts:people-invite"), {**NEW, "email": "otto@ottertx.example"}, follow=True
    )
    assert "is on its way" in answer.content.decode()


def test_inviting_twice_says_what_to_do(sign_in: Any) -> None:
    ada = sign_in("ada")
    invited(ada)
    answer = ada.post(reverse("accounts:people-invite"), NEW)
    assert answer.status_code == 422 and "resend the invitation instead" in answer.content.decode()


def test_new_roles_need_a_reason_and_stand_in_the_trail(sign_in: Any) -> None:
    ada, eva = sign_in("ada"), place("eva")
    address = reverse("accounts:person-edit", args=[eva.number])
    assert ada.post(address, {"name": "Eva Lindqvist", "roles": ["auditor"]}).status_code == 422
    assert (
        ada.post(address, {"name": "Eva Lindqvist", "roles": ["auditor"], "reason": "Trained in May"}).status_code
        == 302
    )
    event = TrailEvent.objects.get(record_number=eva.number, action="membership.give_roles")
    assert event.says["changes"] == {"roles": [["evaluator"], ["auditor"]]} and event.reason == "Trained in May"


def test_nobody_gives_roles_to_themselves(sign_in: Any) -> None:
    body = {"name": "Ada Brunner", "roles": ["administrator", "quality_head"], "reason": "I would like to"}
    answer = sign_in("ada").post(reverse("accounts:person-edit", args=[place("ada").number]), body)
    assert answer.status_code == 422 and "your own roles" in answer.content.decode()


def test_a_sponsor_cannot_give_a_partners_role(sign_in: Any) -> None:
    body = {"name": "Eva Lindqvist", "roles": ["partner_admin"], "reason": "x"}
    assert sign_in("ada").post(reverse("accounts:person-edit", args=[place("eva").number]), body).status_code == 422


def test_the_last_administrator_stays(sign_in: Any, cast: Any) -> None:
    from cmo_portal.accounts.actions import give_roles

    give_roles(place("quinn"), ["quality_head", "administrator"], by=cast.ada, reason="Deputy")
    quinn = sign_in("quinn")
    body = {"name": "Ada Brunner", "roles": ["inspector"], "reason": "Leaves"}
    assert quinn.post(reverse("accounts:person-edit", args=[place("ada").number]), body).status_code == 302
    answer = sign_in("quinn").post(reverse("accounts:person-act", args=[place("quinn").number, "deactivate"]), body)
    assert answer.status_code == 422


def test_a_deactivated_person_is_out_at_once(sign_in: Any) -> None:
    tom = sign_in("tom")
    assert tom.get("/").status_code == 200
    body = {"reason": "Left the company"}
    sign_in("ada").post(reverse("accounts:person-act", args=[place("tom").number, "deactivate"]), body)
    assert tom.get("/").status_code == 302
    assert not sign_in("").login(email="tom@northgate.example", password="Demo-portal-2026")
    assert User.objects.filter(email="tom@northgate.example").exists()


def test_sign_out_everywhere_ends_every_session(sign_in: Any) -> None:
    first, second = sign_in(""), sign_in("")
    for client in (first, second):
        body = {"login": "tom@northgate.example", "password": "Demo-portal-2026"}
        assert client.post(reverse("account_login"), body).status_code == 302
    assert UserSession.objects.filter(user__email__startswith="tom@").count() == 2
    sign_in("ada").post(reverse("accounts:person-sign-out", args=[place("tom").number]))
    assert first.get("/").status_code == second.get("/").status_code == 302


def test_two_administrators_on_one_form_both_keep_their_words(sign_in: Any) -> None:
    ada, address = sign_in("ada"), reverse("accounts:company-edit")
    opened = ada.get(address).context["form"].instance.version
    body = {"name": "Northgate Biopharma AG", "country": "CH", "time_zone": "Europe/Zurich", "version": opened}
    assert ada.post(address, body).status_code == 302
    answer = ada.post(address, {**body, "name": "Northgate Pharma"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "changed this while you were editing" in page
    assert "Northgate Biopharma AG" in page and "Northgate Pharma" in page
    again = {**body, "name": "Northgate Pharma", "version": answer.context["form"]["version"].value()}
    assert ada.post(address, again).status_code == 302


def test_a_password_reset_leads_back_in(sign_in: Any) -> None:
    stranger = sign_in("")
    assert stranger.post(reverse("account_reset_password"), {"email": "eva@northgate.example"}).status_code == 302
    link = next(line for line in str(mail.outbox[0].body).split() if "/password/reset/key/" in line)
    form = stranger.get(link, follow=True)
    body = {"password1": "quiet-river-seven", "password2": "quiet-river-seven"}
    assert stranger.post(form.redirect_chain[-1][0], body).status_code == 302
    assert sign_in("").login(email="eva@northgate.example", password="quiet-river-seven")


def test_a_reset_for_an_unknown_address_looks_the_same(sign_in: Any) -> None:
    known = sign_in("").post(reverse("account_reset_password"), {"email": "eva@northgate.example"})
    unknown = sign_in("").post(reverse("account_reset_password"), {"email": "nobody@nowhere.example"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)


def test_an_address_of_ones_own_choice_cannot_be_added(sign_in: Any) -> None:
    answer = sign_in("pat").post("/accounts/email/", {"email": "otto@ottertx.example", "action_add": ""})
    assert answer.status_code == 404


def test_a_name_with_line_breaks_is_refused(sign_in: Any) -> None:
    answer = sign_in("ada").post(reverse("accounts:people-invite"), {**NEW, "name": "Nora\r\nBcc: x"})
    assert answer.status_code == 422


def test_an_old_form_does_not_take_newer_roles_away(sign_in: Any) -> None:
    ada, eva = sign_in("ada"), place("eva")
    address = reverse("accounts:person-edit", args=[eva.number])
    body = {"name": "Eva Lindqvist", "roles": ["auditor"], "reason": "Trained", "version": eva.version}
    assert ada.post(address, body).status_code == 302
    assert ada.post(address, {**body, "roles": ["inspector"]}).status_code == 409
    assert place("eva").roles == ["auditor"]


def test_the_address_of_an_invitation_can_be_copied_whole(sign_in: Any) -> None:
    ada = sign_in("ada")
    invitation = invited(ada)
    assert (
        f"http://testserver{reverse('accounts:invitation-accept', args=[invitation.token()])[:30]}"
        in ada.get("/people/").content.decode()
    )


def test_whoever_has_nothing_to_do_is_told_where_to_start(sign_in: Any) -> None:
    page = sign_in("ada").get("/").content.decode()
    assert "Where to start" in page and reverse("accounts:people-invite") in page
    assert "Where to start" not in sign_in("ines").get("/").content.decode()
