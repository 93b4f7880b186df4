"""Studies of what lies in the latent spaces of generators."""
