"""Asks the Open Source Vulnerabilities service about every pinned requirement.

Exits 0 when nothing is known, 1 when something is, 2 when no service answered and so nothing was learnt.
"""

from __future__ import annotations

import json
import os
import re
import sys
import urllib.request
from pathlib import Path

SERVICE = (os.environ.get("OSV_URL") or "https://api.osv.dev").rstrip("/")
PIN = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[^]]*\])?==([^\s;\\]+)")


def pins(files: list[str]) -> list[tuple[str, str]]:
    """Name and version of every pinned line, each once."""
    lines = (line for name in files for line in Path(name).read_text().splitlines())
    return sorted({(found[1].lower(), found[2]) for line in lines if (found := PIN.match(line))})


def ask(requirements: list[tuple[str, str]]) -> list[list[str]]:
    """For each requirement, the identifiers of its known vulnerabilities (api.osv.dev, POST /v1/querybatch)."""
    queries = [{"package": {"name": n, "ecosystem": "PyPI"}, "version": v} for n, v in requirements]
    request = urllib.request.Request(  # noqa: S310 (the address is the operator's own)
        f"{SERVICE}/v1/querybatch",
        data=json.dumps({"queries": queries}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
        results = json.load(answer)["results"]
    if len(results) != len(requirements):
        raise ValueError(f"{len(requirements)} questions, {len(results)} answers")
    return [[row["id"] for row in result.get("vulns", [])] for result in results]


def main(files: list[str]) -> int:
    requirements = pins(files)
    if not requirements:
        print("No pinned requirement in " + ", ".join(files), file=sys.stderr)
        return 2
    try:
        found = ask(requirements)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = f"{type(error).__name__}: {error}"
        print(
            f"Nothing was audited: {SERVICE} gave no usable answer ({reason}).\n"
            "Run it where that address answers, or name a service that speaks the same language in OSV_URL.",
            file=sys.stderr,
        )
        return 2
    for (name, version), identifiers in zip(requirements, found, strict=True):
        if identifiers:
            print(f"{name} {version}: {', '.join(identifiers)}")
    affected = sum(bool(identifiers) for identifiers in found)
    print(f"{len(requirements)} pinned requirements, {affected} with known vulnerabilities.")
    return 1 if affected else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
