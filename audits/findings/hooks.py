"""What the subject adds to pages of others."""

from audits.findings import workflows  # noqa: F401 - declared once, for pages, API and docs
