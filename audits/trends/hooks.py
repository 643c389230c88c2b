"""What the subject adds to pages of others."""
