"""`users import`: a file of any length."""
