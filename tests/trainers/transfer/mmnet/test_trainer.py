import numpy as np
import pytest
import tensorflow as tf

from tests.data.sources.modalities.files import write
from tests.trainers.small import batches, step
from tests.trainers.transfer.mmnet.small import built
from tfgan_kit.fields.network import to_network
from trainers.transfer.mmnet.trainer import ALIGNED, PSEUDO, SEEN


def terms_of(trainer, feed):
    ((batch,),) = batches(trainer, feed)
    kept = {}
    return {term.name: term for term in trainer.terms(batch, kept)}, kept, batch


def total(terms):
    return tf.add_n([term.weight * term.value for term in terms.values()])


def encoded(trainer, name, values):
    given = to_network(trainer.modalities[name].field, values)
    code = trainer.networks[f"encoder_{name}"]({"input": given}, training=True)
    return {part: np.asarray(value) for part, value in code.items()}


def decoded(trainer, name, code):
    decoder = trainer.networks[f"decoder_{name}"]
    return np.asarray(decoder({n: code[n] for n in decoder.input}, training=True)["output"])


def cross_entropy(ids, logits):
    shares = np.log(np.exp(logits).sum(-1))
    own = np.take_along_axis(logits, np.asarray(ids)[..., None], -1)[..., 0]
    return (shares - own).mean()


def berhu(made, truth):
    means = []
    for d in np.abs(made - truth):
        c = d.max() / 5
        means.append(np.where(d <= c, d, (d**2 + c**2) / (2 * c)).mean())
    return np.mean(means)


def test_the_terms_of_all_stages_are_those_of_the_paper():
    # Without normalisation and noise, each way can be gone by itself.
    trainer, feed = built(PSEUDO, norm="none", noise=0.0)
    terms, kept, batch = terms_of(trainer, feed)
    labels, depths = batch["rgb+segmentation"], batch["rgb+depth"]
    x, y = labels["rgb"], labels["segmentation"]
    u, z = depths["rgb"], depths["depth"]
    images = [to_network(trainer.spec["rgb+depth"]["rgb"], each).numpy() for each in (x, u)]
    far = to_network(trainer.spec["rgb+depth"]["depth"], z).numpy()
    of_x, of_u = encoded(trainer, "rgb", x), encoded(trainer, "rgb", u)
    of_y, of_z = encoded(trainer, "segmentation", y), encoded(trainer, "depth", z)

    def squared(code, truth):
        return ((decoded(trainer, "rgb", code) - truth) ** 2).mean()

    logits = decoded(trainer, "segmentation", of_u)
    shares = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
    own = decoded(trainer, "segmentation", of_z)
    soft = (shares * (np.log(np.exp(own).sum(-1, keepdims=True)) - own)).sum(-1).mean()
    expected = {
        "segmentation_to_rgb": (squared(of_y, images[0]), 1000),
        "depth_to_rgb": (squared(of_z, images[1]), 1000),
        "rgb_to_rgb": ((squared(of_x, images[0]) + squared(of_u, images[1])) / 2, 1000),
        "rgb_to_segmentation": (
            cross_entropy(y, decoded(trainer, "segmentation", of_x)),
            100,
        ),
        "segmentation_to_segmentation": (
            cross_entropy(y, decoded(trainer, "segmentation", of_y)),
            100,
        ),
        "rgb_to_depth": (berhu(decoded(trainer, "depth", of_u), far), 10),
        "depth_to_depth": (berhu(decoded(trainer, "depth", of_z), far), 10),
        "latent_segmentation": (((of_x["latent"] - of_y["latent"]) ** 2).mean(), 10),
        "latent_depth": (((of_u["latent"] - of_z["latent"]) ** 2).mean(), 10),
        "pseudo_segmentation_to_depth": (
            berhu(decoded(trainer, "depth", of_y), decoded(trainer, "depth", of_x)),
            100,
        ),
        "pseudo_depth_to_segmentation": (soft, 100),
    }
    assert terms.keys() == expected.keys() | {"adversarial"}
    for name, (value, weight) in expected.items():
        assert float(terms[name].value) == pytest.approx(value, rel=1e-4), name
        assert terms[name].weight == weight, name
    # The discriminator normalises its batch, so it sees the images in their order.
    shown = trainer.networks["discriminator"](
        {"image": tf.concat(kept["images"], 0)}, training=True
    )["logits"]
    assert float(terms["adversarial"].value) == pytest.approx(
        float(tf.reduce_mean((shown - 1) ** 2)), rel=1e-4
    )
    assert terms["adversarial"].weight == 10


