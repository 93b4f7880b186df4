"""What all methods share that find the relief of what an image shows, by its generator.

Pan, Dai, Liu, Loy & Luo, Do 2D GANs Know 3D Shape? Unsupervised 3D Shape Reconstruction from 2D
Image GANs, 2021.
"""

import abc

import numpy as np
import tensorflow as tf

from nets.latent.relief import relief
from nets.latent.table import table
from tfgan_kit.engine.stages import Stage
from tfgan_kit.engine.trainer import Term, Trainer
from tfgan_kit.errors import UserError
from tfgan_kit.fields import image_field, vector_field
from tfgan_kit.latent.points import error_of, read_label, read_point
from tfgan_kit.latent.reliefs import TURNS, normals_of, turns_and_lights
from tfgan_kit.latent.spaces import LatentSpace
from tfgan_kit.layers.relief import AMBIENT, DIFFUSE
from tfgan_kit.pictures.images import alike, grid, write_image
from tfgan_kit.runs.saved_run import SavedRun
from tfgan_kit.uses import Call, Use
from tfgan_kit.uses.apply import Bound
from tfgan_kit.uses.draw import labels_at
from trainers.core.adam_player import adam_player
from trainers.latent.distances import distance, distances
from trainers.latent.masks import ellipsoid, read_mask
from trainers.latent.phases import POSE

# Where the search for the view begins, in units of --view-spread: from the front, and from around.
STARTS = 1.6 * np.array(sorted(np.ndindex(3, 3), key=lambda place: place != (1, 1))) - 1.6
POSE_RATES = {"target/view": 0.01, "target/light": 0.02}  # Adam's, of that search.
COLUMNS = 7
NEAR = 0.1  # The error of a projection above which a run warns.


