"""When a mail may reach a person: the day's digest at their own place, quiet hours, weekends. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
DIGEST = time(7)
SATURDAY = 5


@dataclass(frozen=True)
class Hours:
    """A person's hours. quiet_from, quiet_until: both or neither; they may lie on both sides of midnight."""

    zone: ZoneInfo
    digest: time = DIGEST
    quiet_from: time | None = None
    quiet_until: time | None = None
    rests_at_weekends: bool = False

    def is_quiet(self, moment: datetime) -> bool:
        """Whether nothing may ring at `moment` (an instant)."""
        local = moment.astimezone(self.zone)
        if self.rests(local.date()):
            return True
        if self.quiet_from is None or self.quiet_until is None or self.quiet_from == self.quiet_until:
            return False
        now = local.time()
        if self.quiet_from < self.quiet_until:
            return self.quiet_from <= now < self.quiet_until
        return now >= self.quiet_from or now < self.quiet_until

    def rests(self, day: date) -> bool:
        return self.rests_at_weekends and day.weekday() >= SATURDAY

    def after_quiet(self, moment: datetime) -> datetime:
        """The first instant not before `moment` at which mail may ring."""
        while self.is_quiet(moment):
            local = moment.astimezone(self.zone)
            ends = [at(local.date() + DAY, time(), self.zone)]
            if self.quiet_until is not None:  # an hour that comes twice in autumn may end them at either
                ends += [at(local.date(), self.quiet_until.replace(fold=fold), self.zone) for fold in (0, 1)]
            moment = min(end for end in ends if end > moment)
        return moment

    def day(self, moment: datetime) -> date:
        """The day it is at the person's place."""
        return moment.astimezone(self.zone).date()

    def digest_of(self, day: date) -> datetime:
        """When the day's mail goes; of a day on which the person rests, with that of the next working day."""
        while self.rests(day):
            day += DAY
        return self.after_quiet(at(day, self.digest, self.zone))

    def ready(self, moment: datetime, *, waits: bool) -> datetime:
        """When a notice of `moment` may go: with the digest where it `waits` for one, else as soon as it may ring.

        After the day's hour of the digest it may still be that day's, but not in quiet hours: then it is the next's.
        """
        if not waits:
            return self.after_quiet(moment)
        digest = self.digest_of(self.day(moment))
        if moment <= digest:
            return digest
        return self.digest_of(self.day(moment) + DAY) if self.is_quiet(moment) else moment


def at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The instant of a wall clock's time; in a gap of summer time the moment after it."""
    return datetime.combine(day, clock, tzinfo=zone).astimezone(UTC)
