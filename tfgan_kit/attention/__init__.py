"""Where a network looks: maps of what in an image speaks for a class, or for a latent."""
