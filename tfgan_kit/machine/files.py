"""Files that are written whole or not at all."""

import contextlib
import json
import os


def write_bytes(content: bytes, path) -> None:
    """Writes a file through a temporary neighbour, so that no reader ever sees half of it."""
    temporary = f"{os.fspath(path)}.part"
    try:
        with open(temporary, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def write_json(content, path) -> None:
    """Writes JSON, indented, with a newline at the end."""
    write_bytes((json.dumps(content, indent=2) + "\n").encode(), path)
