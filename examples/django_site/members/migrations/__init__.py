"""What changed in the tables."""
