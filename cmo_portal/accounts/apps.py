"""Registers the floor that knows who people are."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "cmo_portal.accounts"
    label = "accounts"

    def ready(self) -> None:
        from cmo_portal.accounts import sign_in

        sign_in.listen()
