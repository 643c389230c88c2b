"""The demo's policies: how Northgate wants to hear of responses, and sooner of critical findings."""

from __future__ import annotations

from cmo_portal.accounts.models import User
from vendors.registry.deadline_policy_actions import add_policy

POLICIES = (
    {"kind": "response.due", "offsets": ["14d", "7d", "2b", "0d", "-3d"]},
    {
        "kind": "response.due",
        "facet": "critical",
        "offsets": ["10b", "5b", "2b", "1b", "0d", "-1d"],
        "escalation": {"-1d": "owner", "-2d": "manager", "-5d": "facilitators"},
    },
)


def seed_policies(sam: User) -> None:
    for values in POLICIES:
        add_policy(sam.company, by=sam, **values)
