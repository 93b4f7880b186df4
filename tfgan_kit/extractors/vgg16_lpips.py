"""VGG16 with the heads of LPIPS v0.1."""

from tfgan_kit.extractors.lpips_network import SCALE, SHIFT, LpipsNetwork, head_shapes, heads
from tfgan_kit.extractors.published import DOWNLOADS
from tfgan_kit.extractors.weights import Published, digest, read_npz
from tfgan_kit.perceptual import PerceptualFeatures

NAME = "vgg16-lpips"
PUBLISHED = Published(
    NAME,
    DOWNLOADS[NAME].output,
    "1bdd4670feade2d2e05ebafa041cb3413309234fae463b4972b80fac21a7c4be",
)
LAYERS = ("block1_conv2", "block2_conv2", "block3_conv3", "block4_conv3", "block5_conv3")
CHANNELS = (64, 128, 256, 512, 512)


def load(weights=None) -> LpipsNetwork:
    """Returns torchvision's VGG16, with outputs after ReLU 1_2, 2_2, 3_3, 4_3 and 5_3.

    Args:
      weights: an .npz with "VGG16_0/Conv_i/kernel" (height, width, in, out) and ".../bias", i from
        0 to 12, and "NetLinLayer_i/Conv_0/kernel" (1, 1, channels, 1), i from 0 to 4; None for the
        file in the folder that `TFGAN_KIT_WEIGHTS` names.

    Raises:
      UserError: if the weights are missing, damaged or from another network.
    """
    path = PUBLISHED.locate(weights)
    arrays = read_npz(path, _shapes())
    model = PerceptualFeatures("vgg16", path, layers=LAYERS).model
    return LpipsNetwork(
        name=NAME,
        maps=lambda images: list(model((images - SHIFT) / SCALE, training=False).values()),
        heads=heads(arrays),
        smallest=16,
        digest=digest(arrays),
        warnings=PUBLISHED.warnings(path, arrays),
    )


def _shapes():
    shapes, before = {}, 3
    outputs = [n for n, count in zip(CHANNELS, (2, 2, 3, 3, 3), strict=True) for _ in range(count)]
    for i, after in enumerate(outputs):
        shapes[f"VGG16_0/Conv_{i}/kernel"] = (3, 3, before, after)
        shapes[f"VGG16_0/Conv_{i}/bias"] = (after,)
        before = after
    return shapes | head_shapes(CHANNELS)
