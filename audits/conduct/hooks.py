"""What the subject adds to pages of others."""

from audits.conduct import visit_hooks  # noqa: F401 - adds its own
