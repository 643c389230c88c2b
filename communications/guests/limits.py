"""How often somebody may try: counted by link and by the address that the request comes from, as at sign-in."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

MINUTE, QUARTER = 60, 15 * 60
# act -> (how many, in how many seconds) for one address and for one link; no number where it is not counted
LIMITS: dict[str, tuple[tuple[int, int], tuple[int, int] | None]] = {
    "open": ((60, MINUTE), None),
    "send": ((10, MINUTE), (3, QUARTER)),
    "code": ((20, MINUTE), (10, QUARTER)),
}


def is_too_often(request: HttpRequest, act: str, link: str) -> bool:
    """Counts the try before it is looked at, so that parallel tries count too."""
    by_address, by_link = LIMITS[act]
    address = get_adapter().get_client_ip(request)  # behind proxies the one before them (TRUSTED_PROXIES)
    over = is_over(f"guest-{act}:address:{address}", *by_address)
    return (by_link is not None and is_over(f"guest-{act}:link:{link}", *by_link)) or over


def is_over(key: str, most: int, seconds: int) -> bool:
    cache.add(key, 0, seconds)
    try:
        return bool(cache.incr(key) > most)
    except ValueError:  # it ended between the two
        return False
