"""The backend: users, their tokens, and one token for each device."""
