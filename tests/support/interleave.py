"""Every order in which actors can take their steps, tried one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from support.fake import FakeRuntime, FakeTransport, operation_of

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator, Iterator

    from cometchat_session._transport.request import ApiRequest, CallBudget


R = TypeVar("R")

CHANGES = ("save", "unlock")


class _Step:
    """Awaited at a seam: gives the turn to whoever is next."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __await__(self) -> Generator[str, None, None]:
        yield self.name


class SteppingRuntime(FakeRuntime):
    """Stops before every touch of the outside, so that another actor can come in between."""

    def transport(self) -> FakeTransport:
        return SteppingTransport(self.server)

    async def store(self, method: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        await _Step(method.__name__)
        return method(*args, **kwargs)

    async def sleep(self, seconds: float) -> None:
        await _Step("sleep")


class SteppingTransport(FakeTransport):
    """Stops before a request, and again before its answer arrives."""

    async def send(self, request: ApiRequest[R], budget: CallBudget) -> R:
        await _Step(operation_of(request))
        reply = self.server.answer(request)
        await _Step("answered")
        return self.parsed(request, reply)


class Actor:
    """One coroutine on its way, step by step."""

    def __init__(self, name: str, work: Coroutine[Any, Any, Any]) -> None:
        self.name = name
        self.work = work
        self.at: str | None = "start"
        self.result: Any = None
        self.error: BaseException | None = None

    def step(self) -> None:
        """Go on to the next seam, or to the end."""
        try:
            self.at = self.work.send(None)
        except StopIteration as stop:
            self.at, self.result = None, stop.value
        except Exception as error:  # noqa: BLE001 - the test looks at it
            self.at, self.error = None, error


def all_orders(
    scene: Callable[[], tuple[list[Actor], Any]],
) -> Iterator[tuple[list[tuple[str, str]], list[Actor], Any]]:
    """Yield the trace, the actors and the scene of every order of steps.

    A trace names, for each step, the actor and the seam that it passed. An actor that sleeps is not
    stepped again before another one has changed something or ended: it would see what it saw before, and
    there would be no end of orders.
    """
    prefix: list[int] = []
    while True:
        actors, stage = scene()
        trace: list[tuple[str, str]] = []
        choices: list[tuple[int, int]] = []
        asleep: set[str] = set()
        while True:
            ready = [actor for actor in actors if actor.at and actor.name not in asleep]
            ready = ready or [actor for actor in actors if actor.at]
            if not ready:
                break
            chosen = prefix[len(choices)] if len(choices) < len(prefix) else 0
            choices.append((chosen, len(ready)))
            actor = ready[chosen]
            trace.append((actor.name, actor.at or ""))
            actor.step()
            if actor.at == "sleep":
                asleep.add(actor.name)
            elif actor.at is None or trace[-1][1] in CHANGES:
                asleep.clear()
        yield trace, actors, stage
        while choices and choices[-1][0] + 1 == choices[-1][1]:
            choices.pop()
        if not choices:
            return
        prefix = [chosen for chosen, _ in choices[:-1]] + [choices[-1][0] + 1]
