"""`reference_docs`: writes docs/reference/ from the code; `--check` exits 1 when a page there is stale."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cmo_portal.accounts.permissions import ROLES, Permission
from cmo_portal.records import deadlines
from cmo_portal.records.workflow import Workflow

FOLDER = Path("docs") / "reference"


def roles() -> str:
    """Who may what, as an inspector reads it."""
    lines = ["# Roles and permissions", "", "Written by `manage.py reference_docs` from `accounts/permissions.py`.", ""]
    for role in ROLES.values():
        lines += [f"## {role.name} (`{role.code}`, {role.kind})", "", role.does, ""]
        lines += [f"- `{permission}`" for permission in Permission if permission in role.grants]
        lines.append("")
    return "\n".join(lines)


def workflows() -> str:
    """Every status and move, as tables and as Mermaid diagrams."""
    lines = [
        "# Statuses and moves",
        "",
        "Written by `manage.py reference_docs` from each subject's `workflows.py`.",
        "",
    ]
    for workflow in sorted(Workflow.declared, key=lambda each: each.noun):
        lines += [f"## {workflow.noun.capitalize()}", "", "```mermaid", "stateDiagram-v2"]
        lines += [f"  {source} --> {t.target}: {t.verb}" for t in workflow.transitions for source in t.sources]
        lines += ["```", "", "| move | from | to | permission | signed as | reason |", "|---|---|---|---|---|---|"]
        lines += [
            f"| {t.verb} | {', '.join(t.sources)} | {t.target} | `{t.permission}` | {t.signature or '–'} "
            f"| {'yes' if t.reason_needed else '–'} |"
            for t in workflow.transitions
        ]
        lines.append("")
    return "\n".join(lines)


def obligations() -> str:
    """Every dated obligation and its reminders."""
    lines = ["# Deadlines", "", "Written by `manage.py reference_docs` from the `hooks.py` of the subjects.", ""]
    lines += ["| deadline | record | date | reminders, days before |", "|---|---|---|---|"]
    lines += [
        f"| `{code}` | {kind.model._meta.verbose_name} | `{kind.date}` | {', '.join(map(str, kind.offsets))} |"
        for code, kind in sorted(deadlines.kinds.items())
    ]
    return "\n".join([*lines, ""])


PAGES = {"roles.md": roles, "workflows.md": workflows, "deadlines.md": obligations}


class Command(BaseCommand):
    help = "Writes the reference pages of docs/ from the code; --check exits 1 when one is stale."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing, name what is stale")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = settings.BASE_DIR / FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        stale = []
        for name, write in PAGES.items():
            path, text = folder / name, write().rstrip() + "\n"
            if path.exists() and path.read_text() == text:
                continue
            stale.append(name)
            if not options["check"]:
                path.write_text(text)
        if options["check"] and stale:
            raise CommandError(f"Stale in {FOLDER}: {', '.join(stale)}. Run: manage.py reference_docs")
        self.stdout.write(f"{FOLDER}: {'written ' + ', '.join(stale) if stale else 'nothing to write'}")
