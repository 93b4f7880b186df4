"""Starts the command line as several workers on this machine."""

import socket


def free_addresses(count):
    """Addresses on this machine whose ports nobody uses."""
    sockets = [socket.create_server(("", 0)) for _ in range(count)]
    addresses = [f"localhost:{s.getsockname()[1]}" for s in sockets]
    for each in sockets:
        each.close()
    return addresses


def start_workers(start_process, *arguments, count=2):
    """Starts so many processes of the command line; gives them in their order."""
    listed = ",".join(free_addresses(count))
    return [
        start_process(*arguments, "--workers", listed, "--worker-index", index)
        for index in range(count)
    ]


def ends(processes):
    """Exit status, standard output and standard error of each, which must come soon."""
    found = []
    for process in processes:
        out, err = process.communicate(timeout=300)
        found.append((process.returncode, out, err))
    return found
