"""`python -m bench.worker bench.pages_worker`: sets Django up in this process and has the module measure."""

from __future__ import annotations

import importlib
import os
import sys

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cmo_portal.settings")
    django.setup()
    importlib.import_module(sys.argv[1]).main()


if __name__ == "__main__":
    main()
