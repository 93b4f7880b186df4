"""The shape of what an image shows, from a generator that has only seen images.

Pan, Dai, Liu, Loy & Luo, Do 2D GANs Know 3D Shape? Unsupervised 3D Shape Reconstruction from 2D
Image GANs, 2021, without their networks: depth, colours, views, lights and offsets are variables.
"""

import numpy as np
import tensorflow as tf

from nets.latent.relief import relief
from nets.latent.table import table
from tfgan_kit.engine.stages import Stage
from tfgan_kit.engine.trainer import Term, Trainer
from tfgan_kit.errors import UserError
from tfgan_kit.fields import image_field, vector_field
from tfgan_kit.latent.points import error_of, read_label, read_point
from tfgan_kit.latent.reliefs import normals_of, turns_and_lights
from tfgan_kit.latent.spaces import LatentSpace
from tfgan_kit.pictures.images import alike, grid, write_image
from tfgan_kit.randomness import seed_of
from tfgan_kit.runs.saved_run import SavedRun
from tfgan_kit.uses import Call, Use
from tfgan_kit.uses.apply import Bound
from tfgan_kit.uses.draw import labels_at
from trainers.core.adam_player import adam_player
from trainers.latent.gan2shape.masks import ellipsoid, read_mask
from trainers.latent.gan2shape.phases import ALBEDO, OFFSETS, POSE, SHAPE, phases

# Adam's, of each phase: a network's layer -> rate.
RATES = {
    POSE: {"target/view": 0.01, "target/light": 0.02},
    ALBEDO: {"relief/albedo": 0.02},
    OFFSETS: {"offsets/offset": 0.05},
    SHAPE: {
        "relief/depth": 0.003,
        "relief/albedo": 0.005,
        "target/view": 0.005,
        "target/light": 0.01,
        "poses/view": 0.005,
        "poses/light": 0.01,
    },
}
_POSE = {"view": 2, "light": 2}  # Of a table: numbers of each.
# Where the search for the view begins, in units of --view-spread: from the front, and from around.
STARTS = 1.6 * np.array(sorted(np.ndindex(3, 3), key=lambda place: place != (1, 1))) - 1.6
COLUMNS = 7
NEAR = 0.1  # The error of a projection above which a run warns.


