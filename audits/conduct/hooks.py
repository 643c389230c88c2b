"""What the subject adds to pages of others."""

from audits.conduct import (
    checklist_hooks,  # noqa: F401 - the tab, files and search
    workflows,  # noqa: F401 - declared once, for pages, API and docs
)
