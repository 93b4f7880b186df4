import dataclasses

import numpy as np
import pytest

from tfgan_kit.errors import UserError
from tfgan_kit.settings.size import Size
from trainers.generation.growing.phases import phases
from trainers.generation.progan.config import ProGANConfig


def config(side=32, **settings):
    return ProGANConfig(image_size=Size(side, side), **settings)


def test_each_resolution_fades_in_and_then_stays():
    found = phases(config(32, fade_images=160, stable_images=80, batch_size=16))
    assert [str(phase) for phase in found] == [
        "4x4",
        "8x8 fades in",
        "8x8",
        "16x16 fades in",
        "16x16",
        "32x32 fades in",
        "32x32",
    ]
    assert [phase.until for phase in found] == [5, 15, 20, 30, 35, 45, None]
    assert [phase.first_step for phase in found] == [0, 5, 15, 20, 30, 35, 45]
    assert [phase.first_image for phase in found] == [0, 80, 240, 320, 480, 560, 720]
    assert found[3].shown(22) == 320 + 2 * 16


def test_a_boundary_is_the_first_step_at_or_after_its_count():
    """By hand: images are shown one batch after another until the next phase is due."""
    table = (7, 5, 3)
    made = config(64, fade_images=33, stable_images=20, batch_sizes=table)
    found, shown, step, due = phases(made), 0, 0, 0
    for phase in found[:-1]:
        assert phase.batch_size == table[min(int(np.log2(phase.side)) - 2, 2)]
        due += 33 if phase.fading else 20
        assert (phase.first_step, phase.first_image) == (step, shown)
        while shown < due:
            shown += phase.batch_size
            step += 1
        assert phase.until == step
    assert (found[-1].first_step, found[-1].until) == (step, None)


def test_a_phase_has_a_step_at_least():
    found = phases(config(8, fade_images=1, stable_images=1, batch_size=64))
    assert [phase.until for phase in found] == [1, 2, None]


def test_no_growth():
    (only,) = phases(config(32, initial_size=32))
    assert (only.side, only.fading, only.until) == (32, False, None)
    assert [str(phase) for phase in phases(config(32, initial_size=16))] == [
        "16x16",
        "32x32 fades in",
        "32x32",
    ]


def test_tables_begin_at_4x4_and_their_last_value_holds():
    made = config(64, batch_sizes=(16, 8, 4), lr_factors=(1.0, 2.0), batch_size=32)
    assert [made.batch_size_at(side) for side in (4, 8, 16, 32)] == [16, 8, 4, 4]
    assert [made.lr_factor_at(side) for side in (4, 8, 16)] == [1.0, 2.0, 2.0]
    plain = config(64, batch_size=32)
    assert (plain.batch_size_at(8), plain.lr_factor_at(8)) == (32, 1.0)


def test_what_cannot_grow_is_refused():
    with pytest.raises(UserError, match="only images can grow"):
        phases(dataclasses.replace(config(), image_size=None, dataset="ring"))
    with pytest.raises(UserError, match="--initial-size 64 is above the images' 32"):
        phases(config(32, initial_size=64))
    with pytest.raises(UserError, match="--image-size 48: growing networks have 4x4, 8x8"):
        config(48).check()
    with pytest.raises(UserError, match="--image-size 16x32"):
        dataclasses.replace(config(), image_size=Size(16, 32)).check()
    with pytest.raises(UserError, match="--initial-size 6: choose one of 4, 8"):
        config(initial_size=6).check()
