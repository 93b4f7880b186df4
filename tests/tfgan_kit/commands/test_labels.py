"""`sample` and `interpolate` of runs with labels; the labels can be seen in their pictures."""

import csv
import dataclasses
import shutil
import types

import cv2
import numpy as np
import pytest
from PIL import Image

from data.reading.open import open_source
from tests.saved_runs import SIDE, levels, write_run
from tests.tfgan_kit.commands.test_neighbours import Images
from tests.tfgan_kit.evaluation import small
from tfgan_kit.commands.latent.interpolate import interpolate
from tfgan_kit.commands.neighbours import neighbours
from tfgan_kit.commands.sample import sample
from tfgan_kit.commands.sample_plan import rows_of_labels
from tfgan_kit.engine.status import StatusLine
from tfgan_kit.errors import UserError
from tfgan_kit.evaluation.images.image_set import GeneratedImages
from tfgan_kit.evaluation.of_run import metrics_of_run
from tfgan_kit.fields import attribute_field, class_field
from tfgan_kit.latent.latents import fixed_latents, latents_of_block, truncated
from tfgan_kit.latent.walks import walks
from tfgan_kit.metrics.distributions.class_wise import class_wise_frechet
from tfgan_kit.pictures.drawing import draw_samples
from tfgan_kit.pictures.images import GRAY, grid, to_uint8
from tfgan_kit.report.write import write_report
from tfgan_kit.runs.saved_generator import SavedGenerator

PETS = class_field(("cat", "dog", "guinea pig/cavy"))
PARTLY = class_field(("cat", "dog"), unknown=True)
ROWS = ((1, 0), (0, 1), (1, 1))
FACE = dataclasses.replace(attribute_field(("Male", "Smiling")), examples=ROWS)


def run_of(path, label, outputs=None, **how):
    return write_run(path, outputs or {"image": (1, 1.0)}, latent="normal", label=label, **how)


@pytest.fixture(scope="module")
def pets(tmp_path_factory):
    return run_of(tmp_path_factory.mktemp("runs") / "pets", PETS, method="gan")


@pytest.fixture(scope="module")
def partly(tmp_path_factory):
    return run_of(tmp_path_factory.mktemp("runs") / "partly", PARTLY, method="gan")


@pytest.fixture(scope="module")
def faces(tmp_path_factory):
    return run_of(tmp_path_factory.mktemp("runs") / "faces", FACE, method="gan")


def images(run, field, latents, weights):
    """What the run makes, from its blobs and levels: uint8 (n, height, width, 1)."""
    (network,) = SavedGenerator(run).networks
    nothing = np.zeros((len(latents), field.network_shape[0]), np.float32)
    blobs = network({"latent": latents, "label": nothing}, training=False)["image"]
    level = np.asarray(weights, np.float32) @ levels(field)
    return to_uint8(np.asarray(blobs) + level[:, None, None, None])


def of_classes(run, field, seed, numbers):
    numbers = np.asarray(numbers)
    latents = fixed_latents("normal", seed, len(numbers), 3)
    return images(run, field, latents, np.eye(field.network_shape[0])[numbers])


def read(path):
    return cv2.imread(str(path), cv2.IMREAD_UNCHANGED)


def assert_shows(path, picture):
    np.testing.assert_array_equal(read(path), picture.squeeze(-1))


def table(folder):
    with open(folder / "samples.csv", newline="") as file:
        return list(csv.DictReader(file))


def test_the_classes_are_drawn_in_turn_into_rows(pets, tmp_path):
    told = sample(pets, label="2,cat", count=7, seed=5, output=tmp_path / "a.png")
    assert told == f"wrote 7 samples of 2 of 3 classes to {tmp_path / 'a.png'}"
    assert told.values["labels"] == ["guinea pig/cavy", "cat"]
    made = of_classes(pets, PETS, 5, [2, 0, 2, 0, 2, 0, 2])
    gray = np.full_like(made[:1], GRAY)
    rows = np.concatenate([made[0::2], made[1::2], gray])
    assert_shows(tmp_path / "a.png", grid(rows, columns=4))


def test_one_class_makes_a_square(pets, tmp_path):
    told = sample(pets, label="dog", count=16, output=tmp_path / "a.png")
    assert "16 samples of the class dog" in told
    assert_shows(tmp_path / "a.png", grid(of_classes(pets, PETS, 3, [1] * 16), columns=4))
    told = sample(pets, label="dog", output=tmp_path / "b.png")
    assert told.values["count"] == 64


