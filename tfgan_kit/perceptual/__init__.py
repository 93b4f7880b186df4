from tfgan_kit.perceptual.features import PerceptualFeatures

__all__ = ["PerceptualFeatures"]
