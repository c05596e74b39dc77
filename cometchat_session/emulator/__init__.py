"""A local CometChat for tests: real HTTP on loopback, stateful, no account needed.

In Python::

    with Emulator() as emulator:
        emulator.url, emulator.app_id, emulator.region, emulator.auth_key, emulator.rest_api_key
        emulator.requests  # [{"method", "path", "headers", "body", "status"}], secrets masked
        emulator.log()  # the same with "code", "message", "reason", "fault" and times
        emulator.fault("status", method="PUT", path="/me", status=503, times=1)
        emulator.fault("hang", path="/users/*/auth_tokens")
        emulator.revoke(auth_token)  # or revoke(uid="cometchat-uid-1")
        emulator.remove_user("cometchat-uid-1")  # permanent=False deactivates
        emulator.configure(token_limit=3, plan="free")  # the switches that --explain lists
        emulator.freeze(1_700_000_000)
        emulator.advance(60)
        emulator.load(emulator.state)  # also save_file(path), load_file(path)
        emulator.disarm(), emulator.clear_requests(), emulator.reset()

``Emulator`` takes ``host``, ``port``, ``app_id``, ``region``, ``auth_key``, ``rest_api_key``, ``settings``
and ``state``; ``start()`` and ``stop()`` are there where ``with`` does not fit. Every call is safe from any
thread. ``run(host, port, *, app_id, region, auth_key, rest_api_key, as_json, explain, state_file, switches)``
is the command ``cometchat emulator``; it returns the exit status.

``with real_hosts_refused():`` makes connections to CometChat's own hosts raise :class:`RealHostError`, as the
fixtures of the pytest plugin do.

Over HTTP: the sixteen operations under ``/v3`` and ``/v3.0``, and ``/_emulator/...`` to steer it:
``GET health``, ``POST reset``, ``GET|DELETE requests``, ``GET log`` (the last requests with code, message,
fault and times), ``GET|PUT state``, ``GET|POST|DELETE faults``, ``POST revoke``, ``POST remove``,
``POST clock``. A call that the emulator does not know answers 501 and names the route.

This package shares no code with the client, so that a mistake in one cannot hide the same mistake in the
other.
"""

try:
    from cometchat_session.emulator.command import run
    from cometchat_session.emulator.emulator import Emulator
    from cometchat_session.emulator.guard import RealHostError, real_hosts_refused
except ModuleNotFoundError as error:
    if error.name not in ("starlette", "uvicorn", "httptools"):
        raise
    raise ModuleNotFoundError(
        f"The emulator needs {error.name}: pip install 'cometchat-session[emulator]'", name=error.name
    ) from error

__all__ = ["Emulator", "RealHostError", "real_hosts_refused", "run"]
