import itertools

import numpy as np
import pytest
import tensorflow as tf

from tfgan_kit.terms.coupling import (
    content_loss,
    feature_regularizer,
    latent_cycle,
    semantic_divergence,
    semantic_loss,
)
from tfgan_kit.terms.style import gram, style_loss

RNG = np.random.default_rng(0)
BATCH, LATENT = 3, 5
SHAPES = {"early": (BATCH, 4, 3, 2), "late": (BATCH, 2, 2, 3)}
Z = RNG.normal(size=(BATCH, LATENT))


def pairs_mean(between, domains):
    return np.mean([between(a, b) for a, b in itertools.combinations(domains, 2)])


def square_mean(x):
    return (x**2).mean()


def numpy_gram(maps):
    _, height, width, channels = maps.shape
    return np.einsum("bhwc,bhwd->bcd", maps, maps) / (height * width * channels)


def as_layers(values):
    return dict(zip(SHAPES, values, strict=True))


class Case:
    """A term as a function of flat lists of arrays, in TensorFlow and, independently, in numpy."""

    def __init__(self, actual, expected, shapes):
        self.actual, self.expected, self.shapes = actual, expected, shapes

    def draw(self):
        return [RNG.normal(size=shape) for shape in self.shapes]


def split(values, domains):
    each = len(values) // domains
    return [values[i * each : (i + 1) * each] for i in range(domains)]


def feature_case(domains):
    def expected(values):
        def between(a, b):
            return sum(square_mean(x - y) for x, y in zip(a, b, strict=True)) / len(a)

        return pairs_mean(between, split(values, domains))

    return Case(
        lambda values: feature_regularizer(split(values, domains)),
        expected,
        [*SHAPES.values()] * domains,
    )


def semantic_case(domains):
    return Case(
        semantic_loss,
        lambda values: pairs_mean(lambda a, b: square_mean(a - b) / 2, values),
        [(BATCH, 4)] * domains,
    )


def divergence_case(domains, multi_label):
    def bernoullis(logits):
        p = 1 / (1 + np.exp(-logits))
        return np.stack([p, 1 - p], axis=-1)

    def softmax(logits):
        return np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)

    def between(a, b):
        p, q = (bernoullis if multi_label else softmax)(np.stack([a, b]))
        return ((p * np.log(p / q)).sum(-1) + (q * np.log(q / p)).sum(-1)).mean()

    return Case(
        lambda values: semantic_divergence(values, multi_label),
        lambda values: pairs_mean(between, values),
        [(BATCH, 4)] * domains,
    )


def cycle_case(domains, norm):
    size = {"l2": np.square, "l1": np.abs}[norm]

    def expected(values):
        # The norm as the formula has it, per example, over the latent size.
        return sum((size(x - Z).sum(axis=1) / LATENT).mean() for x in values)

    return Case(lambda values: latent_cycle(Z, values, norm), expected, [(BATCH, LATENT)] * domains)


def content_case(domains, form):
    # The divisor counts as a constant when differentiated: it is taken at the first point asked of.
    divisors = {}

    def expected(values):
        total = []
        indexed = list(enumerate(split(values, domains)))
        for (i, a), (j, b) in itertools.combinations(indexed, 2):
            terms = []
            for layer, (x, y) in enumerate(zip(a, b, strict=True)):
                divisor = divisors.setdefault((i, j, layer), square_mean(x) + square_mean(y))
                terms.append(square_mean(x - y) / (divisor if form == "normalized" else 1))
            total.append(sum(terms))
        return np.mean(total)

    return Case(
        lambda values: content_loss([as_layers(v) for v in split(values, domains)], form),
        expected,
        [*SHAPES.values()] * domains,
    )


def style_case(form):
    def expected(values):
        total = 0
        for x, real in zip(values, REAL, strict=True):
            divisor = square_mean(numpy_gram(real)) if form == "normalized" else 1
            total += square_mean(numpy_gram(x) - numpy_gram(real)) / divisor
        return total

    return Case(
        lambda values: style_loss(as_layers(values), as_layers(REAL), form),
        expected,
        [*SHAPES.values()],
    )


