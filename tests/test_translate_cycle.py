"""`main.py translate --cycle`: there and back, in one command."""

import csv

import cv2
import numpy as np

from tests.test_translate_command import read
from tests.test_translate_domains import run as directed
from tests.test_translate_styles import run as styled

__all__ = ["directed", "styled"]  # Fixtures.


def cycle(run, tmp_path, *options, source="a", target="b"):
    way = ["--from", source, "--to", target, "--cycle"]
    given = ["--input", tmp_path / "image.png", "--output", tmp_path / "out"]
    return ["translate", run, *way, *given, *options]


def rows_of(out):
    return list(csv.DictReader((out / "translations.csv").read_text().splitlines()))


def test_the_way_back_is_that_of_the_translation_as_written(directed, command, tmp_path):
    run, pixels = directed
    status, told, err = command(*cycle(run, tmp_path))
    assert (status, err) == (0, "")
    out = tmp_path / "out"
    there, back = read(out / "image.png"), read(out / "image_back.png")
    # b to a makes the negative of what a to b has made half as strong.
    np.testing.assert_allclose(there, np.rint(((pixels / 127.5 - 1) / 2 + 1) * 127.5), atol=1)
    np.testing.assert_array_equal(back, 255 - there)
    (row,) = rows_of(out)
    error = np.abs(pixels.astype(float) - back).mean() / 255 * 100
    np.testing.assert_allclose(float(row["cycle_l1"]), error, rtol=1e-6)
    assert f"mean absolute error there and back: {error:.2f} % of the range" in told
    # The image, its translation and the way back beside each other.
    assert read(out / "translations.png").shape[1] == 3 * 194 + 2


def test_a_stopped_command_goes_on_with_both(directed, command, tmp_path):
    run, pixels = directed
    cv2.imwrite(str(tmp_path / "in.png"), pixels)
    (tmp_path / "several").mkdir()
    for name in ("x", "y"):
        cv2.imwrite(str(tmp_path / "several" / f"{name}.png"), pixels)
    given = ["--input", tmp_path / "several", "--output", tmp_path / "out"]
    way = ["translate", run, "--from", "a", "--to", "b"]
    assert command(*way, "--cycle", *given)[0] == 0
    table = tmp_path / "out" / "translations.csv"
    table.write_text("\n".join(table.read_text().splitlines()[:2]) + "\n")
    (tmp_path / "out" / "y_back.png").unlink()
    assert command(*way, "--cycle", *given)[0] == 0
    assert (tmp_path / "out" / "y_back.png").exists()
    assert [row["output"] for row in rows_of(tmp_path / "out")] == ["x.png", "y.png"]
    status, _, err = command(*way, *given)
    assert (status, "other settings" in err) == (2, True)


def test_a_run_with_styles_comes_back_in_that_of_the_image(styled, command, tmp_path):
    run, pixels = styled
    # Its networks of b serve a as well.
    text = (run / "uses.json").read_text()
    uses = text.replace("translate_ab_reference", "translate_ba_reference")
    (run / "uses.json").write_text(uses)
    status, _, err = command(*cycle(run, tmp_path, "--seed", 3))
    assert (status, err) == (0, "")
    there, back = (read(tmp_path / "out" / f"image{end}.png")[..., ::-1] for end in ("", "_back"))
    small = cv2.resize(pixels, (16, 16), interpolation=cv2.INTER_LINEAR)
    style = (small / 127.5 - 1).mean((0, 1))
    expected = ((np.clip((there / 127.5 - 1 + style) / 2, -1, 1)) + 1) * 127.5
    assert np.abs(back - expected).max() < 2


def test_without_a_way_back(directed, refused, tmp_path):
    run, _ = directed
    given = cycle(run, tmp_path)
    uses = (run / "uses.json").read_text()
    (run / "uses.json").write_text(uses.replace("translate_ba", "translate_aa"))
    told = refused(*cycle(run, tmp_path, target="a"))
    assert "--cycle: domain a is translated into itself; name two domains" in told
    assert "cannot translate_ba" in refused(*given)
    (run / "uses.json").write_text(uses.replace("translate_ab", "translate").replace("_ba", "_x"))
    told = refused("translate", run, *given[6:])
    assert "--cycle" in told
    assert "does not translate between domains a and b; leave it out" in told
    assert not (tmp_path / "out").exists()


def test_names_that_meet_are_refused(directed, refused, tmp_path):
    run, pixels = directed
    (tmp_path / "two").mkdir()
    for name in ("x", "x_back"):
        cv2.imwrite(str(tmp_path / "two" / f"{name}.png"), pixels)
    given = ["--input", tmp_path / "two", "--output", tmp_path / "out", "--cycle"]
    told = refused("translate", run, "--from", "a", "--to", "b", *given)
    assert "the way back from x.png would be written over the translation x_back.png" in told
