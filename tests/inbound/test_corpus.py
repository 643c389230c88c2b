"""Seventy awkward mails: what comes of each, and nothing of any is lost."""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

import pytest

from cmo_portal.records.attachments import Attachment
from communications.inbound.models import MailStatus
from tests.inbound.conftest import CORPUS, Box

pytestmark = pytest.mark.django_db
FILED, HELD, REFUSED = MailStatus.FILED, MailStatus.HELD, MailStatus.REFUSED


class Fate(NamedTuple):
    """status; the text of the message, or a piece of the reason; names of files; pieces of what is said of others."""

    status: str
    text: str
    files: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


TABLE = {
    # the usual clients, in three languages
    "gmail_en": Fate(FILED, "The mapping is done, the report follows."),
    "gmail_en_wrapped": Fate(FILED, "Yes, 32 probes."),
    "gmail_de": Fate(FILED, "Die Kartierung ist fertig."),
    "gmail_fr": Fate(FILED, "La cartographie est terminée."),
    "gmail_html_only": Fate(FILED, "Both setpoints are mapped.\nSee the report (https://alpenglow.example/r/1)."),
    "outlook_en": Fate(FILED, "Agreed. We use 1.5 degrees at -45.\n\nKind regards\nPat"),
    "outlook_de": Fate(FILED, "Einverstanden, wir nehmen 1,5 Grad."),
    "outlook_fr": Fate(FILED, "D'accord pour 1,5 degré."),
    "outlook_old": Fate(FILED, "Fine with us."),
    "outlook_old_de": Fate(FILED, "Passt."),
    "outlook_html_latin1": Fate(FILED, "Die Mühle läuft wieder."),
    "apple_mail": Fate(FILED, "Probes are calibrated."),
    "apple_iphone_de": Fate(FILED, "Ja, bis Freitag."),
    "thunderbird_top": Fate(FILED, "Done on Friday."),
    "thunderbird_bottom_de": Fate(FILED, "Die Antwort steht unten."),
    "thunderbird_between": Fate(
        FILED,
        "Pat here, my answers stand between the lines.\n\n> Which acceptance limit?\nOne degree.\n\n"
        "> How many probes?\nThirty-two.",
    ),
    "yahoo": Fate(FILED, "We ship on Tuesday."),
    "unknown_client": Fate(FILED, "Nous confirmons.\n\n[CMO Portal, 4.5.]"),
    "words_that_look_like_quotes": Fate(
        FILED,
        "On Monday we wrote: nothing of it is settled.\nFrom: now on we measure twice.\n"
        "This is closed, resolved and done by 1 June.",
    ),
    # nested, signed, with files
    "nested_with_files": Fate(FILED, "Report attached.", ("chart.png", "Kartierung Mühle.pdf")),
    "refused_files": Fate(FILED, "Photo and macro.", ("limits.csv",), ("setup.exe", "fake.pdf")),
    "mail_in_mail": Fate(FILED, "See what engineering says.", ("message-1.eml",)),
    "bounce_in_mail": Fate(FILED, "The bounce I got, for your information.", ("message-1.eml",)),
    "smime_signed": Fate(FILED, "Signed and sent."),
    "smime_encrypted": Fate(HELD, "encrypted"),
    "pgp_inline": Fate(FILED, "The lot is released.\n-- see the list"),
    "pgp_encrypted": Fate(HELD, "encrypted"),
    "tnef": Fate(FILED, "Sent with an old Outlook.", (), ("winmail.dat",)),
    "calendar_invitation": Fate(FILED, "Shall we talk on Thursday?", (), ("invite.ics",)),
    "calendar_accepted": Fate(REFUSED, "invitation of a calendar"),
    "file_without_words": Fate(FILED, "Sent by e-mail without text, with 1 file.", ("report.pdf",)),
    # charsets and encodings
    "charset_unknown": Fate(FILED, "Temperatur außerhalb der Grenze: 5 °C"),
    "charset_utf7": Fate(FILED, "Grün: die Mühle steht."),
    "charset_japanese": Fate(FILED, "承認しました。"),
    "charset_wrong_utf8": Fate(FILED, "Prüfung abgeschlossen – 5 °C"),
    "quoted_printable": Fate(
        FILED, "Die Prüfung läuft, bis sie fertig ist; danach schreiben wir Ihnen alles Weitere in diesem Faden."
    ),
    "header_raw_bytes": Fate(FILED, "Raw bytes in the head."),
    "header_encoded_word_broken": Fate(FILED, "Broken words in the head."),
    "base64_broken": Fate(FILED, "The report is ready."),
    "encoding_unknown": Fate(FILED, "Sent with an encoding that nobody knows."),
    "nul_bytes": Fate(FILED, "Before and after."),
    # malformed
    "boundary_missing": Fate(FILED, "--other\nContent-Type: text/plain\n\nThe boundary that was promised is missing."),
    "boundary_unnamed": Fate(FILED, "Multipart without a boundary."),
    "no_message_id": Fate(FILED, "A mail without an id."),
    "no_from": Fate(HELD, "who wrote it"),
    "two_froms": Fate(HELD, "several senders"),
    "two_authors": Fate(HELD, "several senders"),
    "zero_bytes": Fate(HELD, "who wrote it"),
    "only_noise": Fate(HELD, "who wrote it"),
    "no_headers": Fate(HELD, "who wrote it"),
    "nested_too_deep": Fate(HELD, "could not be read"),
    # machines
    "away_en": Fate(REFUSED, "somebody is away"),
    "away_de": Fate(REFUSED, "somebody is away"),
    "away_fr": Fate(REFUSED, "somebody is away"),
    "auto_submitted": Fate(REFUSED, "Auto-Submitted: auto-replied"),
    "precedence_bulk": Fate(REFUSED, "mass mail"),
    "list_mail": Fate(REFUSED, "mailing list"),
    "null_return_path": Fate(REFUSED, "without a sender on the envelope"),
    "own_circle": Fate(REFUSED, "gone in a circle"),
    "bounce": Fate(REFUSED, "not known here"),
    # doubtful
    "other_address": Fate(HELD, "another address than yours"),
    "forged_sender": Fate(HELD, "another address than yours"),
    "forged_token": Fate(HELD, "none that the portal gave out"),
    "stranger": Fate(REFUSED, "not known here either"),
    "only_quote": Fate(HELD, "beside what it quotes"),
    "script_in_html": Fate(FILED, "Fine by us <b>"),
}
NO_ENVELOPE = ("null_return_path", "bounce")
TO_THE_HEAD = ("forged_token", "stranger")


