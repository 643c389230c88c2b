"""A person's calendar feeds: a secret address that is shown once, read without a session, and revoked for good."""

from __future__ import annotations

import hashlib
import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils import timezone

from cmo_portal.accounts.models import User
from cmo_portal.accounts.permissions import Permission as P
from cmo_portal.lib.ical import Entry, calendar_bytes
from cmo_portal.records.actors import SIGN_IN, Actor
from cmo_portal.records.context import acting_as
from cmo_portal.records.deadlines import DueItem, kinds, words_of
from cmo_portal.records.record import opened_door
from cmo_portal.records.trail import write
from communications.deadlines.ball import ME, SIDE, open_items, waiting_for
from communications.deadlines.words import Row, rows_of
from communications.notices.feeds import CalendarFeed

HINT = 6  # characters by which a person tells their feeds apart
MOST_FEEDS = 20
BEHIND, AHEAD, MOST = timedelta(days=180), timedelta(days=550), 2000
AN_HOUR, ASKED_AN_HOUR = 3600, 120


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def make_feed(user: User, *, name: str, by: Actor) -> tuple[CalendarFeed, str]:
    """(record, token). The token is shown once; no record keeps it. ValidationError when there are too many."""
    if feeds_of(user).count() >= MOST_FEEDS:
        raise ValidationError({"name": f"You have {MOST_FEEDS} feeds: revoke one that you no longer use."})
    token = secrets.token_urlsafe(32)
    feed = CalendarFeed(
        user=user,
        name=" ".join(name.split()),
        digest=digest_of(token),
        hint=token[:HINT],
        wall_owner=user.company_id,
    )
    write(feed, by=by, action="feed.make")
    return feed, token


def revoke_feed(feed: CalendarFeed, *, by: Actor) -> CalendarFeed:
    """Its address answers from now on as if it had never been."""
    feed.is_revoked = True
    write(feed, by=by, action="feed.revoke")
    return feed


def feeds_of(user: User) -> models.QuerySet[CalendarFeed]:
    """The person's own feeds that still work."""
    return CalendarFeed.objects.visible_to(user).filter(user=user, is_revoked=False)


def address_of(token: str, *, side: bool = False) -> str:
    path = reverse("communications:feed", args=[token])
    return f"{settings.SITE_URL}{path}{'?show=side' if side else ''}"


def asks_too_often(feed: CalendarFeed) -> bool:
    """Whether the feed was asked more often than a calendar needs. Unknown addresses are counted nowhere: whoever makes
    them up would fill the cache."""
    key = f"calendar-feed:{feed.number}"
    cache.add(key, 0, AN_HOUR)
    try:
        return bool(cache.incr(key) > ASKED_AN_HOUR)
    except ValueError:  # it ended between the two
        return False


def feed_of(token: str, now: datetime) -> CalendarFeed | None:
    """The feed of the address, with a person who is still here and may read deadlines; else None, whatever is amiss."""
    with acting_as(SIGN_IN):
        feed: CalendarFeed | None = (
            CalendarFeed.objects.select_related("user__membership__company")
            .filter(digest=digest_of(token), is_revoked=False, user__is_active=True)
            .first()
        )
        if feed is None or getattr(feed.user, "membership", None) is None:
            return None
        feed.user.belongs = feed.user.membership  # type: ignore[misc]
        if not feed.user.may(P.DUE_VIEW):
            return None
        if feed.last_used_at is None or now - feed.last_used_at > timedelta(hours=1):
            with opened_door():
                CalendarFeed.objects.filter(pk=feed.pk).update(last_used_at=now)
    return feed


def calendar_of(feed: CalendarFeed, now: datetime, *, side: bool) -> bytes:
    """The person's own deadlines as a calendar, or with `side` all of their side; walls as on the pages."""
    person: User = feed.user
    today = timezone.localdate(now)
    rows = open_items(person).filter(waiting_for(person, SIDE if side else ME))
    rows = rows.filter(due_date__gte=today - BEHIND, due_date__lte=today + AHEAD)
    items: Sequence[DueItem] = list(rows.order_by("due_date", "number")[:MOST])
    titles = mail_titles(items)
    rows_in_words = rows_of(items, person, now)
    return calendar_bytes(f"CMO Portal: {feed.name}", [entry_of(row, titles) for row in rows_in_words])


def entry_of(row: Row, titles: Mapping[tuple[str, str], str]) -> Entry:
    """One item. Its title says no more than a mail may; a day that moved is the same entry with a higher sequence."""
    item = row.item
    page = settings.SITE_URL + reverse("communications:deadline-detail", args=[item.number])
    is_plain = kinds[item.kind].mail_title is None
    title = item.title if is_plain else titles.get((item.kind, item.record_number), words_of(item.kind))
    about = [
        f"Waits for {'you' if row.is_mine else row.who}." if is_plain else "",
        f"With {row.place}." if is_plain and row.place else "",
        page,
    ]
    return Entry(
        uid=f"{item.number.lower()}@{settings.SITE_URL.partition('://')[2]}",
        title=title,
        on=item.due_date,
        at=item.due_at,
        sequence=int((item.armed_at - item.opened_at).total_seconds()),
        changed_at=max(item.armed_at, item.held_since),
        description="\n".join(part for part in about if part),
        url=page,
        category=words_of(item.kind),
    )


def mail_titles(items: Iterable[DueItem]) -> dict[tuple[str, str], str]:
    """Titles for outside of the portal, of kinds whose own titles hold what people wrote; one query a kind."""
    numbers: dict[str, list[str]] = defaultdict(list)
    for item in items:
        if kinds[item.kind].mail_title is not None:
            numbers[item.kind].append(item.record_number)
    return {
        (code, record.number): kinds[code].mailed(record)
        for code, some in numbers.items()
        for record in kinds[code].rows().filter(number__in=some)
    }
