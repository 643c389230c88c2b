"""Addresses of this subject."""

urlpatterns: list[object] = []