@pytest.mark.parametrize(
    ("count", "several", "layout", "rows", "columns"),
    [
        (16, 2, None, [[0, 2, 4, 6], [8, 10, 12, 14], [1, 3, 5, 7], [9, 11, 13, 15]], 4),
        (6, 3, None, [[0, 3], [1, 4], [2, 5]], 2),
        (4, 3, None, [[0, 3], [1, -1], [2, -1]], 2),
        (8, 2, (4, 2), [[0, 2], [4, 6], [1, 3], [5, 7]], 2),
        (8, 2, (2, 4), [[0, 2, 4, 6], [1, 3, 5, 7]], 4),
    ],
)
def test_places_in_a_picture(count, several, layout, rows, columns):
    places, wide = rows_of_labels(count, several, layout)
    assert places.reshape(-1, wide).tolist() == rows
    assert wide == columns


def test_every_sample_has_a_place_in_a_row_of_its_label():
    for several in range(1, 12):
        for count in range(several, 70):
            places, columns = rows_of_labels(count, several)
            assert sorted(places[places >= 0]) == list(range(count))
            for row in places.reshape(-1, columns):
                assert (row >= 0).any()
                assert len(set(row[row >= 0] % several)) == 1


def test_a_layout_with_labels_and_without(pets, tmp_path):
    sample(pets, label="all", grid=(3, 2), output=tmp_path / "a.png")
    made = of_classes(pets, PETS, 3, [0, 1, 2] * 2)
    assert_shows(tmp_path / "a.png", grid(made[[0, 3, 1, 4, 2, 5]], columns=2))
    sample(pets, grid=(2, 3), output=tmp_path / "b.png")
    assert_shows(tmp_path / "b.png", grid(made, columns=3))


@pytest.mark.parametrize("options", [{}, {"grid": "classes"}, {"truncation": 0.5}])
def test_a_row_for_each_class_and_a_latent_in_each_column(pets, tmp_path, options):
    told = sample(pets, output=tmp_path / "a.png", **options)
    assert told.values["count"] == 24
    latents = fixed_latents("normal", 3, 8, 3)
    if "truncation" in options:
        latents = truncated(latents, "normal", 0.5)
    rows = [images(pets, PETS, latents, np.eye(3)[[k] * 8]) for k in range(3)]
    assert_shows(tmp_path / "a.png", grid(np.concatenate(rows), columns=8))


def test_rows_of_the_classes_that_are_named(pets, tmp_path):
    told = sample(pets, grid="classes", label="dog,0", output=tmp_path / "a.png", seed=1)
    assert told.values["labels"] == ["dog", "cat"]
    latents = fixed_latents("normal", 1, 8, 3)
    rows = [images(pets, PETS, latents, np.eye(3)[[k] * 8]) for k in (1, 0)]
    assert_shows(tmp_path / "a.png", grid(np.concatenate(rows), columns=8))


def test_files_have_their_class_in_their_name_and_in_a_table(pets, tmp_path):
    output = tmp_path / "all"
    sample(pets, label="all", count=70, output=output, seed=5)
    made = of_classes(pets, PETS, 5, np.arange(70) % 3)
    names = ["cat", "dog", "guinea_pig_cavy"]
    files = [f"{i:06d}-{names[i % 3]}.png" for i in range(70)]
    assert sorted(p.name for p in output.iterdir()) == [*files, "samples.csv"]
    for file, image in zip(files, made, strict=True):
        assert_shows(output / file, image)
    assert table(output) == [
        {"file": file, "label": PETS.names[i % 3], "seed": "5", "index": str(i)}
        for i, file in enumerate(files)
    ]
    # Without a label they go round, too.
    sample(pets, count=4, output=tmp_path / "four", seed=5)
    assert table(tmp_path / "four") == table(output)[:4]


def test_unknown_is_a_label_where_the_run_knows_it(partly, tmp_path):
    sample(partly, label="unknown", count=3, output=tmp_path / "a")
    made = of_classes(partly, PARTLY, 3, [2] * 3)
    for i, image in enumerate(made):
        assert_shows(tmp_path / "a" / f"{i:06d}-unknown.png", image)
    assert [row["label"] for row in table(tmp_path / "a")] == ["unknown"] * 3