def test_every_mail_of_the_corpus_has_its_fate() -> None:
    assert {file.stem for file in CORPUS.glob("*.eml")} == set(TABLE)


def test_each_awkward_mail_comes_to_what_the_table_says_and_none_is_lost(box: Box, cast: Any) -> None:
    """One thread takes them all: what one does must not disturb the next."""
    wrong = {name: found for name in TABLE if (found := differences(name, box, cast.pat.ref))}
    assert wrong == {}


def differences(name: str, box: Box, pat: str) -> list[Any]:
    """In what the mail came to something else than its fate says."""
    fate, raw, before = TABLE[name], box.raw(name), len(box.said)
    mail = box.take(
        raw,
        sender=None if name in NO_ENVELOPE else "pat@alpenglow.example",
        to="" if name in TO_THE_HEAD else None,
    )
    with mail.raw.open("rb") as kept:
        lost = kept.read() != raw or mail.sha256 != hashlib.sha256(raw).hexdigest()
    said = box.said[before:]
    if mail.status != fate.status or lost:
        return [mail.status, mail.reasons, lost]
    if fate.status != FILED:
        told = " ".join(mail.reasons)
        return [] if said == [] and fate.text in told else [told, said]
    (message,) = said
    files = Attachment.objects.filter(about_number=message.number).order_by("pk").values_list("name", flat=True)
    facts = (message.body, message.author_ref, mail.message_id, tuple(files), len(mail.refused_files))
    if facts != (fate.text, pat, message.pk, fate.files, len(fate.refused)):
        return list(facts)
    return [each for each in zip(fate.refused, mail.refused_files, strict=True) if each[0] not in each[1]]
