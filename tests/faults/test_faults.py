"""Whatever dies, each of 5,000 reminders is claimed once and told once: 0 lost, 0 double, counted at the mail server.

Each test lets a day dawn on which every item owes a reminder to its holder, does its harm meanwhile, and counts rows of
the ledger and lines of mails. Half of the people get one digest that day, half a mail as soon as there is something.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter

import pytest

from tests.faults.world import BEATS, ITEMS, LEASE, LEDGER, NOTICES, WORKERS, World, pause
from tests.private_servers import PATIENCE, ROOT, wait_for

pytestmark = pytest.mark.faults


def test_a_worker_is_killed_in_the_middle_of_its_sweep(world: World) -> None:
    with world.swept_into_a_wall():
        wave = world.dawn()
        caught = wait_for(world.standing_sweeps, "a sweep is under way")
        for program in world.named(caught):
            program.kill()
    world.crew()
    assert world.check(wave) == []


def test_a_worker_is_killed_while_the_mail_server_takes_its_mail(world: World) -> None:
    """First the processes that send, then, a few mails on, a whole worker: accepted, and never marked as sent."""
    killed: list[int] = []

    def strike(mails: int) -> None:
        if mails == wave.first_mail + 3:
            killed.append(sum(program.kill_children() for program in world.named(world.senders())))
        if mails == wave.first_mail + 12:
            killed.append(sum(program.kill() for program in world.named(world.senders())))

    wave = world.dawn()
    world.mailbox.on_mail = strike
    wait_for(lambda: len(killed) == 2, "both blows were struck")
    world.mailbox.on_mail = None
    world.crew()
    world.skip(LEASE)  # on what the killed had in hand
    assert world.check(wave, killed=sum(killed)) != []


def test_two_beats_and_four_workers(world: World) -> None:
    world.crew(workers=4, beats=2)
    wave = world.dawn()
    assert world.check(wave) == []
    world.crew()


def test_redis_stops_and_starts(world: World) -> None:
    wave = world.dawn()
    wait_for(lambda: len(world.mailbox.mails) > wave.first_mail, "the first mail")
    world.redis.stop(signal.SIGKILL)
    assert not world.is_quiet(wave)
    pause(3)
    world.redis.start()
    assert world.check(wave) == []
    assert len(world.alive("worker")) == WORKERS and len(world.alive("beat")) == BEATS


def test_the_day_dawns_while_redis_is_away(world: World) -> None:
    world.redis.stop(signal.SIGTERM)
    wave = world.dawn()
    pause(3)
    world.redis.start()
    assert world.check(wave) == []


def test_postgresql_restarts_in_the_middle_of_a_sweep(world: World) -> None:
    with world.swept_into_a_wall():
        wave = world.dawn()
        wait_for(world.standing_sweeps, "a sweep is under way")
        world.cluster.stop(signal.SIGINT)
    world.cluster.start()
    assert world.check(wave) == []


def test_postgresql_is_killed_while_the_mail_server_takes_a_mail(world: World) -> None:
    """The process that sent the mail lives: it waits for the database and says so, and the mail comes once."""
    struck: list[int] = []

    def strike(mails: int) -> None:
        if mails == wave.first_mail + 3:
            world.cluster.stop(signal.SIGKILL)
            struck.append(mails)

    world.cluster.ask("checkpoint")  # so that it is back soon
    wave = world.dawn()
    world.mailbox.on_mail = strike
    wait_for(lambda: struck, "the blow was struck")
    world.cluster.start()
    assert world.check(wave) == []


def test_the_clock_jumps_over_three_days(world: World) -> None:
    assert world.check(world.dawn(days=3)) == []


def test_the_clock_jumps_while_a_mail_is_handed_over(world: World) -> None:
    """Every lease ends at once, and nobody takes a mail from a process that is still at work."""
    jumped: list[int] = []

    def jump(mails: int) -> None:
        if mails == wave.first_mail + 3:
            world.dawn(days=3)
            pause(5)
            jumped.append(mails)

    wave = world.dawn()
    world.mailbox.on_mail = jump
    wait_for(lambda: jumped, "the clock jumped")
    world.settle(wave)
    claims = world.claims(wave)
    assert len(claims) == ITEMS and set(claims.values()) == {4}
    found, again = world.lines(wave)
    assert (len(found), again) == (ITEMS, [])


def test_dates_move_while_the_sweep_runs(world: World) -> None:
    """What moved is told for its new date; for its old one at most once, and only if it had been claimed before."""
    moving = [f"Z{number:05}" for number in range(ITEMS // 2, ITEMS, ITEMS // 50)]
    command = [sys.executable, "-m", "tests.faults.move", *moving]
    mover = subprocess.Popen(command, cwd=ROOT, env=world.environment, stdout=subprocess.PIPE, text=True)
    assert mover.stdout is not None
    assert mover.stdout.readline() == "ready\n"
    with world.swept_into_a_wall():
        wave = world.dawn()
        wait_for(world.standing_sweeps, "a sweep is under way")
    assert mover.communicate(timeout=PATIENCE)[0].split() == moving
    world.settle(wave)
    sent = world.cluster.ask(
        f"select title, due_key from {NOTICES} where created_at >= %s and channel = 'email' and state = 'sent'",
        wave.since,
    )
    expected = Counter(title.split()[2] for title, _ in sent)
    assert (world.lines(wave)) == (expected, [])
    assert len(expected) == ITEMS and {expected[item] for item in expected if item not in moving} == {1}
    dates = {key for _, key in sent}
    assert len(dates) == 2
    assert {title.split()[2] for title, key in sent if key == max(dates)} == set(moving)
    claimed = f"select count(*), count(distinct record_number) from {LEDGER} where claimed_at >= %s and due_key = %s"
    ((rows, items),) = world.cluster.ask(claimed, wave.since, min(dates))
    assert rows == items and ITEMS - len(moving) <= items <= ITEMS
    assert world.cluster.ask(claimed, wave.since, max(dates))[0][1] == len(moving)


def test_the_mail_server_goes_and_comes_back(world: World) -> None:
    world.mailbox.stop()
    wave = world.dawn()
    failed = f"select count(*) from {NOTICES} where state = 'failed'"
    wait_for(lambda: world.cluster.ask(failed)[0][0] > ITEMS // 4, "mails failed")
    world.mailbox.start()
    world.turn_clock(world.now.replace(hour=13))  # an hour later every one is tried again
    assert world.check(wave) == []


def test_after_all_this_every_due_item_is_in_step(world: World) -> None:
    assert "Every due item says what its record says." in world.run("manage.py", "rebuild_due_items", "--check")
    doubles = f'select kind, record_number, due_key, "offset" from {LEDGER} group by 1, 2, 3, 4 having count(*) > 1'
    assert world.cluster.ask(doubles) == []
    assert os.environ.get("CLOCK_OFFSET_FILE") is None
