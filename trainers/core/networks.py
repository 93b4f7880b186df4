"""The names of the networks of this kit's methods."""

NETWORK_NAMES = ("generator", "discriminator", "encoder", "classifier")
