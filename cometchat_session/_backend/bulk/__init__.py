"""Many users at once, as fast as the server allows."""
