"""Signals that ask a process to stop."""

import signal


def stopping() -> tuple[int, ...]:
    """Ctrl-C, SIGTERM, and SIGHUP, which comes when a terminal closes.

    One that is to be ignored is left out: under `nohup` a training outlives its terminal.
    """
    asking = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    ignored = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    return asking[:2] if ignored else asking
