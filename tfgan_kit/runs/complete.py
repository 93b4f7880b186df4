"""Which checkpoints of a run are complete. Importing this module imports nothing heavy."""

from pathlib import Path


def complete_steps(directory) -> list[int]:
    """Steps of the completely written checkpoints in a directory, ascending."""
    steps = [path.stem[5:] for path in Path(directory).glob("ckpt-*.json")]
    return sorted(int(step) for step in steps if step.isdigit())
