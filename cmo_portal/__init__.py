"""CMO Portal: the roof. Everything may be imported here; nothing below imports it."""

from cmo_portal.celery import app as celery_app

__all__ = ["celery_app"]
