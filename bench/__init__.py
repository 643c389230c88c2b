"""Measurements beside their floors: what the same work would cost without the product around it."""