def test_the_first_stage_trains_seen_translations_alone():
    terms, _, _ = terms_of(*built(SEEN))
    assert {name: term.weight for name, term in terms.items()} == {
        "segmentation_to_rgb": 1,
        "depth_to_rgb": 1,
        "adversarial": 1,
        "rgb_to_segmentation": 100,
        "rgb_to_depth": 10,
    }


def test_the_discriminator_is_of_least_squares():
    trainer, _ = built(SEEN)
    real, fake = (np.random.default_rng(k).normal(size=(4, 16, 16, 3)) for k in (0, 1))
    found = {term.name: float(term.value) for term in trainer._judge(real, fake)}
    logits = [
        trainer.networks["discriminator"]({"image": x}, training=True)["logits"].numpy()
        for x in (real, fake)
    ]
    assert found["real"] == pytest.approx(((logits[0] - 1) ** 2).mean(), rel=1e-4)
    assert found["fake"] == pytest.approx((logits[1] ** 2).mean(), rel=1e-4)


def test_pseudo_pairs_alone_leave_the_anchor_as_it_is():
    weights = dict.fromkeys(
        ("anchor_weight", "segmentation_weight", "depth_weight", "alignment_weight"), 0.0
    )
    trainer, feed = built(PSEUDO, **weights)
    ((batch,),) = batches(trainer, feed)
    parts = {name: net for name, net in trainer.networks.items() if net.trainable_variables}
    with tf.GradientTape(persistent=True) as tape:
        kept = {}
        loss = total({term.name: term for term in trainer.terms(batch, kept)})

    def moved(name):
        found = tape.gradient(loss, [v.value for v in parts[name].trainable_variables])
        return any(g is not None and np.any(g.numpy() != 0) for g in found)

    assert not moved("encoder_rgb")
    assert not moved("decoder_rgb")
    for name in ("encoder_segmentation", "encoder_depth", "decoder_segmentation", "decoder_depth"):
        assert moved(name), name


def test_the_anchors_encoder_is_frozen_from_the_second_stage_on():
    trainer, feed = built(SEEN)

    def weights():
        return {n: net.get_weights() for n, net in trainer.networks.items() if net.weights}

    def changed(before):
        after = weights()
        same = {n: zip(before[n], after[n], strict=True) for n in after}
        return {n for n, pairs in same.items() if any((a != b).any() for a, b in pairs)}

    before = weights()
    step(trainer, feed)
    assert changed(before) == set(before)
    frozen = trainer.networks["encoder_rgb"].get_weights()
    for stage in (ALIGNED, PSEUDO):
        trainer.enter(stage, feed.spec)
        before = weights()
        step(trainer, feed)
        assert changed(before) == set(before) - {"encoder_rgb"}
        for was, now in zip(frozen, trainer.networks["encoder_rgb"].get_weights(), strict=True):
            np.testing.assert_array_equal(was, now)


@pytest.mark.parametrize("unit", ["absolute", "latent"])
def test_noise_is_as_large_as_asked_for(unit):
    trainer, _ = built(ALIGNED, noise=0.5, noise_unit=unit)
    rng = np.random.default_rng(0)
    sizes = np.array([1.0, 4.0], "float32")[:, None, None, None]
    latent = tf.constant(sizes * rng.normal(size=(2, 16, 16, 32)).astype("float32"))
    codes = {"rgb": {"latent": latent}, "depth": {"latent": 0 * latent}}
    for name, code in trainer._with_noise("group", codes).items():
        spread = np.asarray(code["latent"] - codes[name]["latent"]).std((1, 2, 3))
        expected = [0.5, 0.5] if unit == "absolute" else [0.5, 2.0]
        np.testing.assert_allclose(spread, expected, rtol=0.05)


def test_uses_tell_which_pairs_were_seen():
    trainer, _ = built(SEEN)
    about = {use.name: use.about for use in trainer.uses() if use.modalities}
    assert about["translate_depth_segmentation"].startswith("no pair seen")
    assert about["translate_rgb_segmentation"] == "pairs seen in training: rgb with segmentation"
    assert about["translate_rgb_depth_segmentation"].endswith("rgb with segmentation")
    assert len(about) == 9


