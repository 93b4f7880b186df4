import pytest

from tests.trainers.small import build
from tests.trainers.transfer.mmnet.small import SMALL, built
from tfgan_kit.errors import UserError
from tfgan_kit.fields import depth_field, ids_field, image_field
from tfgan_kit.settings.option import make
from tfgan_kit.settings.size import Size
from trainers.transfer.mmnet.config import MMNetConfig
from trainers.transfer.mmnet.modalities import modalities_of
from trainers.transfer.mmnet.trainer import SEEN, MMNet
from trainers.transfer.mmnet.uses import mixtures_of

RGB, GRAY = image_field((8, 8, 3)), image_field((8, 8, 1))
LABELS, DEPTH = ids_field((8, 8), ("a", "b")), depth_field((8, 8), 1.0)


@pytest.mark.parametrize(
    ("groups", "anchor", "said"),
    [
        ({"1": {"rgb": RGB}, "2": {"depth": DEPTH}}, None, "have no modality in common"),
        ({"1": {"rgb": RGB}}, None, "there is nothing but rgb"),
        ({"1": {"left": RGB, "right": RGB}}, None, "left and right are in all groups"),
        ({"1": {"rgb": RGB, "depth": DEPTH}}, "depth", "its anchor depth is no image"),
        ({"1": {"rgb": RGB, "depth": DEPTH}, "2": {"rgb": RGB}}, "depth", "is not in all groups"),
    ],
)
def test_an_anchor_is_needed(groups, anchor, said):
    with pytest.raises(UserError, match=said):
        modalities_of(groups, make(MMNetConfig, {"anchor": anchor}))


@pytest.mark.parametrize(
    ("judged", "said"),
    [
        ("lef", "--judged lef: glyph_modalities has no such modality; did you mean 'left'?"),
        ("depth", "--judged depth: is no image, which the discriminator needs"),
    ],
)
def test_only_an_image_can_be_judged(judged, said):
    groups = {"1": {"rgb": RGB, "left": GRAY}, "2": {"rgb": RGB, "depth": DEPTH}}
    with pytest.raises(UserError) as error:
        modalities_of(groups, make(MMNetConfig, {"judged": judged}))
    assert str(error.value).startswith(said)
    assert "\n" not in str(error.value)


def test_the_anchor_can_be_chosen():
    groups = {"1": {"left": RGB, "right": GRAY}}
    assert list(modalities_of(groups, make(MMNetConfig, {"anchor": "right"}))) == ["right", "left"]
    groups = {"1": {"depth": DEPTH, "rgb": RGB}}
    assert list(modalities_of(groups, make(MMNetConfig))) == ["rgb", "depth"]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"filters": (4, 4), "convolutions": (1,)}, "--filters has 2 levels"),
        ({"steps": 10, "seen_steps": 8, "aligned_steps": 2}, "none of --steps 10 for pseudo-pairs"),
        ({"steps": 10, "seen_steps": 10, "aligned_steps": 0}, "none of --steps 10, in which laten"),
    ],
)
def test_settings_that_contradict_each_other_are_one_line(settings, said):
    with pytest.raises(UserError, match=said):
        make(MMNetConfig, settings)


def test_more_steps_leave_the_stages_where_they_are():
    for steps in (10, 20):
        settings = {"steps": steps, "seen_steps": 3, "aligned_steps": 4}
        assert [stage.until for stage in MMNet.stages(make(MMNetConfig, settings))] == [3, 7, None]
    settings = {"steps": 10, "seen_steps": 3, "aligned_steps": 0}
    assert [stage.until for stage in MMNet.stages(make(MMNetConfig, settings))] == [3, None]


def test_fusions_can_be_named():
    modalities = ["rgb", "segmentation", "nir", "depth", "mono"]

    def mixed(*fusions):
        return mixtures_of(modalities, make(MMNetConfig, {"fusions": fusions}))

    usual = mixed()
    assert sorted(map(len, usual)) == [2] * 10 + [4] * 5
    assert mixed("depth+rgb", "rgb+depth", "rgb+nir+depth") == (
        ("rgb", "depth"),
        ("rgb", "nir", "depth"),
    )
    trainer, _ = built(SEEN, fusions=("depth+rgb",))
    uses = [use.modalities[0] for use in trainer.uses() if use.modalities]
    assert [sources for sources in uses if "+" in sources] == ["rgb+depth"]


@pytest.mark.parametrize(
    ("fusions", "said"),
    [
        (
            "rgb+dept",
            "no modality 'dept'; did you mean 'depth'? (choose from rgb, segmentation, de",
        ),
        ("rgb", "give 2 to 2 different modalities"),
        ("rgb+rgb", "give 2 to 2 different modalities"),
        ("rgb+depth+segmentation", "give 2 to 2 different modalities"),
    ],
)
def test_fusions_that_cannot_be_are_one_line(fusions, said):
    with pytest.raises(UserError) as error:
        built(SEEN, fusions=(fusions,))
    assert said in str(error.value)


@pytest.mark.parametrize("name", ["weights", "latent", "batch", "cascade", "compare"])
def test_names_that_mean_something_else_are_refused(name):
    with pytest.raises(UserError, match=f"no modality can be called {name}; rename it"):
        modalities_of({"1": {"rgb": RGB, name: GRAY}}, make(MMNetConfig))


def test_sides_must_be_halved_at_each_level():
    with pytest.raises(UserError, match="multiples of 4"):
        build("mmnet", **SMALL | {"image_size": Size(18, 18)})
