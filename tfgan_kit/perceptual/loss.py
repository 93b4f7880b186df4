"""Perceptual losses as papers define them: which maps of VGG, how weighted."""

import dataclasses

from tfgan_kit.errors import UserError, suggest
from tfgan_kit.perceptual.features import PerceptualFeatures, convolutions
from tfgan_kit.terms.perceptual import perceptual_loss, without_style


@dataclasses.dataclass(frozen=True)
class Recipe:
    """The definition of a perceptual loss; see `tfgan_kit.terms.perceptual.perceptual_loss`.

    Attributes:
      weights: layer of VGG19 -> weight.
      norm: "l1" or "l2".
      before_activation: whether maps are taken before the ReLU.
      without_style: whether each map is brought to mean 0 and variance 1.
    """

    weights: dict[str, float]
    norm: str = "l1"
    before_activation: bool = False
    without_style: bool = False


# SRGAN divides features by 12.75 (section 3.2), so their squares by its square.
_SRGAN = 1 / 12.75**2
RECIPES = {
    "pix2pixhd": Recipe(
        {
            "block1_conv1": 1 / 32,
            "block2_conv1": 1 / 16,
            "block3_conv1": 1 / 8,
            "block4_conv1": 1 / 4,
            "block5_conv1": 1.0,
        }
    ),
    "srgan_vgg22": Recipe({"block2_conv2": _SRGAN}, "l2"),
    "srgan_vgg54": Recipe({"block5_conv4": _SRGAN}, "l2"),
    "esrgan": Recipe({"block5_conv4": 1.0}, before_activation=True),
    "bsa": Recipe({f"block{block}_conv2": 1.0 for block in (1, 2, 3, 4)}),
    "scribbler": Recipe({"block4_conv2": 1.0}, "l2"),  # TextureGAN's feature loss, too.
    # That of the authors' code, with VGG16; UNIT's later code has it, too.
    "munit": Recipe({"block5_conv3": 1.0}, "l2", without_style=True),
}


class PerceptualLoss:
    """A recipe with its network, which is frozen.

    Args:
      recipe: a key of `RECIPES`.
      network: "vgg19", as in the papers, or "vgg16", whose last convolution of a block stands for a
        later one that it lacks: block5_conv3 for block5_conv4.
      weights: a file of weights; see `PerceptualFeatures`.

    Raises:
      UserError: if there is no such recipe or network, or the weights cannot be had.
    """

    def __init__(self, recipe, network="vgg19", weights=None):
        if recipe not in RECIPES:
            raise UserError(
                f"no perceptual loss is called {recipe!r}{suggest(recipe, RECIPES)}; choose one of "
                f"{', '.join(RECIPES)}"
            )
        recipe = RECIPES[recipe]
        self.norm, self._without_style = recipe.norm, recipe.without_style
        self.weights = {_own(layer, network): w for layer, w in recipe.weights.items()}
        self.features = PerceptualFeatures(
            network,
            weights,
            layers=tuple(self.weights),
            before_activation=recipe.before_activation,
        )

    def check(self, image_shape):
        """Checks the shape of an image, (height, width, channels).

        Raises:
          UserError: see `PerceptualFeatures.check`; also if maps are to be without style and have a
            single place, where nothing but style is left.
        """
        self.features.check(image_shape)
        least = 2 * self.features.reduction
        if self._without_style and max(image_shape[:2]) < least:
            height, width = image_shape[:2]
            raise UserError(
                f"images of {height}x{width} become a single place in {self.features.layers[-1]}, "
                f"whose value without style is 0; take {least} pixels a side or more, or leave out "
                "--perceptual-weights"
            )

    def __call__(self, outputs, truths):
        """Returns the unweighted loss, a float32 scalar, the mean over this replica's batch.

        Args:
          outputs: float (batch, height, width, 1 or 3) in [-1, 1]; gradients flow through them.
          truths: as many of the same shape; no gradient flows through them.

        Raises:
          UserError: see `PerceptualFeatures.check`.
        """
        of_outputs, of_truths = self.features(outputs), self.features(truths)
        if self._without_style:
            of_outputs, of_truths = without_style(of_outputs), without_style(of_truths)
        return perceptual_loss(of_outputs, of_truths, self.weights, self.norm)


def load_perceptual_loss(recipe, network="vgg19", weights=None):
    """Returns the loss and None, or, without a file of weights, None and a note.

    A training does not depend on a download: without a file the term is off.

    Args:
      recipe, network: see `PerceptualLoss`.
      weights: a file of weights, or None.

    Returns:
      A `PerceptualLoss` or None; and None or the line for `Trainer.notes` that says that it is off.

    Raises:
      UserError: see `PerceptualLoss`.
    """
    if weights is None:
        return None, f"vgg       loss off: --perceptual-weights names no file of {network}"
    return PerceptualLoss(recipe, network, weights), None


def _own(layer, network):
    """The layer, or the last one of its block where the network lacks it."""
    block = layer.split("_")[0]
    names = [name for name in convolutions(network) if name.startswith(f"{block}_")]
    return layer if layer in names else names[-1]
