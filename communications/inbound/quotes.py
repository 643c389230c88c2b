"""Cuts what a mail program adds to an answer: the mail it answers, and the signature. Pure; one look at each line.

Only what stands at an end is cut. An answer written between quoted lines keeps them, because it means nothing without.
What is cut is not lost: the mail itself is kept whole.
"""

from __future__ import annotations

import re
from itertools import islice

SIGNATURE = 15  # lines at most: what is longer was written
LONGEST_LINE = 2_000  # of a line, so much is looked at
MARKER = "Answer above this line"  # stands at the top of our mails, for programs that nobody has heard of

# "On 3 May 2026, Sam wrote:" as the usual programs write it, in the languages of the people who write here.
WROTE = re.compile(
    r"^(?:(?:On|Op|På|Den)\s.{6,400}?\s(?:wrote|schreef|skrev)"
    r"|Am\s.{6,400}?schrieb(?:\s.{1,200})?"
    r"|.{6,200}?\sschrieb\s(?:am|um)\s.{4,200}"
    r"|Le\s.{6,400}?a\sécrit"
    r"|El\s.{6,400}?escribió"
    r"|Il\s.{6,400}?ha\sscritto"
    r"|Em\s.{6,400}?escreveu"
    r"|.{1,200}<[^<>\s]+@[^<>\s]+>\s(?:wrote|schrieb|a\sécrit|writes))\s?:$",
    re.IGNORECASE,
)
BEGINS_WROTE = re.compile(r"^(?:On|Am|Le|El|Il|Op|På|Den|Em)\s", re.IGNORECASE)
SEPARATOR = re.compile(
    r"^[-_*=\s]*(?:original\s(?:message|appointment)|ursprüngliche\s(?:nachricht|e-mail|mail)|"
    r"message\s(?:d['’]origine|original)|originalnachricht|forwarded\smessage|weitergeleitete\snachricht|message\stransféré|mensaje\soriginal|"
    r"messaggio\soriginale|reply\smessage|antwort\snachricht)[-_*=\s]*$",
    re.IGNORECASE,
)
FORWARDED = re.compile(
    r"^(?:begin\sforwarded\smessage|anfang\sder\sweitergeleiteten\snachricht|début\sdu\smessage\s(?:réexpédié|transféré))\s?:$",
    re.IGNORECASE,
)
FROM = re.compile(r"^\**(?:From|Von|De|Da|Van|Från)\**\s?:\**\s*\S", re.IGNORECASE)
FIELD = re.compile(
    r"^\**(?:From|Sent|Date|To|Cc|Subject|Reply-To|Von|Gesendet|Datum|An|Betreff|Antwort an|De|Envoyé|"
    r"Date d['’]envoi|À|A|Objet|Répondre à|Enviado|Para|Asunto|Da|Inviato|Oggetto|Importance|Wichtigkeit)\**\s?:\**\s*",
    re.IGNORECASE,
)
RULE = re.compile(r"^_{10,}$")
SENT_FROM = re.compile(
    r"^(?:Sent from (?:my|Outlook|Mail|Yahoo|Samsung|Proton|AOL|Gmail).{0,80}|Get Outlook for .{1,80}"
    r"|Von meinem .{1,60} gesendet.?|Gesendet (?:von|mit|aus) .{1,80}|Holen Sie sich Outlook für .{1,80}"
    r"|Envoyé (?:de mon|depuis|à partir de) .{1,80}|Télécharger Outlook pour .{1,80}|Obtenir Outlook pour .{1,80}"
    r"|Diese Nachricht wurde von meinem .{1,80} gesendet.{0,40})$",
    re.IGNORECASE,
)
BLANKS = re.compile(r"\n{3,}")


def answer_of(text: str) -> str:
    """What the person wrote anew."""
    lines = [line.rstrip() for line in text.split("\n")]
    lines = lines[: begin_of_quote(lines)]
    lines = without_tail(without_signature(lines))
    lines = without_top(lines)
    return BLANKS.sub("\n\n", "\n".join(without_signature(lines))).strip()