def test_attributes_that_are_not_named_come_from_the_data(faces, tmp_path):
    sample(faces, attributes="Smiling=0", count=5, output=tmp_path / "a")
    rows = np.array([(male, 0) for male, _ in (*ROWS, *ROWS[:2])], np.float32)
    made = images(faces, FACE, fixed_latents("normal", 3, 5, 3), rows)
    for i, image in enumerate(made):
        assert_shows(tmp_path / "a" / f"{i:06d}.png", image)
    labels = [row["label"] for row in table(tmp_path / "a")]
    assert labels == [f"Male={int(male)},Smiling=0" for male, _ in rows]
    sample(faces, attributes="Smiling=0", count=5, output=tmp_path / "a.png")
    assert_shows(tmp_path / "a.png", grid(made))
    # A picture without options: a row of the data's attributes each.
    assert sample(faces, output=tmp_path / "b.png").values["count"] == 64
    first = images(faces, FACE, fixed_latents("normal", 3, 8, 3), np.array([ROWS[1]] * 8))
    second_row = read(tmp_path / "b.png")[SIDE + 4 : 2 * SIDE + 4]
    np.testing.assert_array_equal(second_row, grid(first, columns=8)[2:-2, :, 0])


def test_a_joint_run_with_labels_has_one_table(tmp_path):
    run = run_of(tmp_path / "joint", PETS, {"image_a": (1, 1.0), "image_b": (3, -1.0)})
    sample(run, label="dog", count=2, output=tmp_path / "x")
    files = [row["file"] for row in table(tmp_path / "x")]
    assert files == [f"{d}/00000{i}-dog.png" for d in "ab" for i in range(2)]
    assert all((tmp_path / "x" / file).exists() for file in files)
    sample(run, label="dog,cat", count=4, output=tmp_path / "x.png")
    assert read(tmp_path / "x.png").shape == (2 * (2 * SIDE + 2) + 2, 2 * (SIDE + 2) + 2, 3)


def test_points_with_labels(tmp_path):
    run = run_of(tmp_path / "run", PETS, {"image": (3, 1.0)}, points=True)
    sample(run, label="dog,cat", count=3, output=tmp_path / "x")
    assert np.load(tmp_path / "x" / "points.npy").shape == (3, 3)
    assert [row["label"] for row in table(tmp_path / "x")] == ["dog", "cat", "dog"]
    for label in (None, "dog,cat"):
        sample(run, label=label, output=tmp_path / "x.png")
        assert read(tmp_path / "x.png").shape[:2] == (500, 500)


def test_what_sample_refuses(pets, partly, faces, tmp_path):
    plain = write_run(tmp_path / "plain", {"image": (1, 1.0)}, method="gan")

    def refused(run, output="a.png", **options):
        with pytest.raises(UserError) as caught:
            sample(run, output=tmp_path / output, **options)
        assert "\n" not in str(caught.value)
        return str(caught.value)

    for output in ("a.png", "a"):
        assert "the 3 classes are 0 to 2" in refused(pets, output, label="3")
        assert "did you mean 'dog'" in refused(pets, output, label="doog")
        assert "named twice" in refused(pets, output, label="cat,0")
        assert "labels throughout" in refused(pets, output, label="unknown")
        assert "3 labels are named; give at least 3" in refused(pets, output, label="all", count=2)
        assert "without labels; leave --label out" in refused(plain, output, label="0")
        assert "without labels" in refused(plain, output, attributes="Male=1")
        assert "takes attributes (Male, Smiling)" in refused(faces, output, label="0")
        assert "takes classes (cat, dog" in refused(pets, output, attributes="cat=1")
        assert "no attribute is called 'Mal'" in refused(faces, output, attributes="Mal=1")
    assert "give 3 rows, or a multiple" in refused(pets, label="all", grid=(4, 4))
    assert "leave --grid classes out" in refused(plain, grid="classes")
    assert "takes attributes" in refused(faces, grid="classes")
    assert "takes classes" in refused(pets, grid="classes", attributes="cat=1")
    assert "leave --count out" in refused(pets, grid="classes", count=3)
    assert [p.name for p in tmp_path.iterdir()] == ["plain"]


