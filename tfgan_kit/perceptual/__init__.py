from tfgan_kit.perceptual.features import PerceptualFeatures
from tfgan_kit.perceptual.loss import PerceptualLoss, load_perceptual_loss

__all__ = ["PerceptualFeatures", "PerceptualLoss", "load_perceptual_loss"]
