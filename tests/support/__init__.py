"""What tests of several folders share."""

import os

IN_FULL = os.environ.get("PROMISES") == "in full"  # as `nox -s promises` sets it
