"""Animations, read again."""

import cv2
import numpy as np
import pytest
from PIL import Image

from tfgan_kit.errors import UserError
from tfgan_kit.pictures.animations import enlarged, write_animation

# Slow changes, as codecs like them.
FRAMES = np.stack([np.full((33, 21, 3), (200, 20 * i, 60), np.uint8) for i in range(6)])


def read(path):
    video, frames = cv2.VideoCapture(str(path)), []
    while (shown := video.read())[0]:
        frames.append(cv2.cvtColor(shown[1], cv2.COLOR_BGR2RGB))
    return np.stack(frames), video.get(cv2.CAP_PROP_FPS)


def test_a_video_holds_the_frames(tmp_path):
    write_animation(FRAMES, tmp_path / "walk.mp4")
    frames, rate = read(tmp_path / "walk.mp4")
    # An odd side gets one more pixel instead of losing one.
    assert frames.shape == (6, 34, 22, 3)
    assert rate == pytest.approx(12.5)
    middle = frames[:, 8:24, 8:16].mean((1, 2))
    np.testing.assert_allclose(middle, FRAMES[:, 0, 0], atol=12)
    assert [p.name for p in tmp_path.iterdir()] == ["walk.mp4"]


def test_gray_frames_are_shown_in_gray(tmp_path):
    gray = FRAMES[..., 1:2]
    write_animation(gray, tmp_path / "walk.mp4")
    frames, _ = read(tmp_path / "walk.mp4")
    np.testing.assert_allclose(frames[:, 16, 10], gray[:, 0, 0].repeat(3, axis=-1), atol=12)
    write_animation(gray, tmp_path / "walk.GIF")
    with Image.open(tmp_path / "walk.GIF") as picture:
        assert (picture.n_frames, picture.size) == (6, (21, 33))


def test_a_video_that_cannot_be_written_leaves_nothing(tmp_path, monkeypatch):
    class Broken:
        def isOpened(self):
            return False

    monkeypatch.setattr(cv2, "VideoWriter", lambda *a: Broken())
    with pytest.raises(UserError, match=r"walk\.mp4: no video can be written"):
        write_animation(FRAMES, tmp_path / "walk.mp4")
    assert not list(tmp_path.iterdir())


def test_a_video_of_any_name(tmp_path):
    path = tmp_path / "b%03d [v]\udce9.mp4"
    write_animation(FRAMES, path)
    assert path.stat().st_size > 100
    assert len(list(tmp_path.iterdir())) == 1


def test_small_images_are_enlarged_by_a_whole_number():
    frames = FRAMES[:2, :3, :4]
    large = enlarged(np.asarray(frames), 100)
    assert large.shape == (2, 6, 8, 3)
    np.testing.assert_array_equal(large[:, 1::2, ::2], frames)
    assert enlarged(np.asarray(frames)).shape[1] == 255
    assert enlarged(np.zeros((1, 300, 2, 1), np.uint8)).shape == (1, 300, 2, 1)
