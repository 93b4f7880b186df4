"""Which checkpoints of a run are complete, and of what. Importing this imports nothing heavy."""

import json
from pathlib import Path


def complete_steps(directory) -> list[int]:
    """Steps of the completely written checkpoints in a directory, ascending."""
    steps = [path.stem[5:] for path in Path(directory).glob("ckpt-*.json")]
    return sorted(int(step) for step in steps if step.isdigit())


def data_of(directory, step: int, otherwise: str) -> str:
    """What the checkpoint of a step was trained on, in words; `otherwise` if it does not say."""
    try:
        return str(json.loads((Path(directory) / f"ckpt-{step}.json").read_text())["data"])
    except (OSError, ValueError, KeyError, TypeError):
        return otherwise