def begin_of_quote(lines: list[str]) -> int:
    """The line at which an unmarked quote begins, which reaches to the end; the number of lines where there is none."""
    for place, line in enumerate(lines):
        head = line[:LONGEST_LINE].strip()
        if (
            (MARKER in head and not is_marked(line))
            or SEPARATOR.match(head)
            or FORWARDED.match(head)
            or is_block(lines, place)
        ):
            return above(lines, place)
        if (end := end_of_wrote(lines, place)) and not any_marked(lines, end):
            return place  # the quote has no marks of its own
    return len(lines)


def above(lines: list[str], place: int) -> int:
    """Where the head of a quote begins: a rule, or who wrote, may stand over it."""
    before = place
    while before and not bare(lines[before - 1]):
        before -= 1
    for back in (1, 2, 3):
        if before - back >= 0 and end_of_wrote(lines, before - back) == before:
            return before - back
    return before - 1 if before and RULE.match(lines[before - 1].strip()) else place


def bare(line: str) -> str:
    """The line without the marks of a quote."""
    return line[:LONGEST_LINE].lstrip("> \t").strip()


def is_block(lines: list[str], place: int) -> bool:
    """Outlook's head of a quote: "From:" with at least two more such fields right below it."""
    if not FROM.match(lines[place][:LONGEST_LINE].strip()):
        return False
    fields = 0
    for line in [each for each in lines[place + 1 : place + 9] if each.strip()][:5]:
        fields += bool(FIELD.match(line[:LONGEST_LINE].strip()))
    return fields >= 2


def end_of_wrote(lines: list[str], place: int) -> int:
    """The line after "On … wrote:", which programs break into up to four; 0 where none begins at `place`."""
    first = bare(lines[place])
    if not first:
        return 0
    told = ""
    for count, line in enumerate(lines[place : place + 4], 1):
        if not bare(line):
            return 0
        told = f"{told} {bare(line)}".strip()
        if told.endswith(":") and len(told) < LONGEST_LINE and WROTE.match(told):
            return place + count
        if count == 1 and not BEGINS_WROTE.match(first):
            return 0
    return 0


def is_marked(line: str) -> bool:
    return line.startswith(">")


def any_marked(lines: list[str], place: int) -> bool:
    """Whether the next line that says something is marked as quoted."""
    found = next((line for line in islice(lines, place, None) if line.strip()), "")
    return is_marked(found)


def without_tail(lines: list[str]) -> list[str]:
    """Without the marked quote at the end, and the line that says who wrote it."""
    end = len(lines)
    while end and (is_marked(lines[end - 1]) or not lines[end - 1].strip()):
        end -= 1
    if not any(is_marked(line) for line in lines[end:]):
        return lines
    return lines[: begin_of_who(lines, end)]


def begin_of_who(lines: list[str], end: int) -> int:
    for back in (1, 2, 3, 4):
        if end - back >= 0 and end_of_wrote(lines, end - back) == end:
            return end - back
    return end


def without_top(lines: list[str]) -> list[str]:
    """Without a marked quote at the beginning, where the whole answer stands below it."""
    place = 0
    while place < len(lines) and not lines[place].strip():
        place += 1
    if place < len(lines) and (end := end_of_wrote(lines, place)) and any_marked(lines, end):
        place = end
    quote = place
    while quote < len(lines) and (is_marked(lines[quote]) or not lines[quote].strip()):
        quote += 1
    below = lines[quote:]
    only_above = quote > place and not any(is_marked(line) for line in below) and any(each.strip() for each in below)
    return below if only_above and any(is_marked(line) for line in lines[place:quote]) else lines


def without_signature(lines: list[str]) -> list[str]:
    """Without what stands below "--", where it is short enough to be a signature, and what a telephone adds."""
    below, first = 0, len(lines)  # the first "--" below which little stands
    for place in range(len(lines) - 1, -1, -1):
        if lines[place] == "--":
            first = place
        below += bool(lines[place].strip()) and not is_marked(lines[place])
        if below > SIGNATURE:
            break
    lines = lines[:first]
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    while end and SENT_FROM.match(re.sub(r"\s*<?\(?https?://\S+$", "", lines[end - 1][:LONGEST_LINE].strip())):
        end -= 1
        while end and not lines[end - 1].strip():
            end -= 1
    return lines[:end]