def test_all_weight_on_one_modality_is_its_own_translation():
    trainer, feed = built(SEEN)
    examples = next(iter(feed.examples(3)))
    alone = trainer.bound("translate_rgb_segmentation").render({"rgb": examples["rgb"]})
    weights = np.tile(np.array([[1, 0]], "float32"), (3, 1))
    given = {"rgb": examples["rgb"], "depth": examples["depth"], "weights": weights}
    bound = trainer.bound("translate_rgb_depth_segmentation")
    np.testing.assert_array_equal(bound.render(given)["segmentation"], alone["segmentation"])
    usual = bound.render(given | {"weights": np.tile(np.float32([[0.8, 0.2]]), (3, 1))})
    del given["weights"]
    np.testing.assert_array_equal(bound.render(given)["segmentation"], usual["segmentation"])


def test_a_pair_is_its_encoder_and_then_its_decoder():
    trainer, feed = built(SEEN)
    given = {"depth": next(iter(feed.examples(2)))["depth"]}
    code = trainer.bound("encode_depth").render(given)
    assert code["side_1"].dtype == np.int32
    made = trainer.bound("decode_segmentation").render(code)["segmentation"]
    whole = trainer.bound("translate_depth_segmentation").render(given)["segmentation"]
    np.testing.assert_allclose(made, whole, atol=1e-6)


@pytest.mark.parametrize("side", ["skip", "none"])
def test_other_side_information_trains(side):
    trainer, feed = built(PSEUDO, side=side)
    assert all(np.isfinite(value) for value in step(trainer, feed).values())
    examples = {"depth": next(iter(feed.examples(2)))["depth"]}
    for use in trainer.uses():
        if list(use.inputs) == ["depth"] and use.modalities:
            (made,) = trainer.bound(use.name).render(examples).values()
            assert np.isfinite(made).all()


def test_a_fourth_modality_comes_with_its_folder(tmp_path):
    groups = {"1": ("rgb", "segmentation"), "2": ("rgb", "depth", "nir")}
    tested = {"all": ("rgb", "segmentation", "depth", "nir")}
    root = write(tmp_path, groups, tested, count=6)
    trainer, feed = built(PSEUDO, dataset=f"modalities:{root}")
    assert list(trainer.modalities) == ["rgb", "segmentation", "nir", "depth"]
    found = step(trainer, feed)
    assert "translator/pseudo_segmentation_to_nir" in found
    assert "translator/nir_to_depth" in found
    measures = trainer.evaluate(feed, 6)
    assert {"mean_iou_nir_segmentation", "rmse_segmentation_depth_cascade"} <= set(measures)
    assert "mean_iou_rgb_nir_depth_segmentation" in measures


def test_the_teacher_is_the_decoder_in_use():
    trainer, feed = built(PSEUDO, noise=0.0)
    terms, _, batch = terms_of(trainer, feed)
    decoder = trainer.networks["decoder_depth"]
    labels, depths = batch["rgb+segmentation"], batch["rgb+depth"]
    code = encoded(trainer, "rgb", labels["rgb"])
    given = {name: code[name] for name in decoder.input}
    # Its moving statistics are those after the pass of the jobs, which its own has not changed.
    teacher = np.asarray(decoder(given, training=False)["output"])
    codes = [
        encoded(trainer, "segmentation", labels["segmentation"]),
        encoded(trainer, "rgb", depths["rgb"]),
        encoded(trainer, "depth", depths["depth"]),
    ]
    orders = [[codes[1], codes[2], codes[0]], codes]
    found = []
    for order in orders:  # Of one batch, so that the order does not count.
        joint = {name: np.concatenate([each[name] for each in order]) for name in decoder.input}
        made = np.asarray(decoder(joint, training=True)["output"])
        start = 4 * [each is codes[0] for each in order].index(True)
        found.append(berhu(made[start : start + 4], teacher))
    assert found[0] == pytest.approx(found[1], rel=1e-4)
    assert float(terms["pseudo_segmentation_to_depth"].value) == pytest.approx(found[1], rel=1e-3)


def test_pseudo_pairs_are_of_pairs_that_no_group_has(tmp_path):
    groups = {"1": ("rgb", "segmentation"), "2": ("rgb", "segmentation", "nir")}
    groups["3"] = ("rgb", "depth")
    root = write(tmp_path, groups, {"all": ("rgb", "segmentation")})
    terms, _, _ = terms_of(*built(PSEUDO, dataset=f"modalities:{root}"))
    assert {name for name in terms if name.startswith("pseudo")} == {
        "pseudo_segmentation_to_depth",
        "pseudo_nir_to_depth",
        "pseudo_depth_to_segmentation",
        "pseudo_depth_to_nir",
    }
    assert "segmentation_to_nir" in terms
