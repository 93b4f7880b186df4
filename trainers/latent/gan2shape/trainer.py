"""The shape of what an image shows, from a generator that has only seen images.

Pan, Dai, Liu, Loy & Luo, Do 2D GANs Know 3D Shape? Unsupervised 3D Shape Reconstruction from 2D
Image GANs, 2021, without their networks: depth, colours, views, lights and offsets are variables.
"""

import numpy as np
import tensorflow as tf

from nets.latent.table import table
from tfgan_kit.engine.trainer import Term
from tfgan_kit.randomness import seed_of
from trainers.latent.distances import distance
from trainers.latent.phases import ALBEDO, OFFSETS, POSE, SHAPE, in_turn
from trainers.latent.relief_trainer import ReliefTrainer

# Adam's, of each phase after that of the pose: a network's layer -> rate.
RATES = {
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


class Gan2Shape(ReliefTrainer):
    """Fits `networks["relief"]` to an image and to others that the generator makes of its latent.

    First view and light of the image are found, with a grey ellipsoid for a shape. Then, in each
    round: colours are fitted to the image; the relief is drawn from other views in other lights,
    and the latent is moved for each of these pictures until the generator makes it as well as it
    can, which corrects what the relief has wrong; and shape, colours, views and lights are fitted
    to what the generator has made.
    """

    @classmethod
    def phases(cls, config):
        """See `ReliefTrainer.phases`."""
        lengths = {
            ALBEDO: config.albedo_steps,
            OFFSETS: config.offset_steps,
            SHAPE: config.shape_steps,
        }
        rounds = [(kind, i, n) for i in range(config.rounds) for kind, n in lengths.items()]
        return in_turn([(POSE, 0, config.pose_steps), *rounds])

    @property
    def lr_factor(self):
        """See `ReliefTrainer`."""
        return self.config.lr_factor

    def build(self):
        """See `Trainer.build`."""
        super().build()
        config, kind = self.config, self.phase.kind
        if kind in (OFFSETS, SHAPE):
            size = self.space.field.shape[0]
            self.networks[self.own("offsets")] = table("offsets", config.batch_size, offset=size)
        if kind == SHAPE:
            poses = table("poses", config.batch_size, **self.sizes)
            self.networks[self.own("poses")] = poses
            for name, values in self._drawn().items():
                poses.get_layer(name).set_weights([values])
        self.add_players(RATES.get(kind, {}))

    def own(self, name):
        """See `ReliefTrainer.own`: nothing of offsets and poses is carried over to a new round."""
        return f"{name}_{self.phase.round}" if name in ("offsets", "poses") else name

    def _drawn(self):
        """The views and lights of this round, each float32 (pictures, 2)."""
        config, turn = self.config, self.phase.round
        rng = np.random.default_rng(seed_of(config.seed, f"gan2shape/{turn}"))
        size = (config.batch_size, 2)
        view = rng.normal(0.0, config.view_spread, size)
        light = rng.uniform(-config.light_spread, config.light_spread, size)
        return {"view": view.astype(np.float32), "light": light.astype(np.float32)}

    def terms(self):
        """See `ReliefTrainer.terms`."""
        return {
            ALBEDO: self._target_terms,
            OFFSETS: self._offset_terms,
            SHAPE: self._shape_terms,
        }

    def _target_terms(self):
        """How far the relief is from the image, and how rough its colours are."""
        seen = self.seen(self.own_pose())
        return [
            Term("image", distance(seen["image"], self.image, seen["mask"])),
            Term("roughness", roughness(seen["albedo"][0]), self.config.smoothness_weight),
        ]

    def _rows(self):
        """Numbers of the pictures of this replica."""
        count = self.replica_batch_size
        context = tf.distribute.get_replica_context()
        return context.replica_id_in_sync_group * count + tf.range(count)

    def _offsets(self, rows):
        """The offset of the latent for each picture."""
        return self.networks[self.own("offsets")](rows)["offset"]

    def _offset_terms(self):
        """How far the generator's images are from drawn pictures of the relief."""
        rows = self._rows()
        pose = {name: tf.gather(values, rows) for name, values in self._drawn().items()}
        seen, offset = self.seen(pose), self._offsets(rows)
        picture = tf.stop_gradient(seen["image"])
        return [
            Term("picture", distance(self.images(self.moved(offset)), picture, seen["mask"])),
            Term("offset", tf.reduce_mean(offset**2), self.config.offset_weight),
        ]

    def _shape_terms(self):
        """How far the relief is from the image and from the generator's, and how bent it is."""
        rows = self._rows()
        made = tf.stop_gradient(self.images(self.moved(self._offsets(rows))))
        seen = self.seen(self.networks[self.own("poses")](rows))
        apart = distance(seen["image"], made, seen["mask"])
        return [
            Term("picture", apart, self.config.picture_weight),
            self._target_terms()[0],
            Term("bend", bend(seen["depth"][0]), self.config.bend_weight),
        ]


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
