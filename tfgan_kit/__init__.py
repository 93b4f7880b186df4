"""tfgan-kit: training generative adversarial networks with TensorFlow and Keras 3.

Importing this package imports nothing heavy; the submodules do.
"""

__version__ = "0.1.0"
