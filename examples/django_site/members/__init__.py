"""Members, and their place in chat."""
