"""What holds for every drawn set of pairs."""

import importlib

import numpy as np
import pytest

from data.reading.fitting import check_example
from data.reading.open import open_source
from data.registry import DATASETS, open_raw
from tfgan_kit.errors import UserError

NAMES = [name for name, entry in DATASETS.items() if entry.module.startswith("drawn.pairs.")]
SOME = range(0, 300, 13)


def opened(name, split="train", size=64):
    return open_raw(name, split=split).source.at_size((size, size))


@pytest.mark.parametrize("name", NAMES)
def test_names_and_counts(name):
    for split, count in (("train", 60_000), ("test", 10_000)):
        source = open_raw(name, split=split).source
        assert source.name == name
        assert len(source) == count
        assert all(field.size == (64, 64) for field in source.fields.values() if field.has_size)
        assert {"input", "ids"} & set(source.fields)
        assert source.fields["target"].shape == (64, 64, 3)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [16, 32, 51, 128, 256])
def test_fields_are_what_they_are_said_to_be(name, size):
    source = opened(name, size=size)
    for index in (0, 1, 59_999):
        example = source.read(index)
        assert set(example) == set(source.fields)
        check_example(example, source.fields, name)
        for field, values in example.items():
            assert np.shape(values) == source.fields[field].shape, field


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_a_function_of_its_index(name):
    forwards = [opened(name).read(i) for i in SOME]
    for module in (importlib.import_module(f"data.{DATASETS[name].module}"),):
        for value in vars(module).values():
            if hasattr(value, "cache_clear"):
                value.cache_clear()
    source = opened(name)
    backwards = [source.read(i) for i in reversed(SOME)][::-1]
    for one, other in zip(forwards, backwards, strict=True):
        for field in one:
            np.testing.assert_array_equal(one[field], other[field])


@pytest.mark.parametrize("name", NAMES)
def test_no_example_is_in_both_splits(name):
    targets = [opened(name, split).read(i)["target"] for split in ("train", "test") for i in SOME]
    assert len(np.unique(np.stack(targets), axis=0)) == 2 * len(SOME)


@pytest.mark.parametrize("name", NAMES)
def test_labels_are_those_of_the_examples(name):
    source = opened(name, "test")
    if "label" not in source.fields:
        assert source.labels() is None
        return
    labels = source.labels()
    assert labels.shape == (10_000,)
    assert [source.read(i)["label"] for i in SOME] == labels[list(SOME)].tolist()


@pytest.mark.parametrize("name", NAMES)
def test_a_reader_takes_them_at_a_rectangle(name):
    reader = open_source(name, image_size=(32, 48))
    batch = reader.read(np.arange(3))
    for field, values in batch.items():
        assert values.shape == (3, *reader.fields[field].shape)


@pytest.mark.parametrize("name", NAMES)
def test_what_cannot_be_drawn(name):
    source = type(open_raw(name).source)
    with pytest.raises(UserError, match=f"{name} is drawn at 16 to 256 pixels, not at 8"):
        source(size=8)
    with pytest.raises(UserError, match=f"{name} has no split 'dev'; choose from train, test"):
        source("dev")
    assert opened(name, size=4).fields["target"].size == (16, 16)
    assert opened(name, size=999).fields["target"].size == (256, 256)
