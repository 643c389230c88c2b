"""What this subject adds to pages of other floors."""

from vendors.registry import deadlines

deadlines.declare()
