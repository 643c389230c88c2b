"""The browser's fixtures for the tests of the look."""

from tests.browser import chromium, page, plain_server  # noqa: F401
