import numpy as np
import pytest

from nets.translation.unpaired.stargan import discriminator, generator
from tests.nets.translation.networks import draw, survives_saving, trainable


@pytest.mark.parametrize(
    ("label_size", "expected"), [(5, 8_430_528), (8, 8_439_936), (5 + 8 + 2, 8_461_888)]
)
def test_parameters_of_the_generator(zero_weights, label_size, expected):
    assert trainable(generator(3, label_size)) == expected


def test_parameters_of_the_discriminator(zero_weights):
    assert trainable(discriminator((128, 128, 3), 5)) == 44_762_048


@pytest.mark.parametrize(
    ("norm", "filters", "blocks", "expected"),
    [("batch", 64, 6, 8_430_528), ("none", 32, 3, 1_229_664), ("none", 16, 1, 164_272)],
)
def test_parameters_of_teacher_and_students(zero_weights, norm, filters, blocks, expected):
    """The Parma thesis (Guiding the matrix, 2020), chapter 9, prints 8.4, 1.2 and 0.16 million."""
    network = generator(3, 5, norm=norm, filters=filters, blocks=blocks)
    assert trainable(network) == expected


def test_the_first_layer_of_a_discriminator_is_not_normalised(zero_weights):
    model = discriminator((8, 8, 3), 2, downs=2, filters=2, norm="batch")
    norms = [layer.name for layer in model.layers if "norm" in layer.name]
    assert norms == ["conv_2_norm"]
    assert model.get_layer("conv_1").use_bias
    assert not model.get_layer("conv_2").use_bias


def test_maps():
    model = generator(1, 3, blocks=2, filters=2)
    inputs = draw(model, 8) | {"input": np.ones((2, 8, 12, 1), "float32")}
    shapes = [tuple(x.shape[1:]) for x in model(inputs).values()]
    down = [(8, 12, 2), (4, 6, 4), (2, 3, 8)]
    assert shapes == [*down, *[(2, 3, 8)] * 2, (4, 6, 4), (8, 12, 2), (8, 12, 1)]
    judge = discriminator((8, 16, 1), 3, downs=2, filters=2)
    shapes = [tuple(x.shape[1:]) for x in judge(draw(judge, 8)).values()]
    assert shapes == [(4, 8, 2), (2, 4, 4), (2, 4, 1), (3,)]


def test_the_label_matters_and_no_example_to_another():
    model = generator(3, 4, blocks=1, filters=4)
    inputs = draw(model, 8)
    plain = model(inputs)["image"]
    label = inputs["label"].copy()
    label[1] += 1
    changed = model(inputs | {"label": label})["image"]
    np.testing.assert_array_equal(changed[0], plain[0])
    assert np.abs(changed[1] - plain[1]).max() > 1e-3


def test_class_logits_are_a_product_with_the_whole_last_map():
    model = discriminator((8, 16, 3), 5, downs=2, filters=2)
    outputs = model(draw(model, 8))
    kernel = model.get_layer("class_logits_conv").kernel.numpy()
    expected = np.einsum("bhwc,hwcn->bn", outputs["features_2"], kernel)
    np.testing.assert_allclose(outputs["class_logits"], expected, rtol=1e-5, atol=1e-6)


def test_saving(tmp_path):
    for model in (generator(3, 4, blocks=1, filters=4), discriminator((8, 8, 3), 5, downs=2)):
        survives_saving(model, draw(model, 8), tmp_path)
