"""What the subject adds to pages of others."""

from audits.capa import workflows  # noqa: F401 - declared once, for pages, API and docs
