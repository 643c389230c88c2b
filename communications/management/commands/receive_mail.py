"""`receive_mail`: takes answers by e-mail from a mail server (SMTP, LMTP), a mailbox, a file or standard input."""

from __future__ import annotations

import mailbox
import signal
import sys
import threading
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cmo_portal.lib.wording import counted
from cmo_portal.records.context import acting_as
from communications.inbound.listener import Listener
from communications.inbound.models import InboundMail, MailStatus, Way
from communications.inbound.receiving import AWAY, INBOUND, Envelope, receive


class Command(BaseCommand):
    help = (
        "Takes mail: PATH is a Maildir (what was taken goes to its cur folder), an mbox or a file with one mail; -"
        " reads one mail from standard input, as a mail server's pipe brings it, and exits 75 where it should"
        " be tried again."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", nargs="?", default="", help="a Maildir, an mbox, one mail, or - for standard input")
        parser.add_argument("--listen", default="", metavar="HOST:PORT", help="take mail over SMTP here, until stopped")
        parser.add_argument("--lmtp", action="store_true", help="with --listen: speak LMTP instead of SMTP")
        parser.add_argument("--unknown", action="store_true", help="list what was kept and names nobody known here")
        parser.add_argument("--sender", default=None, help="with -: the sender on the envelope, empty for none")
        parser.add_argument("--recipient", action="append", default=[], help="with -: a recipient on the envelope")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["unknown"]:
            self.list_unknown()
            return
        if not settings.REPLY_DOMAIN:
            raise CommandError("REPLY_DOMAIN is empty: no address can be answered. Set it first.")
        if bool(options["path"]) == bool(options["listen"]):
            raise CommandError("Name a mailbox, or an address with --listen.")
        if options["listen"]:
            self.listen(options["listen"], lmtp=options["lmtp"])
        elif options["path"] == "-":
            self.take_one(options["sender"], tuple(options["recipient"]))
        else:
            self.take_all(Path(options["path"]))

    def list_unknown(self) -> None:
        """Of no company, so on nobody's page: whoever runs the portal finds it here, and the mail under its path."""
        with acting_as(INBOUND):
            for mail in InboundMail.objects.filter(wall_owner=None).order_by("created_at").iterator():
                told = " ".join(mail.reasons)
                self.stdout.write(f"{mail.created_at:%Y-%m-%d %H:%M} {mail.number} {mail.raw.name} {told}")

    def listen(self, place: str, *, lmtp: bool) -> None:
        host, _, port = place.rpartition(":")
        if not host or not port.isdecimal():
            raise CommandError(f"--listen is {place!r}: write a host and a port, like 127.0.0.1:8024.")
        done = threading.Event()
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, lambda *_: done.set())
        listener = Listener(host.strip("[]"), int(port), lmtp=lmtp)
        listener.start()
        self.stdout.write(f"Taking mail for {settings.REPLY_DOMAIN} over {'LMTP' if lmtp else 'SMTP'} at {place}.")
        self.stdout.flush()
        done.wait()
        listener.stop()

    def take_one(self, sender: str | None, recipients: tuple[str, ...]) -> None:
        try:
            mails = receive(sys.stdin.buffer.read(), Envelope(Way.FILE, sender, recipients))
        except AWAY as error:
            self.stderr.write(f"Not taken: {error}")
            sys.exit(75)  # EX_TEMPFAIL: the mail server tries again
        self.stdout.write("\n".join(f"{mail.number} {mail.status}" for mail in mails))

    def take_all(self, path: Path) -> None:
        count = dict.fromkeys(MailStatus.values, 0)
        try:
            for raw in mails_in(path):
                for mail in receive(raw, Envelope()):
                    count[mail.status] += 1
        except OSError as error:
            raise CommandError(f"{path} cannot be read: {error}") from error
        told = [f"{number} {status}" for status, number in count.items() if number]
        self.stdout.write(f"{counted(sum(count.values()), 'mail')}: {', '.join(told) or 'nothing there'}.")


def begins(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(5)


def mails_in(path: Path) -> Iterator[bytes]:
    """Every mail, as its bytes stand there. Of a Maildir only the new ones, each moved on once it was taken."""
    if (path / "new").is_dir():
        for file in sorted((path / "new").iterdir()):
            yield file.read_bytes()
            (path / "cur").mkdir(exist_ok=True)
            file.rename(path / "cur" / f"{file.name}:2,S")
    elif path.is_file() and begins(path) == b"From ":
        box = mailbox.mbox(path, create=False)
        try:
            for key in box.iterkeys():
                yield box.get_bytes(key)
        finally:
            box.close()
    elif path.is_file():
        yield path.read_bytes()
    else:
        raise FileNotFoundError(f"{path} is neither a Maildir nor a file")
