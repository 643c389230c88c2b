"""Keep the front-end files written by others exactly as `static/vendor/vendor.json` records them.

Without options the command compares every file with its recorded sha256 and needs no network. `--refresh` fetches the
pinned packages with the npm client, checks them and writes the files; raise a version in `vendor.json` first.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tarfile
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

FIELDS = ("to", "package", "version", "licence", "from", "sha256")


def vendor_folder() -> Path:
    """The folder of third-party files inside the project's static files."""
    return Path(settings.BASE_DIR) / "static" / "vendor"


def listed(folder: Path) -> list[dict[str, str]]:
    """The rows of `vendor.json`: each names file, package, version, licence, path in the package and sha256."""
    rows: list[dict[str, str]] = json.loads((folder / "vendor.json").read_text(encoding="utf-8"))["files"]
    return rows


def differences(folder: Path) -> list[str]:
    """Sentences that say what in the folder is not as recorded; empty when everything holds."""
    found: list[str] = []
    rows = listed(folder)
    for row in rows:
        missing = [field for field in FIELDS if not row.get(field)]
        if missing:
            found.append(f"{row.get('to', 'A row')} lacks {', '.join(missing)} in vendor.json.")
            continue
        path = folder / row["to"]
        if not path.is_file():
            found.append(f"{row['to']} is listed but not there.")
        elif digest(path.read_bytes()) != row["sha256"]:
            found.append(f"{row['to']} is not the file of {row['package']} {row['version']}.")
    names = {row.get("to") for row in rows} | {"vendor.json"}
    found += [f"{path.name} has no row in vendor.json." for path in sorted(folder.iterdir()) if path.name not in names]
    return found


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class Command(BaseCommand):
    help = "Check the third-party front-end files against vendor.json; --refresh fetches them again with npm."
    requires_system_checks = ()  # it only reads files

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--refresh", action="store_true", help="fetch the pinned packages with the npm client")
        parser.add_argument(
            "--accept",
            action="store_true",
            help="with --refresh: record the sha256 of what came (after raising a version)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder = vendor_folder()
        if options["refresh"]:
            refresh(folder, accept=options["accept"])
        found = differences(folder)
        if found:
            raise CommandError("\n".join([*found, "Run `manage.py vendored --refresh` to fetch the recorded files."]))
        self.stdout.write(f"{len(listed(folder))} vendored files are as recorded.")


def refresh(folder: Path, *, accept: bool) -> None:
    """Fetch each listed package once and write its files, refusing any whose sha256 differs unless `accept` is set."""
    if not shutil.which("npm"):
        raise CommandError("Install the npm client, or run the command without --refresh.")
    rows = listed(folder)
    with tempfile.TemporaryDirectory() as work:
        for name in sorted({f"{row['package']}@{row['version']}" for row in rows}):
            archive = fetch(name, Path(work))
            for row in rows:
                if f"{row['package']}@{row['version']}" == name:
                    write_file(folder, row, archive, accept=accept)
    (folder / "vendor.json").write_text(
        json.dumps({"files": rows}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def fetch(name: str, work: Path) -> Path:
    """Let npm download one exact version; returns the archive."""
    target = Path(tempfile.mkdtemp(dir=work))
    result = subprocess.run(["npm", "pack", name, "--silent"], check=False, cwd=target, capture_output=True, text=True)
    archives = list(target.glob("*.tgz"))
    if result.returncode or len(archives) != 1:
        raise CommandError(f"npm could not fetch {name}: {result.stderr.strip() or 'no archive came'}")
    return archives[0]


def write_file(folder: Path, row: dict[str, str], archive: Path, *, accept: bool) -> None:
    with tarfile.open(archive) as package:
        member = package.extractfile(f"package/{row['from']}")
        if member is None:
            raise CommandError(f"{row['package']} {row['version']} has no file {row['from']}.")
        content = member.read()
    if accept:
        row["sha256"] = digest(content)
    elif digest(content) != row["sha256"]:
        raise CommandError(f"{row['to']} from {row['package']} {row['version']} differs from its recorded sha256.")
    (folder / row["to"]).write_bytes(content)
