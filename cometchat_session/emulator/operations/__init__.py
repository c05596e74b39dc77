"""What each call does, once the app, the key or the token have been checked."""