class Gan2Shape(Trainer):
    """Fits `networks["relief"]` to an image and to others that the generator makes of its latent.

    First view and light of the image are found, with a grey ellipsoid for a shape. Then, in each
    round: colours are fitted to the image; the relief is drawn from other views in other lights,
    and the latent is moved for each of these pictures until the generator makes it as well as it
    can, which corrects what the relief has wrong; and shape, colours, views and lights are fitted
    to what the generator has made.
    """

    @classmethod
    def stages(cls, config):
        """See `Trainer.stages`: a stage for each phase; Adam begins anew in each."""
        return tuple(Stage(phase.until, new_optimizers=True) for phase in phases(config))

    @property
    def phase(self):
        """The current `Phase`."""
        return phases(self.config)[self.stage]

    def build(self):
        """See `Trainer.build`."""
        config, phase = self.config, self.phase
        if not config.generator:
            raise UserError("the generator is missing; name its run with --generator DIR")
        space = self.space = LatentSpace(SavedRun(config.generator), config.space, "--generator")
        self._generator = Bound(space.point_use(), space.networks)
        self._given = self._target()
        self.image = self._images(self._given)
        self.networks = {
            "relief": relief(self.image_shape),
            "target": table("target", len(STARTS), **_POSE),
        }
        self.networks["target"].get_layer("view").set_weights([config.view_spread * STARTS])
        mask = read_mask(config.mask, self.image_shape[:2])
        for name, values in (("mask", mask), ("depth", ellipsoid(mask, config.height))):
            self.networks["relief"].get_layer(name).set_weights([values[..., None]])
        grey = np.full(self.image_shape, 0.5, np.float32)
        self.networks["relief"].get_layer("albedo").set_weights([grey])
        if phase.kind in (OFFSETS, SHAPE):
            size = space.field.shape[0]
            self.networks[self._own("offsets")] = table("offsets", config.batch_size, offset=size)
        if phase.kind == SHAPE:
            poses = self.networks[self._own("poses")] = table("poses", config.batch_size, **_POSE)
            for name, values in self._drawn().items():
                poses.get_layer(name).set_weights([values])
        self.players = {}
        for path, rate in RATES[phase.kind].items():
            network, layer = path.split("/")
            trained = self.networks[self._own(network)].get_layer(layer)
            name = f"{network}_{layer}"
            self.players[name] = adam_player(self, name, trained, rate * config.lr_factor)
        self.networks |= space.networks

    def enter(self, stage, spec, *, carry=True):
        """See `Trainer.enter`: after the search for the pose, the nearest one becomes row 0."""
        lines = super().enter(stage, spec, carry=carry)
        if carry and phases(self.config)[stage - 1].kind == POSE:
            found = self.networks["target"](tf.range(len(STARTS)))
            seen = self._seen(found)
            best = int(tf.argmin(distances(seen["image"], self.image, seen["mask"])))
            for name, values in found.items():
                rows = np.concatenate([values[best : best + 1], values[1:]])
                self.networks["target"].get_layer(name).set_weights([rows])
        return lines

    def _own(self, name):
        """The name in `networks` of what each round has anew: nothing of it is carried over."""
        return f"{name}_{self.phase.round}" if name in ("offsets", "poses") else name

    def _target(self):
        """What the generator takes to make the image, one row."""
        space = self.space
        given = {space.source: read_point(space, self.config.target, "--target")[None]}
        if space.label is not None:
            own = read_label(space, self.config.target, "--target")
            label = labels_at(space.label, np.arange(1)) if own is None else own[None]
            given[space.generate.label] = label
        return given

    def _images(self, given):
        """Images of points, float32 (batch, height, width, channels) about [-1, 1]."""
        return self._generator.unlimited(given)[self._generator.use.examples[0]]

    def _drawn(self):
        """The views and lights of this round, each float32 (pictures, 2)."""
        config, turn = self.config, self.phase.round
        rng = np.random.default_rng(seed_of(config.seed, f"gan2shape/{turn}"))
        size = (config.batch_size, 2)
        view = rng.normal(0.0, config.view_spread, size)
        light = rng.uniform(-config.light_spread, config.light_spread, size)
        return {"view": view.astype(np.float32), "light": light.astype(np.float32)}

    @property
    def image_shape(self):
        """See `Trainer.image_shape`."""
        return self.space.generate.outputs[self.space.generate.examples[0]].shape

    def train_step(self, batch):
        """See `Trainer.train_step`."""
        terms = {
            POSE: self._pose_terms,
            ALBEDO: self._target_terms,
            OFFSETS: self._offset_terms,
            SHAPE: self._shape_terms,
        }[self.phase.kind]
        return self.update([*self.players], terms)

    def _seen(self, pose):
        """The relief from the views and in the lights of a pose: all outputs of its network."""
        made = self.networks["relief"](pose, training=True)
        return made | {"mask": tf.stop_gradient(made["mask"])}

    def _own_pose(self):
        """View and light of the image, each (1, 2): row 0 of their table."""
        return self.networks["target"](tf.zeros([1], tf.int32))

    def _pose_terms(self):
        """How far the ellipsoid is from the image, the mean of all starts."""
        seen = self._seen(self.networks["target"](tf.range(len(STARTS))))
        return [Term("image", distance(seen["image"], self.image, seen["mask"]))]

    def _target_terms(self):
        """How far the relief is from the image, and how rough its colours are."""
        seen = self._seen(self._own_pose())
        return [
            Term("image", distance(seen["image"], self.image, seen["mask"])),
            Term("roughness", roughness(seen["albedo"][0]), self.config.smoothness_weight),
        ]

    def _rows(self):
        """Numbers of the pictures of this replica."""
        count = self.replica_batch_size
        context = tf.distribute.get_replica_context()
        return context.replica_id_in_sync_group * count + tf.range(count)

    def _moved(self, rows):
        """The latent with its offset for each picture, and that offset."""
        offset = self.networks[self._own("offsets")](rows)["offset"]
        source, count = self.space.source, self.replica_batch_size
        given = {name: tf.repeat(values, count, 0) for name, values in self._given.items()}
        return given | {source: given[source] + offset}, offset

    def _offset_terms(self):
        """How far the generator's images are from drawn pictures of the relief."""
        rows = self._rows()
        pose = {name: tf.gather(values, rows) for name, values in self._drawn().items()}
        seen = self._seen(pose)
        given, offset = self._moved(rows)
        picture = tf.stop_gradient(seen["image"])
        return [
            Term("picture", distance(self._images(given), picture, seen["mask"])),
            Term("offset", tf.reduce_mean(offset**2), self.config.offset_weight),
        ]

    def _shape_terms(self):
        """How far the relief is from the image and from the generator's, and how bent it is."""
        rows = self._rows()
        made = tf.stop_gradient(self._images(self._moved(rows)[0]))
        seen = self._seen(self.networks[self._own("poses")](rows))
        apart = distance(seen["image"], made, seen["mask"])
        return [
            Term("picture", apart, self.config.picture_weight),
            self._target_terms()[0],
            Term("bend", bend(seen["depth"][0]), self.config.bend_weight),
        ]

    def warnings(self):
        """See `Trainer.warnings`."""
        config, texts = self.config, super().warnings()
        begins = phases(config)[-2].until
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
        inputs = {"view": vector_field(2), "light": vector_field(2)}
        call = Call("relief", {name: name for name in inputs}, {"image": "image"})
        return (Use("relight", (call,), inputs, {"image": image_field(self.image_shape)}),)

    def draw(self, step, feed, path):
        """See `Trainer.draw`: the image, the relief, depth, normals, colours; turns; lights."""
        del step, feed
        pose = {name: values.numpy() for name, values in self._own_pose().items()}
        made = {name: values.numpy()[0] for name, values in self._seen(pose).items()}
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
        seen = self._seen(self._own_pose())
        error = distance(seen["image"], self.image, seen["mask"])
        return {"image_error": 100.0 * float(error), "samples": 1}


