"""Hands on the subjects' models, so that Django finds one app with one migrations folder."""

from communications.notices.models import Notice

__all__ = ["Notice"]
