"""`manage.py analyse FILE.json`: the decision arithmetic as an open calculator, without a database row."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from vendors.selection.analysis import BadDocument, analyse


class Command(BaseCommand):
    """Prints the analysis as JSON; on bad input prints what to mend and exits 1."""

    help = "Analyse a decision: totals, ranks, flip weights and stability of FILE.json, or of standard input for -."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE.json", help="the document to analyse, or - for standard input")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            result = analyse(_read(options["file"]))
        except BadDocument as error:
            raise CommandError("\n".join(error.errors), returncode=1) from error
        self.stdout.write(json.dumps(result, ensure_ascii=False, indent=2))


def _read(name: str) -> object:
    """The JSON of a file or of standard input; raises BadDocument with a sentence when there is none."""
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8-sig")
        return json.loads(text)
    except OSError as error:
        raise BadDocument([f"{name} cannot be read: {error.strerror}."]) from error
    except UnicodeDecodeError as error:
        raise BadDocument([f"{name} is not text in UTF-8: save it as JSON in UTF-8."]) from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise BadDocument([f"{name} is not JSON: {error.msg} at {place}."]) from error
    except (ValueError, RecursionError) as error:
        raise BadDocument(
            [f"{name} is not JSON that can be read: a number is too long or it is nested too deeply."]
        ) from error
