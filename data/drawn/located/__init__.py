"""Drawn sets whose examples say where that which counts is. Training never reads it."""
