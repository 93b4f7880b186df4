"""The names of the methods. Importing this imports nothing heavy."""

OF_CLASSES = (
    *("cam", "grad_cam", "grad_cam_plus_plus"),
    *("guided_backpropagation", "deconvnet", "guided_grad_cam"),
)
OF_VAES = ("vae_attention", "reconstruction_error")
OF_GENERATORS = "generator_attention"
METHODS = (*OF_CLASSES, *OF_VAES, OF_GENERATORS)
DEFAULT, DEFAULT_OF_VAES = "grad_cam", "vae_attention"
