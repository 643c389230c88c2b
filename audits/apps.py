"""Registers the app of audits: programme, visit, findings, reports, CAPA, trends."""

from importlib import import_module

from django.apps import AppConfig

SUBJECTS = ("programme", "conduct", "findings", "reporting", "capa", "trends")


class AuditsConfig(AppConfig):
    name = "audits"

    def ready(self) -> None:
        for subject in SUBJECTS:
            import_module(f"audits.{subject}.hooks")
