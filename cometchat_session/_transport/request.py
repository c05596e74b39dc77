"""A request that is described and not yet sent, what its call may still spend, and who sends it."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from cometchat_session.errors import NetworkError
from cometchat_session.models._frozen import field, frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cometchat_session._secret import Secret
    from cometchat_session._transport.operations import OperationCall
    from cometchat_session.errors import CometChatError

R = TypeVar("R")

CLOSED = "CLOSED"  # the code of the error for using a client after its close()


class RetrySafety(Enum):
    """What repeating a request would do, where nobody knows whether the first one arrived."""

    REPEATABLE = "repeating it changes nothing"
    ONCE = "one repetition does no harm"
    NEVER = "repeating it could do it twice"


@frozen(kw_only=True)
class ApiRequest(Generic[R]):
    """One request, whose reply is an `R` of the generated models.

    Attributes:
        call: the generated function with its arguments.
        url: the host and version it goes to.
        header: which header carries the credential.
        credential: an auth token, an Auth Key or a REST API key.
        token: a path parameter that is a secret: the auth token that is looked at, changed or ended.
        safety: what repeating it would do.
        subject: the uid it is about, for messages.
        on_headers: called with the headers of the answer, be it an error or not.
    """

    call: OperationCall[R] = field(repr=False)
    url: str
    header: str
    credential: Secret
    token: Secret | None = None
    safety: RetrySafety = RetrySafety.REPEATABLE
    subject: str = ""
    on_headers: Callable[[Mapping[str, str]], None] | None = field(default=None, repr=False)


class CallBudget:
    """What one call may still spend, and has spent: all its requests share one deadline and the same tries.

    Attributes:
        deadline: when the call must be over, a reading of the monotonic clock.
        attempts: 1 from its first request on, and one more for each repetition of any request.
    """

    def __init__(self, now: float, seconds: float) -> None:
        self._began = now
        self.deadline = now + seconds
        self.attempts = 0

    def left(self, now: float) -> float:
        """Return the seconds that are left."""
        return self.deadline - now

    def extend(self, seconds: float) -> None:
        """Leave a wait out of account: neither the deadline nor the time that the call took counts it."""
        self._began += seconds
        self.deadline += seconds

    def record(self, error: CometChatError, now: float) -> None:
        """Write on an error what the call has spent."""
        error.attempts, error.elapsed = self.attempts, now - self._began


class Transport(Protocol):
    """What sends requests, sync or async."""

    async def send(self, request: ApiRequest[R], budget: CallBudget) -> R:
        """Make one attempt within what is left of a call's budget, and return the reply.

        Raises:
            CometChatError: of the class that says what happened.
        """
        ...

    def clone(self) -> Transport:
        """Return a transport with connections of its own, which ends with this one at the latest.

        For whoever makes many calls at the same time: a pool looks at each of its connections for every
        request, which with sixteen of them takes longer than all the rest.
        """
        ...

    async def close(self) -> None:
        """Release connections."""
        ...


def closed() -> NetworkError:
    """Return the error for using the network after `close()`."""
    return NetworkError("This client has been closed.", hint="Build a new one.", code=CLOSED, sent="no")