class ReliefTrainer(Trainer):
    """Opens the generator and the image, and finds view and light of a grey ellipsoid at first.

    A stage is a phase; Adam begins anew in each. `networks["relief"]` is the relief, which begins
    as that ellipsoid, and row 0 of `networks["target"]` is view and light of the image.

    Attributes:
      lights: numbers of a light, see `tfgan_kit.layers.relief.shading`.
      lr_factor: on all learning rates.
      space: the `LatentSpace` of the generator.
      image: the image, float32 (1, height, width, channels), about [-1, 1].
      mask, ellipsoid: float32 (height, width), see `trainers.latent.masks`.
    """

    lights = 2
    lr_factor = 1.0

    @classmethod
    @abc.abstractmethod
    def phases(cls, config):
        """The phases of a training, a pure function of its configuration."""

    @classmethod
    def stages(cls, config):
        """See `Trainer.stages`."""
        return tuple(Stage(phase.until, new_optimizers=True) for phase in cls.phases(config))

    @property
    def phase(self):
        """The current `Phase`."""
        return self.phases(self.config)[self.stage]

    @abc.abstractmethod
    def terms(self):
        """The terms of each kind of phase but the first, kind -> function that computes them."""

    def train_step(self, batch):
        """See `Trainer.train_step`."""
        del batch
        terms = {POSE: self.pose_terms, **self.terms()}
        return self.update([*self.players], terms[self.phase.kind])

    def build(self):
        """See `Trainer.build`."""
        config = self.config
        if not config.generator:
            raise UserError("the generator is missing; name its run with --generator DIR")
        saved = self.saved = SavedRun(config.generator)
        space = self.space = LatentSpace(saved, config.space, "--generator")
        self._generator = Bound(space.point_use(), space.networks)
        self.given = self._target()
        self.image = self.images(self.given)
        self.mask = read_mask(config.mask, self.image_shape[:2])
        self.ellipsoid = ellipsoid(self.mask, config.height)
        self.networks = {**self.new_relief(), **space.networks}
        view, light = (self.networks["target"].get_layer(name) for name in self.sizes)
        view.set_weights([config.view_spread * STARTS])
        light.set_weights([np.tile([0, 0, AMBIENT, DIFFUSE][: self.lights], (len(STARTS), 1))])
        self.players = {}
        if self.phase.kind == POSE:
            self.add_players(POSE_RATES)

    @property
    def sizes(self):
        """How many numbers a view and a light are."""
        return {"view": 2, "light": self.lights}

    def own(self, name):
        """What a network is called in `networks`; for those that each round has anew, otherwise."""
        return name

    def add_players(self, rates, **settings):
        """Adds players of Adam.

        Args:
          rates: the rate for each network, or for a layer of one as "network/layer".
          **settings: see `adam_player`.
        """
        for path, rate in rates.items():
            network, _, layer = path.partition("/")
            trained = self.networks[self.own(network)]
            trained = trained.get_layer(layer) if layer else trained
            name = path.replace("/", "_")
            self.players[name] = adam_player(self, name, trained, rate * self.lr_factor, **settings)

    def new_relief(self):
        """The networks "relief", a grey ellipsoid, and "target", a row for each of `STARTS`."""
        made = relief(self.image_shape, self.lights)
        grey = np.full(self.image_shape, 0.5, np.float32)
        maps = {"mask": self.mask[..., None], "depth": self.ellipsoid[..., None], "albedo": grey}
        for name, values in maps.items():
            made.get_layer(name).set_weights([values])
        return {"relief": made, "target": table("target", len(STARTS), **self.sizes)}

    def enter(self, stage, spec, *, carry=True):
        """See `Trainer.enter`: after the search for the pose, the nearest one becomes row 0."""
        lines = super().enter(stage, spec, carry=carry)
        if carry and self.phases(self.config)[stage - 1].kind == POSE:
            found = self.networks["target"](tf.range(len(STARTS)))
            seen = self.seen(found)
            best = int(tf.argmin(distances(seen["image"], self.image, seen["mask"])))
            nearest = {name: values[best] for name, values in found.items()}
            write_pose(self.networks["target"], nearest)
        return lines

    def _target(self):
        """What the generator takes to make the image, one row."""
        space = self.space
        given = {space.source: read_point(space, self.config.target, "--target")[None]}
        if space.label is not None:
            own = read_label(space, self.config.target, "--target")
            label = labels_at(space.label, np.arange(1)) if own is None else own[None]
            given[space.generate.label] = label
        return given

    def images(self, given):
        """Images of points, float32 (batch, height, width, channels) about [-1, 1]."""
        return self._generator.unlimited(given)[self._generator.use.examples[0]]

    def moved(self, offset):
        """What the generator takes for the latent of the image with each of some offsets added."""
        count, source = tf.shape(offset)[0], self.space.source
        given = {name: tf.repeat(values, count, 0) for name, values in self.given.items()}
        return given | {source: given[source] + offset}

    @property
    def image_shape(self):
        """See `Trainer.image_shape`."""
        return self.space.generate.outputs[self.space.generate.examples[0]].shape

    def seen(self, pose):
        """The relief from the views and in the lights of a pose: all outputs of its network."""
        made = self.networks["relief"](pose, training=True)
        return made | {"mask": tf.stop_gradient(made["mask"])}

    def own_pose(self):
        """View and light of the image, each (1, numbers): row 0 of their table."""
        return self.networks["target"](tf.zeros([1], tf.int32))

    def pose_terms(self):
        """How far the ellipsoid is from the image, the mean of all starts."""
        pose = self.networks["target"](tf.range(len(STARTS)))
        # Where colours are unknown, how bright a light is says nothing; its direction does.
        light = tf.concat([pose["light"][:, :2], tf.stop_gradient(pose["light"][:, 2:])], 1)
        seen = self.seen(pose | {"light": light})
        return [Term("image", distance(seen["image"], self.image, seen["mask"]))]

    def warnings(self):
        """See `Trainer.warnings`."""
        config, texts = self.config, super().warnings()
        begins = self.phases(config)[-2].until
        if config.steps <= begins:
            texts.append(
                f"--steps {config.steps} ends before the shape of the last round is fitted, which "
                f"begins at step {begins}; give more, or fewer --rounds"
            )
        error = error_of(self.space, config.target)
        if error > NEAR:
            texts.append(
                f"--target {config.target} was projected with an error of {error:.2f} (RMSE, full "
                f"range 1), above {NEAR}: the shape will be that of its projection"
            )
        return texts

    def uses(self):
        """See `Trainer.uses`."""
        inputs = {name: vector_field(size) for name, size in self.sizes.items()}
        # Seen from further aside, a relief may hide parts of itself, and which of them a pixel
        # shows is then a matter of rounding.
        inputs["view"] = vector_field(2, range=(-TURNS, TURNS))
        call = Call("relief", {name: name for name in inputs}, {"image": "image"})
        return (Use("relight", (call,), inputs, {"image": image_field(self.image_shape)}),)

    def _found(self):
        """The pose of the image as the run keeps it, and all outputs of the relief in that pose."""
        models = self.models()
        pose = models["target"](tf.zeros([1], tf.int32))
        return pose, models["relief"](pose)

    def draw(self, step, feed, path):
        """See `Trainer.draw`: the image, the relief, depth, normals, colours; turns; lights."""
        del step, feed
        pose, made = ({k: v.numpy() for k, v in each.items()} for each in self._found())
        made = {name: values[0] for name, values in made.items()}
        depth, drawn = made["depth"], self.bound("relight")
        maps = [
            *(self.image.numpy()[0], made["image"]),
            *(2.0 * depth / max(np.abs(depth).max(), 1e-6) - 1.0, normals_of(depth)),
            *(2.0 * made["albedo"] - 1.0, 2.0 * made["mask"] - 1.0, np.zeros_like(depth)),
        ]
        strips = [drawn.render(each)["image"] for each in turns_and_lights(pose, COLUMNS)]
        rows = [each[None] for each in (*maps, *strips[0], *strips[1])]
        write_image(grid(np.concatenate(alike(rows)), COLUMNS), path)
        return {}

    def evaluate(self, feed, count):
        """The mean absolute error of the relief, as the image shows it, in % of the range."""
        del feed, count
        _, made = self._found()
        error = distance(made["image"], self.image, made["mask"])
        return {"image_error": 100.0 * float(error), "samples": 1}


def write_pose(network, pose) -> None:
    """Writes view and light into row 0 of a table.

    Args:
      network: a `nets.latent.table.table` of both.
      pose: name -> (numbers,).
    """
    for name, values in pose.items():
        layer = network.get_layer(name)
        (rows,) = layer.get_weights()
        rows[0] = values
        layer.set_weights([rows])
