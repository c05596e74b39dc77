"""What callers get: frozen, and silent about secrets."""
