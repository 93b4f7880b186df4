"""Methods that learn many small tasks, so that a few examples are enough for the next one."""