def distance(images, others, mask):
    """The mean of `distances`."""
    return tf.reduce_mean(distances(images, others, mask))


def distances(images, others, mask):
    """The mean absolute difference of each image inside a mask, as a share of the range.

    Args:
      images, others: float32 (batch, height, width, channels), about [-1, 1].
      mask: (batch, height, width, 1).
    """
    inside = tf.reduce_sum(tf.abs(images - others) * mask, [1, 2, 3])
    size = tf.reduce_sum(mask, [1, 2, 3]) * images.shape[-1]
    return inside / tf.maximum(size, 1.0) / 2.0


def roughness(albedo):
    """The squared gradient of colours (height, width, channels), where half the side is 1."""
    height, width = albedo.shape[:2]
    down = (albedo[1:] - albedo[:-1]) * ((height - 1) / 2.0)
    across = (albedo[:, 1:] - albedo[:, :-1]) * ((width - 1) / 2.0)
    return tf.reduce_mean(down**2) + tf.reduce_mean(across**2)


def bend(depth):
    """The mean squared Laplacian of a surface (height, width, 1), between neighbouring pixels."""
    middle = depth[1:-1, 1:-1]
    around = depth[:-2, 1:-1] + depth[2:, 1:-1] + depth[1:-1, :-2] + depth[1:-1, 2:]
    return tf.reduce_mean((around - 4.0 * middle) ** 2)
