"""Every dated obligation as people look at it: the list, the timeline, their own calendar."""
