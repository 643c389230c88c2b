"""The address of one record among many, without asking Django's resolver for each row of a list."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.urls import get_script_prefix, get_urlconf, reverse

PLACE = "0NUMBER0"


def address_of(url_name: str, number: str) -> str:
    """What `reverse(url_name, args=[number])` says of a record's number, at a hundredth of its cost."""
    before, after = around(url_name, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())
    return f"{before}{number}{after}"


@lru_cache(maxsize=1000)
def around(url_name: str, urlconf: str, prefix: str) -> tuple[str, str]:
    """What stands before and after the number. Addresses do not change while a process lives."""
    before, _, after = reverse(url_name, urlconf, args=[PLACE]).partition(PLACE)
    return before, after
