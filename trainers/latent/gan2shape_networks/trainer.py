"""The shape of what an image shows, from a generator that has only seen images, by networks.

Pan, Dai, Liu, Loy & Luo, Do 2D GANs Know 3D Shape? Unsupervised 3D Shape Reconstruction from 2D
Image GANs, 2021, sections 3.1 and 3.2; with the relief of this kit for a renderer.
"""

import tensorflow as tf

from nets.latent.encoder_decoder import albedo, depth
from nets.latent.offset import offset
from nets.latent.pose import light, view
from tfgan_kit.engine.trainer import Term
from tfgan_kit.layers.relief import Relief, normals, shading
from tfgan_kit.terms.distance import mean_absolute, mean_square
from trainers.latent.distances import distance
from trainers.latent.gan2shape_networks.features import discriminator_maps, perceptual_distance
from trainers.latent.gan2shape_networks.mapped import MappedOffset
from trainers.latent.phases import ALBEDO, OFFSETS, POSE, PRIOR, SHAPE, in_turn
from trainers.latent.relief_trainer import ReliefTrainer, write_pose

# Where a relief turns away from a view, gradients of what is seen grow without limit: hundreds of
# times as large as usual, a single one ruined a depth that had been found. Usual norms are below 1.
LARGEST_GRADIENT = 1.0
TRAINED = {
    PRIOR: ("depth", "view", "light"),
    ALBEDO: ("albedo",),
    OFFSETS: ("offset",),
    SHAPE: ("depth", "albedo", "view", "light"),
}


