"""What the networks of this kit's methods are called."""

NETWORK_NAMES = ("generator", "discriminator", "encoder", "classifier")
