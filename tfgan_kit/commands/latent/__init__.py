"""The commands that use latents: walks, edits, and the latents of given images."""
