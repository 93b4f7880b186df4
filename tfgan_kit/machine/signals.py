"""Signals that ask a process to stop."""

import signal


def stopping() -> tuple[int, ...]:
    """The signals of Ctrl-C, SIGTERM, and SIGHUP, which is sent when a terminal closes.

    Ignored signals are left out: under `nohup`, training outlives its terminal.
    """
    asking = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    ignored = signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    return asking[:2] if ignored else asking
