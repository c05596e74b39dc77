"""How many requests of a bulk may be on their way, decided from what the answers say (AIMD). Pure.

additive increase   every answer makes a little more room, up to what the caller allows
halving             a refusal (429) halves the room, once for all requests that were on their way with it
a floor             nothing goes before the time that the server named, or a doubling one if it named none
the budget          no more requests are on their way than the rate headers say are left
the ration          where there are no such headers: what was accepted between the last two refusals
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from cometchat_session._runtime.retrying import with_jitter

if TYPE_CHECKING:
    from cometchat_session._transport.rate_limit import RateLimit

TICK = 0.01  # seconds; after which to ask again where only an answer can make room
FIRST_WAIT, LONGEST_WAIT = 1.0, 60.0  # seconds to hold off after a refusal that names no time


class Permit(NamedTuple):
    """The answer to a worker that wants to send.

    Attributes:
        wait: seconds after which to ask again; 0 where the request may go now.
        answers: how many answers were in when it went.
    """

    wait: float
    answers: int


class AimdLimiter:
    """Decides for the requests that share one limit. Not locked: whoever shares it among threads locks it."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._window = float(most)
        self._flying = 0
        self._answers = 0
        self._hold = 0.0
        self._left: int | None = None  # by the server's latest word; it came with answer number `_said`
        self._said = 0
        self._accepted = 0  # since the last refusal
        self._ration: int | None = None
        self._cut = 0  # the answer that was refused last
        self.refusals = 0  # since the last answer that was none; those of one moment count once

    def ask(self, now: float) -> Permit:
        """Let a request go, which counts it as on its way, or say when to ask again."""
        if now < self._hold:
            return Permit(self._hold - now, self._answers)
        if self._flying >= self._room():
            return Permit(TICK, self._answers)
        self._flying += 1
        return Permit(0.0, self._answers)

    def _room(self) -> int:
        """Return how many requests may be on their way."""
        room = int(self._window)
        if self._left is not None:
            # Of what is left, each request on its way takes one. With nothing left one may look, in time.
            return min(room, max(1, self._left))
        if self._ration is not None:
            return min(room, max(1, self._ration - self._accepted))
        return room

    def answered(self, permit: Permit, now: float, said: RateLimit) -> None:
        """Record a response that was not rate-limited, be it an error or not."""
        self._flying -= 1
        self._answers += 1
        self._accepted += 1
        self.refusals = 0
        self._window = min(float(self._most), self._window + 1 / self._window)
        if self._ration is not None and self._accepted >= self._ration:
            self._ration, self._window = None, 1.0  # a limit may be near: on from here step by step
        left = said.remaining
        if left is None or (not left and said.reset is None):  # nothing that one could go by
            self._left = None
        # Answers overtake one another. A higher number is news only from a request that went after the
        # lower one had come.
        elif self._left is None or left <= self._left or permit.answers >= self._said:
            self._left, self._said = left, self._answers
            if not left:
                self._hold = max(self._hold, now + (said.reset or 0.0))

    def refused(self, permit: Permit, now: float, wait: float | None, random: float) -> None:
        """Record a refusal, and the seconds that the server asks to wait; `random` is from 0 to 1."""
        self._flying -= 1
        self._answers += 1
        if wait is None:
            wait = min(LONGEST_WAIT, FIRST_WAIT * 2.0**self.refusals)
        self._hold = max(self._hold, now + with_jitter(wait, random))
        if permit.answers < self._cut:
            return  # it went before the last refusal was recorded: the same trouble, not more of it
        self._cut = self._said = self._answers
        self._left = 0
        self._window = max(1.0, self._window / 2)
        self._ration, self._accepted = self._accepted or self._ration, 0
        self.refusals += 1

    def lost(self) -> None:
        """Record that a request came to no answer."""
        self._flying -= 1
