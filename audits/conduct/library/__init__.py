"""The questions that come with the portal, one module a system. A change of a question is a new LIBRARY_VERSION."""

LIBRARY_VERSION = "2026.0"
