"""What the demo shows of this subject, made through the same actions and importers as everything else."""

from cmo_portal.accounts.models import User


def seed(cast: dict[str, User]) -> None:
    """`cast`: the people by first name."""
