"""The layer people come for: log in once, look up, log out."""
