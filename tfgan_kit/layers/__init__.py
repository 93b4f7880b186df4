"""The Keras layers of this kit. Importing the package registers them for loading saved models."""

from tfgan_kit.layers.choice import Choice
from tfgan_kit.layers.conditional_norm import ConditionalNormalization
from tfgan_kit.layers.dropout import Dropout
from tfgan_kit.layers.gaussian_noise import GaussianNoise
from tfgan_kit.layers.image_convolution import Conv2D, Conv2DTranspose
from tfgan_kit.layers.latents.mixture import Mixture
from tfgan_kit.layers.latents.truncated import Truncated
from tfgan_kit.layers.log_sum_exp import LogSumExp
from tfgan_kit.layers.mixing import mixes_examples
from tfgan_kit.layers.noise_dropout import NoiseDropout
from tfgan_kit.layers.normalization import normalization
from tfgan_kit.layers.pictures.lab import LabToRGB
from tfgan_kit.layers.pictures.overlaid import Overlaid
from tfgan_kit.layers.pictures.placed_texture import PlacedTexture
from tfgan_kit.layers.pictures.rgb_to_lab import RGBToLab
from tfgan_kit.layers.probabilities import Probabilities
from tfgan_kit.layers.progressive.blur import Blur
from tfgan_kit.layers.progressive.channel_bias import ChannelBias
from tfgan_kit.layers.progressive.equalized import EqualizedConv2D, EqualizedDense
from tfgan_kit.layers.progressive.fade import Fade
from tfgan_kit.layers.progressive.minibatch_deviation import MinibatchDeviation
from tfgan_kit.layers.progressive.pixel_norm import PixelNorm
from tfgan_kit.layers.relief.relief import Relief
from tfgan_kit.layers.spatial.adain import AdaIN
from tfgan_kit.layers.spatial.bilinear_upsampling import BilinearUpsampling
from tfgan_kit.layers.spatial.boundary_map import BoundaryMap
from tfgan_kit.layers.spatial.centre_hole import CentreHole
from tfgan_kit.layers.spatial.channelwise_dense import ChannelwiseDense
from tfgan_kit.layers.spatial.drawn_centres import DrawnCentres
from tfgan_kit.layers.spatial.fill_holes import FillHoles
from tfgan_kit.layers.spatial.instance_mean import InstanceMean
from tfgan_kit.layers.spatial.label_maps import LabelMaps
from tfgan_kit.layers.spatial.max_pool_indices import MaxPoolIndices, MaxUnpool
from tfgan_kit.layers.spatial.pixel_shuffle import PixelShuffle
from tfgan_kit.layers.spatial.reflection_padding import ReflectionPadding2D
from tfgan_kit.layers.spatial.resize import Resize
from tfgan_kit.layers.spatial.spade import SPADE
from tfgan_kit.layers.spectral import spectral_layers
from tfgan_kit.layers.spectral_conv2d import SpectralConv2D
from tfgan_kit.layers.spectral_dense import SpectralDense
from tfgan_kit.layers.styles.directions import Directions
from tfgan_kit.layers.styles.learned_constant import LearnedConstant
from tfgan_kit.layers.styles.pixel_noise import PixelNoise
from tfgan_kit.layers.styles.style_norm import StyleNorm
from tfgan_kit.layers.styles.truncation import Truncation

__all__ = [
    "SPADE",
    "AdaIN",
    "BilinearUpsampling",
    "Blur",
    "BoundaryMap",
    "CentreHole",
    "ChannelBias",
    "ChannelwiseDense",
    "Choice",
    "ConditionalNormalization",
    "Conv2D",
    "Conv2DTranspose",
    "Directions",
    "DrawnCentres",
    "Dropout",
    "EqualizedConv2D",
    "EqualizedDense",
    "Fade",
    "FillHoles",
    "GaussianNoise",
    "InstanceMean",
    "LabToRGB",
    "LabelMaps",
    "LearnedConstant",
    "LogSumExp",
    "MaxPoolIndices",
    "MaxUnpool",
    "MinibatchDeviation",
    "Mixture",
    "NoiseDropout",
    "Overlaid",
    "PixelNoise",
    "PixelNorm",
    "PixelShuffle",
    "PlacedTexture",
    "Probabilities",
    "RGBToLab",
    "ReflectionPadding2D",
    "Relief",
    "Resize",
    "SpectralConv2D",
    "SpectralDense",
    "StyleNorm",
    "Truncated",
    "Truncation",
    "mixes_examples",
    "normalization",
    "spectral_layers",
]