def test_a_walk_between_classes_keeps_its_latents(pets, tmp_path):
    told = interpolate(
        pets, from_label="dog", to_label="2", rows=2, columns=5, output=tmp_path / "a.png"
    )
    assert "2 walks of 5 images from dog to guinea pig/cavy" in told
    latents = fixed_latents("normal", 3, 2, 3).repeat(5, axis=0)
    weights = np.array([[0, 1 - s, s] for s in (0, 0.25, 0.5, 0.75, 1)] * 2)
    wanted = grid(images(pets, PETS, latents, weights), columns=5)
    assert np.abs(read(tmp_path / "a.png").astype(int) - wanted[..., 0]).max() <= 1
    # The ends are what the classes alone give.
    for column, label in ((0, "dog"), (4, "2")):
        sample(pets, label=label, count=2, output=tmp_path / label)
        left = 2 + column * (SIDE + 2)
        for row, file in enumerate(sorted((tmp_path / label).glob("*.png"))):
            top = 2 + row * (SIDE + 2)
            shown = read(tmp_path / "a.png")[top : top + SIDE, left : left + SIDE]
            np.testing.assert_array_equal(shown, read(file))


def test_a_walk_between_classes_moves_to_and_fro(pets, partly, tmp_path):
    ends = {"from_label": "cat", "to_label": "dog"}
    told = interpolate(pets, rows=4, columns=5, output=tmp_path / "a.gif", **ends)
    assert told.values["frames"] == 8
    frames = Image.open(tmp_path / "a.gif")
    assert frames.n_frames == 8
    means = []
    for i in range(8):
        frames.seek(i)
        means.append(np.asarray(frames.convert("L"), float).mean())
    assert means[0] < means[2] < means[4]
    np.testing.assert_allclose(means[1:4], means[:4:-1], atol=0.5)
    interpolate(partly, from_label="unknown", to_label="dog", output=tmp_path / "b.png")


def test_a_walk_between_latents_keeps_its_label(pets, faces, tmp_path):
    ends = fixed_latents("normal", 3, 8, 3)
    latents = walks(ends[::2], ends[1::2], 5, "slerp")
    rows = np.eye(3)[[0, 1, 2, 0]].repeat(5, axis=0)
    interpolate(pets, rows=4, columns=5, output=tmp_path / "a.png")
    assert_shows(tmp_path / "a.png", grid(images(pets, PETS, latents, rows), columns=5))
    of_data = np.array([*ROWS, ROWS[0]]).repeat(5, axis=0)
    interpolate(faces, rows=4, columns=5, output=tmp_path / "b.png")
    assert_shows(tmp_path / "b.png", grid(images(faces, FACE, latents, of_data), columns=5))
    assert interpolate(pets, rows=4, columns=5, output=tmp_path / "a.gif").values["frames"] == 20


def test_what_interpolate_refuses(pets, faces, tmp_path):
    plain = write_run(tmp_path / "plain", {"image": (1, 1.0)}, method="gan")

    def refused(run, **options):
        with pytest.raises(UserError) as caught:
            interpolate(run, output=tmp_path / "new" / "a.png", **options)
        assert "\n" not in str(caught.value)
        return str(caught.value)

    both = {"from_label": "cat", "to_label": "dog"}
    assert "give --to-label, too" in refused(pets, from_label="cat")
    assert "give --from-label, too" in refused(pets, to_label="cat")
    assert "both cat" in refused(pets, from_label="cat", to_label="0")
    assert "--to-label: no class is called 'gog'" in refused(pets, from_label="0", to_label="gog")
    assert "0 to 2" in refused(pets, from_label="7", to_label="dog")
    assert "without labels" in refused(plain, **both)
    assert "takes attributes" in refused(faces, **both)
    assert [p.name for p in tmp_path.iterdir()] == ["plain"]


def test_the_classes_go_round_in_what_is_compared_with_the_data(pets, tmp_path):
    generator = SavedGenerator(pets)
    own = of_classes(pets, PETS, 3, np.arange(12) % 3)
    training, held_out = Images(own[::-1]), Images(own[:2])
    told = neighbours(pets, [training], [held_out], count=12, output=tmp_path / "near.png")
    assert told.values["samples"]["largest"] == 0
    assert [row["indices"][0] for row in told.values["nearest"]] == list(range(11, -1, -1))
    made = GeneratedImages(generator.bound, "pets", generator.inputs(None, 12), "image")
    assert made.classes == PETS.names
    assert np.concatenate([labels for _, labels in made.batches(5)]).tolist() == [0, 1, 2] * 4


