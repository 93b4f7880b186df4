"""Names and shapes of the convolutions in the published file, in its order, and random ones."""

import numpy as np

# Name of the convolution; height, width, in, out of its kernel.
TABLE = """
conv 3 3 3 32
conv_1 3 3 32 32
conv_2 3 3 32 64
conv_3 1 1 64 80
conv_4 3 3 80 192
mixed/conv 1 1 192 64
mixed/tower/conv 1 1 192 48
mixed/tower/conv_1 5 5 48 64
mixed/tower_1/conv 1 1 192 64
mixed/tower_1/conv_1 3 3 64 96
mixed/tower_1/conv_2 3 3 96 96
mixed/tower_2/conv 1 1 192 32
mixed_1/conv 1 1 256 64
mixed_1/tower/conv 1 1 256 48
mixed_1/tower/conv_1 5 5 48 64
mixed_1/tower_1/conv 1 1 256 64
mixed_1/tower_1/conv_1 3 3 64 96
mixed_1/tower_1/conv_2 3 3 96 96
mixed_1/tower_2/conv 1 1 256 64
mixed_2/conv 1 1 288 64
mixed_2/tower/conv 1 1 288 48
mixed_2/tower/conv_1 5 5 48 64
mixed_2/tower_1/conv 1 1 288 64
mixed_2/tower_1/conv_1 3 3 64 96
mixed_2/tower_1/conv_2 3 3 96 96
mixed_2/tower_2/conv 1 1 288 64
mixed_3/conv 3 3 288 384
mixed_3/tower/conv 1 1 288 64
mixed_3/tower/conv_1 3 3 64 96
mixed_3/tower/conv_2 3 3 96 96
mixed_4/conv 1 1 768 192
mixed_4/tower/conv 1 1 768 128
mixed_4/tower/conv_1 1 7 128 128
mixed_4/tower/conv_2 7 1 128 192
mixed_4/tower_1/conv 1 1 768 128
mixed_4/tower_1/conv_1 7 1 128 128
mixed_4/tower_1/conv_2 1 7 128 128
mixed_4/tower_1/conv_3 7 1 128 128
mixed_4/tower_1/conv_4 1 7 128 192
mixed_4/tower_2/conv 1 1 768 192
mixed_5/conv 1 1 768 192
mixed_5/tower/conv 1 1 768 160
mixed_5/tower/conv_1 1 7 160 160
mixed_5/tower/conv_2 7 1 160 192
mixed_5/tower_1/conv 1 1 768 160
mixed_5/tower_1/conv_1 7 1 160 160
mixed_5/tower_1/conv_2 1 7 160 160
mixed_5/tower_1/conv_3 7 1 160 160
mixed_5/tower_1/conv_4 1 7 160 192
mixed_5/tower_2/conv 1 1 768 192
mixed_6/conv 1 1 768 192
mixed_6/tower/conv 1 1 768 160
mixed_6/tower/conv_1 1 7 160 160
mixed_6/tower/conv_2 7 1 160 192
mixed_6/tower_1/conv 1 1 768 160
mixed_6/tower_1/conv_1 7 1 160 160
mixed_6/tower_1/conv_2 1 7 160 160
mixed_6/tower_1/conv_3 7 1 160 160
mixed_6/tower_1/conv_4 1 7 160 192
mixed_6/tower_2/conv 1 1 768 192
mixed_7/conv 1 1 768 192
mixed_7/tower/conv 1 1 768 192
mixed_7/tower/conv_1 1 7 192 192
mixed_7/tower/conv_2 7 1 192 192
mixed_7/tower_1/conv 1 1 768 192
mixed_7/tower_1/conv_1 7 1 192 192
mixed_7/tower_1/conv_2 1 7 192 192
mixed_7/tower_1/conv_3 7 1 192 192
mixed_7/tower_1/conv_4 1 7 192 192
mixed_7/tower_2/conv 1 1 768 192
mixed_8/tower/conv 1 1 768 192
mixed_8/tower/conv_1 3 3 192 320
mixed_8/tower_1/conv 1 1 768 192
mixed_8/tower_1/conv_1 1 7 192 192
mixed_8/tower_1/conv_2 7 1 192 192
mixed_8/tower_1/conv_3 3 3 192 192
mixed_9/conv 1 1 1280 320
mixed_9/tower_conv 1 1 1280 384
mixed_9/tower_mixed_conv 1 3 384 384
mixed_9/tower_mixed_conv_1 3 1 384 384
mixed_9/tower_1_conv 1 1 1280 448
mixed_9/tower_1_conv_1 3 3 448 384
mixed_9/tower_1_mixed_conv 1 3 384 384
mixed_9/tower_1_mixed_conv_1 3 1 384 384
mixed_9/tower_2_conv 1 1 1280 192
mixed_10/conv 1 1 2048 320
mixed_10/tower_conv 1 1 2048 384
mixed_10/tower_mixed_conv 1 3 384 384
mixed_10/tower_mixed_conv_1 3 1 384 384
mixed_10/tower_1_conv 1 1 2048 448
mixed_10/tower_1_conv_1 3 3 448 384
mixed_10/tower_1_mixed_conv 1 3 384 384
mixed_10/tower_1_mixed_conv_1 3 1 384 384
mixed_10/tower_2_conv 1 1 2048 192
"""


def shapes():
    for line in TABLE.split("\n")[1:-1]:
        name, *shape = line.split()
        yield name, tuple(map(int, shape))


def draw(seed=0):
    """Arrays that keep the size of the activations, with statistics that are far from none."""
    rng, arrays = np.random.default_rng(seed), {}
    for name, shape in shapes():
        kernel = rng.standard_normal(shape, "float32")
        arrays[f"{name}/weight"] = kernel * np.float32(np.sqrt(2 / np.prod(shape[:3])))
        arrays[f"{name}/beta"] = rng.standard_normal(shape[3], "float32") / 2
        arrays[f"{name}/mean"] = rng.standard_normal(shape[3], "float32") / 4
        arrays[f"{name}/var"] = rng.uniform(0.3, 1.2, shape[3]).astype("float32")
    return arrays
