"""Tiles of photographs: `python -m benchmarks.studies.photographs FOLDER... --output NEW_FOLDER`.

Cuts photographs that come with scikit-image (`skimage/data` in its wheel) and with OpenCV's samples
(the Debian package opencv-doc) into tiles that do not overlap. Give the folders in which they lie;
they are searched with their subfolders. The output has the folders train and test; no photograph is
in both.
"""

import argparse
from pathlib import Path

import cv2

from benchmarks.machine import run_main

SIDE = 128  # Of a tile, in pixels.
TRAIN = (
    *("coffee.png", "chelsea.png", "motorcycle_left.png", "rocket.jpg"),
    *("HappyFish.jpg", "aero1.jpg", "aero3.jpg", "aloeL.jpg", "apple.jpg", "basketball1.png"),
    *("board.jpg", "building.jpg", "cards.png", "fruits.jpg", "graf1.png", "home.jpg"),
    *("leuvenA.jpg", "orange.jpg", "plant.jpg", "squirrel_cls.jpg", "stuff.jpg"),
)
TEST = ("astronaut.png", "baboon.jpg", "butterfly.jpg", "messi5.jpg", "rubberwhale1.png")


def tiles(image) -> dict[str, object]:
    """Cuts an image (height, width, channels) into tiles; name -> tile, from the top left."""
    rows, columns = image.shape[0] // SIDE, image.shape[1] // SIDE
    return {
        f"{row}_{column}": image[row * SIDE : (row + 1) * SIDE, column * SIDE : (column + 1) * SIDE]
        for row in range(rows)
        for column in range(columns)
    }


def main() -> None:
    """Writes the tiles."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--output", type=Path, required=True, metavar="NEW_FOLDER")
    given = parser.parse_args()
    found = {path.name: path for folder in given.folders for path in sorted(folder.rglob("*.*"))}
    if missing := [name for name in (*TRAIN, *TEST) if name not in found]:
        parser.error(f"not in these folders: {', '.join(missing)}")
    for split, names in (("train", TRAIN), ("test", TEST)):
        (given.output / split).mkdir(parents=True)
        count = 0
        for name in names:
            for place, tile in tiles(cv2.imread(str(found[name]))).items():
                path = given.output / split / f"{Path(name).stem}_{place}.png"
                count += cv2.imwrite(str(path), tile)
        print(f"{split}: {count} tiles of {len(names)} photographs")


if __name__ == "__main__":
    run_main(main)
