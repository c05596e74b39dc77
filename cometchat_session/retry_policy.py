"""How long a call may take, with all its waiting for locks, and how often it tries."""

from __future__ import annotations

from cometchat_session.errors import ConfigurationError
from cometchat_session.models._frozen import frozen

_A_DAY = 86_400.0


@frozen
class RetryPolicy:
    """How long and how often to try.

    Attributes:
        attempts: tries in total for the whole call, 1 to 100: where a call takes several requests, one more
            try is a repetition of any of them.
        deadline: seconds for the whole call: waiting for locks, attempts and pauses together.
        wait_initial: seconds; the first pause is a random part of it, the next one of twice as much.
        wait_max: seconds; no back-off is drawn from more than this. A time that the server names is kept.

    Raises:
        ConfigurationError: a number is out of bounds.
    """

    attempts: int = 3
    deadline: float = 30.0
    wait_initial: float = 0.5
    wait_max: float = 8.0

    def __attrs_post_init__(self) -> None:
        if self.attempts not in range(1, 101):
            raise ConfigurationError(f"RetryPolicy: attempts must be 1 to 100, not {self.attempts!r}.")
        if not 0 < self.deadline <= _A_DAY:
            raise ConfigurationError(
                f"RetryPolicy: deadline must be seconds up to a day, not {self.deadline!r}."
            )
        if not (0 <= self.wait_initial <= _A_DAY and 0 <= self.wait_max <= _A_DAY):
            raise ConfigurationError("RetryPolicy: wait_initial and wait_max must be seconds up to a day.")