def test_the_classes_of_a_run_are_measured_one_by_one(pets, tmp_path, monkeypatch):
    monkeypatch.setenv("TFGAN_KIT_CACHE", str(tmp_path))
    generator = SavedGenerator(pets)
    count, tools = 60, small.instruments(("class_wise_fid",), small.extractor(1.0), seed=3)
    numbers = np.arange(count)[::-1] % 3
    real = of_classes(pets, PETS, 8, numbers)
    reader = small.Reader(real, numbers)
    config = types.SimpleNamespace(split="train", examples=None)
    trainer = types.SimpleNamespace(bound=lambda name: generator.bound, config=config)
    feed = types.SimpleNamespace(readers=[reader], held_out=lambda: (None,))
    reader.name, reader.classes = "real pets", PETS.names
    found = metrics_of_run(trainer, feed, "pets", count, tools, StatusLine())
    fake = of_classes(pets, PETS, 3, np.arange(count) % 3)
    features = [tools.extractor.outputs(images)["features"] for images in (real, fake)]
    wanted = class_wise_frechet(features[0], numbers, features[1], np.arange(count) % 3)
    (of_class,) = (value for name, value in found.items() if "_classes[" in name)
    for number, name in enumerate(reader.classes):
        assert of_class[name]["real"] == of_class[name]["fake"] == 20
        assert of_class[name]["frechet"] == pytest.approx(wanted["classes"][number]["frechet"])
    # Labels of another order would be far away.
    moved = class_wise_frechet(features[0], numbers, features[1], np.arange(1, count + 1) % 3)
    assert moved["mean"] > 10 * wanted["mean"]
    reader.classes = PETS.names[::-1]
    with pytest.raises(UserError, match=r"class_wise_fid: real pets .* number the same classes"):
        metrics_of_run(trainer, feed, "pets", count, tools, StatusLine())


def test_what_a_run_draws_is_a_labelled_data_set(pets):
    reader = open_source(f"generated:{pets}")
    assert tuple(reader.classes) == PETS.names
    batch = reader.read(np.array([0, 1, 2, 40]))
    assert batch["label"].tolist() == [0, 1, 2, 1]
    streams = [latents_of_block("normal", 3, "generated/train", k, 16, 3) for k in range(3)]
    latents = np.concatenate(streams)[[0, 1, 2, 40]]
    wanted = images(pets, PETS, latents, np.eye(3)[[0, 1, 2, 1]])
    assert np.abs(batch["image"].astype(int) - wanted).max() <= 1


def test_what_a_run_of_attributes_draws(faces):
    reader = open_source(f"generated:{faces}")
    assert tuple(reader.classes) == FACE.names
    assert reader.label_shape == (2,)
    assert reader.read(np.arange(4))["label"].tolist() == [[1, 0], [0, 1], [1, 1], [1, 0]]


def test_the_report_says_what_its_rows_are_of(pets, tmp_path):
    run = shutil.copytree(pets, tmp_path / "run")
    (run / "samples").mkdir()
    sample(run, output=run / "samples" / "00000000.png")
    write_report([run], tmp_path / "r.html", render=True)
    page = (tmp_path / "r.html").read_text()
    assert "a class in each row: cat, dog, guinea pig/cavy, a latent in each column" in page
    assert "Samples of the generator, a label in each row. run, step 0." in page
    assert "Each row goes from one latent to another, with one label throughout." in page
    (run / "uses.json").write_text("{")
    write_report([run], tmp_path / "r.html")
    assert "is damaged" in (tmp_path / "r.html").read_text()


@pytest.mark.parametrize(("field", "count"), [("pets", 24), ("faces", 64)])
def test_pictures_of_a_training_have_a_label_in_each_row(request, tmp_path, field, count):
    bound = SavedGenerator(request.getfixturevalue(field)).bound
    trainer = types.SimpleNamespace(
        bound=lambda name: bound, config=types.SimpleNamespace(seed=3), image_shape=(SIDE, SIDE, 1)
    )
    feed = types.SimpleNamespace(reference=lambda count: [None])
    ((samples, _),) = draw_samples(trainer, feed, tmp_path / "a.png")
    assert len(samples) == count
    sample(request.getfixturevalue(field), output=tmp_path / "b.png")
    np.testing.assert_array_equal(read(tmp_path / "a.png"), read(tmp_path / "b.png"))
