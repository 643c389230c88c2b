"""Who gets what at the addresses of people, company and profile, and at the roof's own pages."""

from __future__ import annotations

from typing import Any

from cmo_portal.accounts.actions import invite
from cmo_portal.accounts.models import ApiToken, Company, Membership, User
from cmo_portal.accounts.tokens import make_token
from cmo_portal.records.actors import SETUP
from tests.house.matrix import EVERYBODY, PARTNER, SPONSOR, Row, answers

ALL = (*SPONSOR, *PARTNER, "otto")


def colleague(name: str) -> list[Any]:
    return [Membership.objects.get(user__email__startswith=f"{name}@").number]


def company_of_otter_and_alpenglow() -> list[Any]:
    """Alpenglow works with both sponsors; its competitor learns nothing of it."""
    return [Company.objects.get(name="Alpenglow Pharma Services").number]


def invitation() -> Any:
    company = Company.objects.get(name="Northgate Biopharma")
    return invite(company, email="new@northgate.example", name="New", roles=["evaluator"], by=SETUP)


def token_of_sam() -> list[Any]:
    sam = User.objects.get(email__startswith="sam@")
    token: ApiToken = make_token(sam, name="t", days=30, may_write=False)[0]
    return [token.number]


everyone = answers(ok=ALL)
managers = answers(ok=("ada", "uwe"), forbidden=tuple(n for n in ALL if n not in ("ada", "uwe")))
# A page about one person of Northgate: an administrator elsewhere learns nothing of it.
of_northgate = {**managers, "uwe": 404}
posts_of_northgate = {**of_northgate, "ada": 302}
public = dict.fromkeys(EVERYBODY, 200)
with_tokens = answers(ok=tuple(n for n in ALL if n not in ("ada", "ines")), forbidden=("ada", "ines"))
readers_of_trail = answers(
    ok=("sam", "quinn", "leo", "ada", "uwe", "otto"), forbidden=("eva", "tom", "priya", "ines", "pat", "bea")
)

ROWS = [
    Row("home", everyone),
    Row("search", everyone),
    Row("trail-list", readers_of_trail),
    Row("trail-export", readers_of_trail, lambda: ["csv"]),
    Row("healthz", public),
    Row("readyz", public),
    Row("metrics", dict.fromkeys(EVERYBODY, 404)),
    Row("styleguide", public),
    Row("keys", public),
    Row("keys-json", public),
    Row("account-email-absent", dict.fromkeys(EVERYBODY, 404)),
    Row("schema", public),
    Row("api-docs", public),
    Row("api-trail-list", {**readers_of_trail, "": 401}),
    Row("api-companies-list", {**everyone, "": 401}),
    Row("api-companies-detail", {**dict.fromkeys(ALL, 200), "bea": 404, "": 401}, company_of_otter_and_alpenglow),
    Row("accounts:people-list", everyone),
    Row("accounts:people-invite", managers),
    Row("accounts:person-edit", of_northgate, lambda: colleague("eva")),
    Row("accounts:person-act", of_northgate, lambda: [*colleague("eva"), "deactivate"]),
    Row("accounts:person-sign-out", posts_of_northgate, lambda: colleague("eva"), "post"),
    Row("accounts:invitation-act", posts_of_northgate, lambda: [invitation().number, "resend"], "post"),
    Row("accounts:invitation-accept", public, lambda: [invitation().token()]),
    Row("accounts:invitation-accept", dict.fromkeys(EVERYBODY, 410), lambda: ["x:y"], note="forged"),
    Row("accounts:company-edit", managers),
    Row("accounts:profile-edit", everyone),
    Row("accounts:theme-edit", {**dict.fromkeys(ALL, 302), "": 302}, method="post", body={"theme": "dark"}),
    Row("accounts:token-list", with_tokens),
    Row(
        "accounts:token-revoke",
        {**with_tokens, **dict.fromkeys((n for n in with_tokens if with_tokens[n] == 200), 404), "sam": 302},
        token_of_sam,
        "post",
    ),
    Row("accounts:setup", dict.fromkeys(EVERYBODY, 404), lambda: ["first:x"]),
]
