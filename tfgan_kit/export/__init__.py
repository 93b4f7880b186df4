"""Export: a run's generator as files that other programs load and serve."""
