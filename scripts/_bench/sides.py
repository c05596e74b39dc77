"""Which libraries are compared, and which of them are not installed."""

from __future__ import annotations

import importlib
import logging
import os
import warnings
from typing import TYPE_CHECKING

import cometchat_session._runtime.blocking
import cometchat_session._session.manager
import cometchat_session._session.requests
import cometchat_session._transport.sync_client  # noqa: F401 - what a login imports late
from _bench.bare import BareHttpx, Handwritten
from _bench.measure import line
from _bench.own import Own
from _bench.peers import Botocore, HuggingFace, Msal, Supabase

if TYPE_CHECKING:
    from _bench.side import Side

OTHERS: tuple[type[Side], ...] = (Handwritten, Msal, Botocore, HuggingFace, Supabase)


def gather(url: str, *, alone: bool) -> list[type[Side]]:
    """Import every library, so that no table counts that; say which are missing and leave them out."""
    os.environ["HF_ENDPOINT"] = url  # read when it is imported
    os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
    logging.disable()  # a failing login is the point of some tables, not worth 256 lines
    sides: list[type[Side]] = [Own, BareHttpx]
    for side in () if alone else OTHERS:
        try:
            for module in side.module.split(", "):
                with warnings.catch_warnings(action="ignore"):
                    importlib.import_module(module)
        except ImportError as error:
            line(side.name, note=f"left out: {error}")
        else:
            sides.append(side)
    return sides
