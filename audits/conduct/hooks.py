"""What the subject adds to pages of others."""

from audits.conduct import checklist_hooks, visit_hooks  # noqa: F401 - each adds its own
