"""Time, threads and tasks; a call of many attempts."""