REAL = [RNG.normal(size=shape) for shape in SHAPES.values()]
CASES = {
    **{f"features {k}": (feature_case, k) for k in (2, 3)},
    **{f"semantic {k}": (semantic_case, k) for k in (2, 3)},
    **{f"divergence {k} {m}": (divergence_case, k, m) for k in (2, 3) for m in (False, True)},
    **{f"cycle {norm} {k}": (cycle_case, k, norm) for norm in ("l2", "l1") for k in (2, 3)},
    **{
        f"content {form} {k}": (content_case, k, form)
        for form in ("literal", "normalized")
        for k in (2, 3)
    },
    **{f"style {form}": (style_case, form) for form in ("literal", "normalized")},
}


@pytest.fixture(params=CASES)
def case(request):
    make, *arguments = CASES[request.param]
    return make(*arguments)


def value_and_gradient(term, values):
    values = [tf.constant(value, tf.float32) for value in values]
    with tf.GradientTape() as tape:
        tape.watch(values)
        value = term(values)
    return value, tape.gradient(value, values)


def test_value_and_gradient_equal_the_formula(case):
    values = case.draw()
    value, gradients = value_and_gradient(case.actual, values)
    assert value.dtype == tf.float32
    assert value.shape == ()
    np.testing.assert_allclose(value, case.expected(values), rtol=1e-5)
    for array, gradient in zip(values, gradients, strict=True):
        expected = np.zeros_like(array)
        for index in np.ndindex(*array.shape):
            centre = array[index]
            array[index] = centre + 1e-6
            above = case.expected(values)
            array[index] = centre - 1e-6
            expected[index] = (above - case.expected(values)) / 2e-6
            array[index] = centre
        np.testing.assert_allclose(gradient, expected, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("fill", [0.0, 0.7])
def test_equal_inputs_cost_nothing_and_have_finite_gradients(fill):
    maps = {layer: tf.fill(shape, fill) for layer, shape in SHAPES.items()}
    rows = tf.fill([BATCH, LATENT], fill)
    terms = {
        "features": lambda: feature_regularizer([list(maps.values())] * 2),
        "semantic": lambda: semantic_loss([rows, rows, rows]),
        "l2": lambda: latent_cycle(rows, [rows, rows], "l2"),
        "l1": lambda: latent_cycle(rows, [rows, rows], "l1"),
        **{
            f"{name} {form}": lambda term=term, form=form: term(form)
            for form in ("literal", "normalized")
            for name, term in (
                ("content", lambda form: content_loss([maps, maps], form)),
                ("style", lambda form: style_loss(maps, maps, form)),
            )
        },
    }
    for name, term in terms.items():
        with tf.GradientTape() as tape:
            tape.watch([rows, *maps.values()])
            value = term()
        assert float(value) == 0.0, name
        gradients = tape.gradient(value, [rows, *maps.values()])
        gradients = [g for g in gradients if g is not None]
        assert gradients, name
        assert all(np.isfinite(g).all() for g in gradients), name


def test_a_pair_weighs_the_same_whatever_the_number_of_domains():
    """Of four domains two by two alike, four pairs of six differ."""
    low, high = tf.zeros([BATCH, 4]), tf.ones([BATCH, 4])
    assert float(semantic_loss([low, high])) == 0.5
    np.testing.assert_allclose(semantic_loss([low, low, high, high]), 0.5 * 4 / 6, rtol=1e-6)


def test_the_latent_cycle_does_not_depend_on_the_latent_size():
    for size in (2, 100):
        z = tf.zeros([BATCH, size])
        assert float(latent_cycle(z, [z + 2.0, z - 1.0], "l2")) == 5.0
        assert float(latent_cycle(z, [z + 2.0, z - 1.0], "l1")) == 3.0


def test_gram_equals_numpy():
    maps = RNG.normal(size=SHAPES["early"])
    np.testing.assert_allclose(gram(tf.constant(maps)), numpy_gram(maps), rtol=1e-5)


def test_gram_does_not_depend_on_where_things_are():
    maps = RNG.normal(size=SHAPES["early"])
    np.testing.assert_allclose(gram(maps), gram(maps[:, ::-1, ::-1]), rtol=1e-5)


@pytest.mark.parametrize("scale", [1e-2, 1.0, 1e3])
def test_normalized_terms_do_not_depend_on_the_size_of_features(scale):
    a, b = ([abs(RNG.normal(size=shape)) for shape in SHAPES.values()] for _ in range(2))
    scaled_a, scaled_b = (as_layers([scale * x for x in side]) for side in (a, b))
    a, b = as_layers(a), as_layers(b)
    content = content_loss([scaled_a, scaled_b], "normalized")
    np.testing.assert_allclose(content, content_loss([a, b], "normalized"), rtol=1e-4)
    assert 0.0 < float(content) < len(SHAPES)
    style = style_loss(scaled_a, scaled_b, "normalized")
    np.testing.assert_allclose(style, style_loss(a, b, "normalized"), rtol=1e-4)


def test_normalized_content_is_one_where_no_feature_is_common():
    maps = np.zeros((BATCH, 2, 2, 4))
    first, second = maps.copy(), maps.copy()
    first[..., :2], second[..., 2:] = 3.0, 3.0
    value = content_loss([{"late": first}, {"late": second}], "normalized")
    assert float(value) == pytest.approx(1.0)


def test_half_precision_gives_float32():
    rows = [tf.cast(RNG.normal(size=(BATCH, LATENT)), tf.bfloat16) for _ in range(2)]
    maps = [{"early": tf.cast(RNG.normal(size=SHAPES["early"]), tf.float16)} for _ in range(2)]
    values = [
        feature_regularizer([list(m.values()) for m in maps]),
        semantic_loss(rows),
        latent_cycle(Z, rows),
        content_loss(maps, "normalized"),
        style_loss(*maps, "normalized"),
    ]
    assert {value.dtype for value in values} == {tf.float32}


def test_a_graph_of_unknown_sizes_is_the_same_computation():
    maps = [tf.constant(RNG.normal(size=SHAPES["early"]), tf.float32) for _ in range(2)]
    unknown = tf.TensorSpec([None, None, None, 2])

    @tf.function(input_signature=[unknown, unknown])
    def style(a, b):
        return style_loss({"early": a}, {"early": b}, "literal")

    np.testing.assert_allclose(
        style(*maps), style_loss({"early": maps[0]}, {"early": maps[1]}, "literal"), rtol=1e-6
    )


def test_shapes_that_differ_are_not_broadcast():
    gray, colour = tf.zeros([BATCH, 4, 4, 1]), tf.ones([BATCH, 4, 4, 3])
    with pytest.raises(ValueError, match="compatible"):
        feature_regularizer([[gray], [colour]])
    with pytest.raises(ValueError, match="compatible"):
        content_loss([{"late": gray}, {"late": colour}], "literal")


def test_an_unknown_form_or_norm_is_refused():
    maps = {"late": tf.zeros(SHAPES["late"])}
    with pytest.raises(ValueError, match="'normalised'"):
        content_loss([maps, maps], "normalised")
    with pytest.raises(KeyError, match="l3"):
        latent_cycle(Z, [Z, Z], "l3")


def test_the_divergence_keeps_its_gradient_where_the_squared_distance_loses_it():
    sure = [tf.constant([[20.0, 0.0, 0.0]]), tf.constant([[0.0, 0.0, 20.0]])]
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(sure)
        fades = semantic_loss([tf.nn.softmax(logits) for logits in sure])
        stays = semantic_divergence(sure)
    assert np.abs(tape.gradient(fades, sure[0])).max() < 1e-6
    np.testing.assert_allclose(tape.gradient(stays, sure[0]), [[1, 0, -1]], atol=1e-5)
