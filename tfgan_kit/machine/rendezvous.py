"""Lets workers find each other before TensorFlow connects them.

TensorFlow waits indefinitely for a missing worker, and accepts any two processes as a team. So
worker 0 first calls the others, at the addresses and ports that TensorFlow will use. Each answers
with what it is about to do; worker 0 compares the answers and tells all of them the outcome. Then
the ports are free again.
"""

import contextlib
import json
import os
import socket
import time

from tfgan_kit.errors import UserError
from tfgan_kit.settings.workers import Workers, split_address

_TRY = 2.0  # Timeout of one connection in seconds.
_TALK = 30.0  # Timeout in seconds of all communication once all workers are present.
_PAUSE = 0.2
_CALL = {"call": "tfgan-kit"}


def meet(workers: Workers, told: dict) -> None:
    """Waits until all workers are present, and checks that they are about to do the same.

    Args:
      workers: who they are.
      told: settings that must be the same for all workers: name -> JSON value.

    Raises:
      UserError: on all workers, if one does not answer in time, cannot reach another, or is about
        to do something else. On this worker only, if its port is in use, or worker 0 does not call.
    """
    deadline = time.monotonic() + workers.timeout
    told = json.loads(json.dumps(told))
    with _listener(workers) as listener, contextlib.ExitStack() as open_links:
        if workers.is_chief:
            _call(workers, told, deadline, open_links)
        else:
            _answer(workers, told, deadline, listener)


def _listener(workers):
    port = int(split_address(workers.addresses[workers.index])[1])
    dual = socket.has_dualstack_ipv6()
    family = socket.AF_INET6 if dual else socket.AF_INET
    try:
        return socket.create_server(("", port), family=family, dualstack_ipv6=dual, backlog=1024)
    except OSError as error:
        why = os.strerror(error.errno).lower()
        raise UserError(
            f"port {port} of {workers.named(workers.index)} cannot be used ({why}); "
            f"stop what uses it, or name another in {workers.source}"
        ) from None


class _Link:
    """Exchanges lines of JSON over a connection."""

    def __init__(self, connection, deadline):
        self.deadline = deadline
        self._connection = connection
        self._rest = b""

    def send(self, content):
        self._connection.settimeout(_left(self.deadline))
        self._connection.sendall(json.dumps(content).encode() + b"\n")

    def receive(self):
        """The next line; OSError if it does not arrive in time, ValueError if it is not ours."""
        while b"\n" not in self._rest:
            self._connection.settimeout(_left(self.deadline))
            part = self._connection.recv(65536)
            if not part:
                raise ConnectionResetError("the connection was closed")
            self._rest += part
        line, _, self._rest = self._rest.partition(b"\n")
        content = json.loads(line)
        if not isinstance(content, dict):
            raise ValueError("not an object")
        return content


def _left(deadline):
    return max(deadline - time.monotonic(), 0.01)


def _connect(address, at_most):
    host, port = split_address(address)
    return socket.create_connection((host, int(port)), timeout=at_most)


def _call(workers, told, deadline, open_links):
    """Worker 0's side."""
    links = {}
    try:
        # Connects to all before asking any, so that each finds all the others listening.
        for index in range(1, len(workers.addresses)):
            links[index] = _reach(workers, index, deadline, open_links)
        answers = {index: _asked(workers, index, link) for index, link in links.items()}
        for index, answer in answers.items():
            _check(workers, index, told, answer)
    except UserError as error:
        for link in links.values():
            with contextlib.suppress(OSError):
                link.send({"error": str(error)})
        raise
    for link in links.values():
        link.send({"error": None})


def _reach(workers, index, deadline, open_links):
    announced = False
    while True:
        try:
            connection = _connect(workers.addresses[index], min(_TRY, _left(deadline)))
            link = _Link(open_links.enter_context(connection), deadline + _TALK)
            link.send(_CALL)
            return link
        except OSError as error:
            if time.monotonic() >= deadline:
                raise UserError(
                    f"{workers.named(index)} does not answer after {workers.timeout} s "
                    f"({error.strerror or error}); start it, or correct {workers.source}"
                ) from None
        if not announced:
            print(f"waiting for {workers.named(index)}", flush=True)
            announced = True
        time.sleep(_PAUSE)


def _asked(workers, index, link):
    try:
        link.send({"question": "who and what"})
        answer = link.receive()
        if set(answer) != {"workers", "index", "told", "silent"}:
            raise ValueError("not an answer")
        return answer
    except (OSError, ValueError):
        raise UserError(
            f"{workers.named(index)} does not answer as a worker of this training does; look at "
            f"what it printed, or correct {workers.source}"
        ) from None


def _check(workers, index, told, answer):
    who = workers.named(index)
    if answer["workers"] != list(workers.addresses) or answer["index"] != index:
        theirs = ",".join(answer["workers"])
        raise UserError(
            f"{who} calls itself worker {answer['index']} of {theirs}, but worker 0 was given "
            f"{','.join(workers.addresses)}; give all the same list"
        )
    if answer["silent"]:
        silent = ", ".join(workers.named(k) for k in answer["silent"])
        raise UserError(f"{who} cannot reach {silent}; each worker must reach all the others")
    theirs = answer["told"]
    for name in sorted({*told, *theirs}):
        if theirs.get(name) != told.get(name):
            raise UserError(
                f"{who} has {name} {theirs.get(name)}, worker 0 has {told.get(name)}; "
                "start all workers alike"
            )


def _answer(workers, told, deadline, listener):
    """The side of the other workers."""
    chief = workers.named(0)
    while True:
        try:
            listener.settimeout(_left(deadline))
            connection, _ = listener.accept()
        except TimeoutError:
            raise UserError(
                f"{chief} has not called within {workers.timeout} s; start it with the same "
                f"workers, or correct {workers.source}"
            ) from None
        with connection:
            link = _Link(connection, min(deadline, time.monotonic() + _TRY))
            try:
                called = link.receive() == _CALL
            except (OSError, ValueError):
                called = False  # Another worker checking whether we are present, or a stranger.
            if called:
                return _answer_chief(workers, told, link)


def _answer_chief(workers, told, link):
    # Worker 0 may have started later, and waits for the others until its own timeout.
    link.deadline = time.monotonic() + workers.timeout + _TALK
    try:
        said = link.receive()
        if "error" not in said:
            silent = _silent(workers)
            answer = {"workers": workers.addresses, "index": workers.index}
            link.send({**answer, "told": told, "silent": silent})
            said = link.receive()
    except (OSError, ValueError):
        raise UserError(f"{workers.named(0)} has left; look at what it printed") from None
    if said["error"]:
        raise UserError(said["error"])


def _silent(workers):
    """The workers that cannot be reached from this one."""
    silent = []
    for index, address in enumerate(workers.addresses):
        try:
            _connect(address, _TRY).close()
        except OSError:
            silent.append(index)
    return silent
