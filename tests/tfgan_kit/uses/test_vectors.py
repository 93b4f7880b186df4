"""Vectors as people write them."""

import dataclasses

import numpy as np
import pytest

from tfgan_kit.errors import UserError
from tfgan_kit.fields import Field, vector_field
from tfgan_kit.fields.network import to_network
from tfgan_kit.uses.labels import check_kind, label_text
from tfgan_kit.uses.vectors import vectors_of

WORD = dataclasses.replace(vector_field(3), examples=((0.5, -1.0, 2.0),))
PARTLY = dataclasses.replace(WORD, unknown=True)


def test_numbers_and_files_in_their_order(tmp_path):
    npy, csv = tmp_path / "two.npy", tmp_path / "three.csv"
    np.save(npy, np.array([[1, 2, 3], [4, 5, 6]]))
    csv.write_text("7,8,9\n-1e-3,0,.5\n")
    found = vectors_of(WORD, ["-0.1, 0.2,3", str(npy), str(csv)])
    assert found.dtype == np.float32
    wanted = [[-0.1, 0.2, 3], [1, 2, 3], [4, 5, 6], [7, 8, 9], [-0.001, 0, 0.5]]
    np.testing.assert_allclose(found, wanted, rtol=1e-6)
    np.save(npy, np.array([1.0, 2.0, 3.0]))
    assert vectors_of(WORD, [str(npy)]).tolist() == [[1, 2, 3]]


def test_what_is_unknown():
    found = vectors_of(PARTLY, ["unknown", "1,2,3"])
    assert np.isnan(found[0]).all()
    assert found[1].tolist() == [1, 2, 3]
    with pytest.raises(UserError, match="--vector unknown: the run was trained with labels"):
        vectors_of(WORD, ["unknown"])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1,2", "--vector 1,2 has 2 numbers; a label of the run has 3"),
        ("1,2,x", "--vector 1,2,x: not 3 numbers with commas"),
        ("1,,2", "not 3 numbers"),
        ("1,2,inf", "it has a value that is not finite"),
        ("nan,1,2", "not finite"),
        ("1,2,1e39", "not finite"),
        ("{}/none.npy", "No such file"),
        ("{}/wide.npy", "is an array of 2x4; a label of the run has 3"),
        ("{}/cube.npy", "is an array of 2x3x3"),
        ("{}/empty.npy", "is an array of 0x3"),
        ("{}/part.csv", "row 1 has a value that is not finite"),
        ("{}/text.csv", "not a matrix of numbers"),
    ],
)
def test_vectors_that_are_none(tmp_path, text, message):
    np.save(tmp_path / "wide.npy", np.zeros((2, 4)))
    np.save(tmp_path / "cube.npy", np.zeros((2, 3, 3)))
    np.save(tmp_path / "empty.npy", np.zeros((0, 3)))
    (tmp_path / "part.csv").write_text("1,2,3\n1,nan,3\n")
    (tmp_path / "text.csv").write_text("a,b,c\n")
    with pytest.raises(UserError) as caught:
        vectors_of(WORD, [text.format(tmp_path)])
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_vector_in_words_can_be_given_again():
    value = np.array([0.1, -1e-7, 3], np.float32)
    text = label_text(WORD, value)
    assert text == "0.1,-1e-07,3.0"
    np.testing.assert_array_equal(vectors_of(WORD, [text]), value[None])
    assert label_text(PARTLY, np.full(3, np.nan)) == "unknown"


def test_what_a_network_gets():
    values = np.array([[1, 2, 3], [np.nan] * 3], np.float32)
    assert to_network(WORD, values).numpy().tolist() == [[1, 2, 3], [0, 0, 0]]
    assert to_network(PARTLY, values).numpy().tolist() == [[1, 2, 3, 1], [0, 0, 0, 0]]
    assert (WORD.network_shape, PARTLY.network_shape) == ((3,), (4,))
    # A point is no label.
    assert WORD.is_label
    assert not vector_field(3).is_label
    assert Field.from_json(PARTLY.to_json()) == PARTLY


def test_the_option_that_is_meant_is_named():
    with pytest.raises(UserError, match="run takes vectors of 3 numbers; see --vector"):
        check_kind("run", WORD, "class", "--label")
