"""What the benchmark scripts share: a small server, the libraries under comparison, stopwatch and table."""
