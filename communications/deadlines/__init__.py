"""Every dated obligation as people look at it: the list, the timeline, the first page, their own calendar."""