class Gan2ShapeNetworks(ReliefTrainer):
    """Trains networks of depth, albedo, view and light, and one of offsets of the latent.

    First the depth of the image becomes an ellipsoid. Then, in each round: the albedo is fitted to
    the image; the relief is drawn from other views in other lights, and the network of offsets
    learns to move the latent so that the generator makes these pictures as well as it can, which
    corrects what the relief has wrong; and depth, albedo, view and light learn to reproduce what
    the generator makes of such pictures, and the image. Depth and albedo are those of the image.

    `networks["relief"]` and row 0 of `networks["target"]` are what the networks have found by the
    end of the last phase of albedo, of which pictures are drawn in the two phases after it. In
    `models()` they are what has been found so far.
    """

    lights = 4

    @classmethod
    def phases(cls, config):
        """See `ReliefTrainer.phases`."""
        lengths = {
            ALBEDO: config.albedo_steps,
            OFFSETS: config.offset_steps,
            SHAPE: config.shape_steps,
        }
        first = [(POSE, 0, config.pose_steps), (PRIOR, 0, config.prior_steps)]
        rounds = [
            (kind, turn, own[min(turn, len(own) - 1)])
            for turn in range(config.rounds)
            for kind, own in lengths.items()
        ]
        return in_turn([*first, *rounds])

    def build(self):
        """See `Trainer.build`."""
        super().build()
        config, shape, kind = self.config, self.image_shape, self.phase.kind
        self._perceptual = self._maps = None
        if config.perceptual_weight:
            option = f"--perceptual-weight {config.perceptual_weight:g}"
            self._perceptual = perceptual_distance(shape, option)
        if config.discriminator_weight:
            option = f"--discriminator-weight {config.discriminator_weight:g}"
            self._maps = discriminator_maps(self.saved, shape, option)
        mapped = self.space.map_use() is not None
        self._mapped = MappedOffset(self.space) if mapped else None
        size = self._mapped.size if mapped else self.space.field.shape[0]
        self.networks |= {
            "depth": depth(shape, reach=config.depth_range, width=config.width),
            "albedo": albedo(shape, width=config.width),
            "view": view(shape, width=config.width),
            "light": light(shape, width=config.width),
            "offset": offset(shape, size, width=config.width),
        }
        self._relief = Relief()
        if kind in TRAINED:
            rates = dict.fromkeys(TRAINED[kind], config.learning_rate)
            how = {"weight_decay": config.weight_decay, "clip_norm": LARGEST_GRADIENT}
            self.add_players(rates, **how)

    def enter(self, stage, spec, *, carry=True):
        """See `Trainer.enter`: after a phase of albedo, what was found is written down."""
        lines = super().enter(stage, spec, carry=carry)
        if carry and self.phase.kind == OFFSETS:
            self._write_into(self.networks)
        return lines

    def models(self):
        """See `Trainer.models`: the relief and the pose are those that were found so far."""
        found = self.new_relief()
        self._write_into(found)
        return super().models() | found

    def _write_into(self, networks):
        """Writes what the networks find in the image into "relief" and "target"."""
        for name, values in self._surface().items():
            networks["relief"].get_layer(name).set_weights([values[0]])
        write_pose(networks["target"], {k: v[0] for k, v in self._pose(self.image).items()})

    def _surface(self):
        """Depth and albedo of the image, each (1, height, width, ...)."""
        return self._of(self.image, "depth", "albedo")

    def _pose(self, images):
        """View and light of images, each (batch, numbers)."""
        return self._of(images, "view", "light")

    def _of(self, images, *names):
        """What networks find in images: the output of each that has its name."""
        return {name: self.networks[name](images, training=True)[name] for name in names}

    def terms(self):
        """See `ReliefTrainer.terms`."""
        return {
            PRIOR: self._prior_terms,
            ALBEDO: self._image_terms,
            OFFSETS: self._offset_terms,
            SHAPE: self._shape_terms,
        }

    def _prior_terms(self):
        """How far the depth of the image is from the ellipsoid, and its pose from the first one."""
        found, pose, first = self._surface(), self._pose(self.image), self.own_pose()
        error = tf.abs(found["depth"][0, ..., 0] - self.ellipsoid) * self.mask
        return [
            Term("ellipsoid", tf.reduce_sum(error) / tf.reduce_sum(self.mask)),
            *(Term(name, mean_square(pose[name], first[name])) for name in pose),
        ]

    def _drawn(self, surface, pose):
        """A surface from views, in lights: pictures, and the mask of the object in each."""
        mask = tf.constant(self.mask[None, ..., None])
        depth, albedo = surface["depth"] * mask, surface["albedo"]
        picture, seen = self._relief([depth, albedo, mask, *pose.values()])
        return picture, tf.stop_gradient(seen)

    def _apart(self, name, pictures, images, mask):
        """How far pictures are from images, on the object alone: terms that begin with a name."""
        terms = [Term(name, distance(pictures, images, mask))]
        if self._perceptual is not None:
            of = self._perceptual.features
            value = self._perceptual.between(of(pictures * mask), of(images * mask))
            weight = self.config.perceptual_weight
            terms.append(Term(f"{name}_lpips", tf.reduce_mean(value), weight))
        return terms

    def _image_terms(self):
        """How far the relief is from the image."""
        picture, mask = self._drawn(self._surface(), self._pose(self.image))
        return self._apart("image", picture, self.image, mask)

    def _pictures(self):
        """Pictures of the relief as it was written down, from drawn views in drawn lights.

        Returns:
          The pictures, and the mask of the object in each.
        """
        config, count = self.config, self.replica_batch_size
        spread, most = config.light_spread, config.contrast
        view = config.view_spread * self.random.normal("view", [count, 2])
        light = self.random.uniform("light", [count, 2], -spread, spread)
        more = self.random.uniform("contrast", [count, 1], -most / 6.0, most)
        parts = self.own_pose()["light"][:, 2:] + tf.concat([-0.6 * more, more], 1)
        seen = self.seen({"view": view, "light": tf.concat([light, tf.maximum(parts, 0.0)], 1)})
        return seen["image"], seen["mask"]

    def _offset(self, pictures, mask):
        """The offset of the latent for pictures, on the object alone."""
        found = self.networks["offset"](pictures * mask, training=True)["offset"]
        return found if self._mapped is None else self._mapped(found)

    def _offset_terms(self):
        """How far the generator's images are from drawn pictures of the relief."""
        pictures, mask = (tf.stop_gradient(each) for each in self._pictures())
        moved = self._offset(pictures, mask)
        made, config = self.images(self.moved(moved)), self.config
        terms = [Term("picture", distance(made, pictures, mask))]
        if self._maps is not None:
            # Around the object both are what the generator makes: only the object is compared.
            whole = mask * pictures + (1.0 - mask) * tf.stop_gradient(made)
            pairs = zip(self._maps(made), self._maps(whole), strict=True)
            apart = tf.add_n([mean_absolute(one, other) for one, other in pairs])
            terms.append(Term("maps", apart, config.discriminator_weight))
        return [*terms, Term("offset", tf.reduce_mean(moved**2), config.offset_weight)]

    def _shape_terms(self):
        """How far the relief is from the image and from the generator's, and how rough it is."""
        pictures, mask = self._pictures()
        made = tf.stop_gradient(self.images(self.moved(self._offset(pictures, mask))))
        surface, every = self._surface(), tf.concat([self.image, made], 0)
        pose = self._pose(every)
        drawn, mask = self._drawn(surface, pose)
        shown = shading(normals(surface["depth"][..., 0]), pose["light"])
        rough = roughness(surface["depth"]) + roughness(shown)
        return [
            *self._apart("picture", drawn[1:], every[1:], mask[1:]),
            *self._apart("image", drawn[:1], every[:1], mask[:1]),
            Term("roughness", rough, self.config.smoothness_weight),
        ]


def roughness(maps):
    """The mean absolute second differences of maps (batch, height, width, 1), across and down."""
    across = maps[:, :, 2:] - 2.0 * maps[:, :, 1:-1] + maps[:, :, :-2]
    down = maps[:, 2:] - 2.0 * maps[:, 1:-1] + maps[:, :-2]
    return tf.reduce_mean(tf.abs(across)) + tf.reduce_mean(tf.abs(down))
