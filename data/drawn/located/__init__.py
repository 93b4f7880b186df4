"""Drawn sets with a mask for each class or defect of an example. Training never reads masks."""
