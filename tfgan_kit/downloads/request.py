"""Requests to servers that may be slow, absent or broken.

`urllib` takes proxies from the environment: `http_proxy`, `https_proxy`, `no_proxy`.
"""

import contextlib
import http.client
import queue
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator

from tfgan_kit.version import __version__

# What a server has for its answer, and then for each next piece of the file.
SECONDS = 10
_BLOCK = 1 << 18


class Unreachable(Exception):
    """A server does not answer, refuses, or stops sending. The message is the reason."""


def request(address: str, start: int = 0):
    """Asks for a file from byte `start` on; returns the server's answer, an `HTTPResponse`.

    A status of 416 is returned, too, if `start` is not 0: the file may end there.

    Raises:
      Unreachable: if there is no answer within `SECONDS`, or it is an error.
    """
    headers = {"User-Agent": f"tfgan-kit/{__version__}", "Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
    answers, too_late = queue.SimpleQueue(), threading.Event()

    def ask():
        try:
            query = urllib.request.Request(address, headers=headers)
            answer = urllib.request.build_opener().open(query, timeout=SECONDS)
        except Exception as error:  # Whatever it is, it belongs to the thread that waits.
            answer = error
        if too_late.is_set() and hasattr(answer, "close"):
            answer.close()
        answers.put(answer)

    # The timeout of a socket does not cover looking up the host's name or trying its addresses.
    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=SECONDS)
    except queue.Empty:
        too_late.set()
        raise Unreachable(f"no answer within {SECONDS:g} seconds") from None
    if isinstance(answer, urllib.error.HTTPError):
        if answer.code == 416 and start:
            return answer
        answer.close()
        raise Unreachable(f"the server says {answer.code} {answer.reason}")
    if isinstance(answer, Exception):
        raise Unreachable(_reason(answer))
    if not isinstance(answer, http.client.HTTPResponse):
        answer.close()
        raise Unreachable("the server leads to an address that is not http or https")
    return answer


def blocks(answer) -> Iterator[bytes]:
    """Yields the content of an answer piece by piece.

    Raises:
      Unreachable: if the connection breaks, or nothing comes for `SECONDS`.
    """
    while True:
        try:
            block = answer.read1(_BLOCK)
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(_reason(error)) from error
        if not block:
            return
        yield block


def _reason(error):
    with contextlib.suppress(AttributeError):
        error = error.reason  # Of a URLError: an exception or a text.
    if isinstance(error, TimeoutError):
        return f"no answer within {SECONDS:g} seconds"
    if isinstance(error, http.client.IncompleteRead):
        return "the connection broke off"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__
