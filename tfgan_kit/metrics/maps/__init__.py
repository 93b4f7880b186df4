"""Whether a map is where the truth is."""
