"""Registers the app of whom a sponsor chooses: registry, regulatory record, selections."""

from importlib import import_module

from django.apps import AppConfig

SUBJECTS = ("registry", "regulatory", "selection")


class VendorsConfig(AppConfig):
    name = "vendors"

    def ready(self) -> None:
        for subject in SUBJECTS:
            import_module(f"vendors.{subject}.hooks")
