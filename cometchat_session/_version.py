"""The one place that names this library's version."""

__version__ = "0.1.0"
