"""What this subject adds to pages of other floors."""
