"""The folder of the maps is there as a whole or not at all."""

import pytest

from tfgan_kit.machine.files import complete_folder


@pytest.mark.parametrize("empty", [False, True])
def test_a_folder_appears_once_it_is_complete(tmp_path, empty):
    path = tmp_path / "maps"
    if empty:
        path.mkdir()
    with complete_folder(path) as part:
        (part / "a").write_text("1")
        assert not (path / "a").exists()
    assert [each.name for each in tmp_path.iterdir()] == ["maps"]
    assert (path / "a").read_text() == "1"


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_of_a_folder_that_fails_nothing_is_left(tmp_path, error):
    def fill():
        with complete_folder(tmp_path / "maps") as part:
            (part / "a").write_text("1")
            raise error

    with pytest.raises(error):
        fill()
    assert not list(tmp_path.iterdir())
