"""A pool of generated images from earlier steps, some of which the discriminator sees again."""

import tensorflow as tf

from tfgan_kit.models.state import state_variable


class ImagePool:
    """Keeps images so that a discriminator does not forget what the generator made before.

    Shrivastava et al. 2017, Learning from Simulated and Unsupervised Images through Adversarial
    Training, section 2.3, in the form of Zhu et al. 2017, CycleGAN, section 4 and their code: until
    the pool is full, each image is kept and handed on. From then on, with probability 1/2, an image
    takes the place of one in the pool, chosen uniformly, and that one is handed on.

    Each replica has its own pool. Put the pool into `Trainer.state`.

    Args:
      shape: shape of one image.
      size: how many images to keep. The papers keep 50; with 0, every image is handed on.
    """

    def __init__(self, shape, size: int = 50):
        self._size = size
        self._images = state_variable(tf.zeros([max(size, 1), *shape]), combine=None)
        self._count = state_variable(0, dtype=tf.int32, combine=None)
        self.variables = [self._images, self._count]

    def exchange(self, images, random, purpose: str):
        """Takes one replica's images, one after another, and hands on as many.

        Args:
          images: (b, *shape); no gradient flows through them.
          random: the trainer's `Random`.
          purpose: the purpose of the draw.

        Returns:
          (b, *shape), for the discriminator.
        """
        images = tf.stop_gradient(images)
        if not self._size:
            return images
        batch = tf.shape(images)[0]
        coins, places = tf.unstack(random.uniform(purpose, [batch, 2]), axis=1)
        # Rounding can reach the upper end.
        places = tf.minimum(tf.cast(places * self._size, tf.int32), self._size - 1)
        pool = self._images.handle

        def take(i, count, handed):
            image = tf.cast(images[i], tf.float32)
            full = count >= self._size
            swapped = tf.logical_and(full, coins[i] < 0.5)
            place = tf.where(full, places[i], count)
            old = tf.raw_ops.ResourceGather(resource=pool, indices=place, dtype=tf.float32)
            kept = tf.where(tf.logical_or(swapped, tf.logical_not(full)), image, old)
            tf.raw_ops.ResourceScatterUpdate(resource=pool, indices=place, updates=kept)
            handed = handed.write(i, tf.where(swapped, old, image))
            return i + 1, tf.minimum(count + 1, self._size), handed

        handed = tf.TensorArray(tf.float32, size=batch, element_shape=images.shape[1:])
        start = tf.constant(0), tf.identity(self._count), handed
        # One after another: an image may replace an image of the same batch in the pool.
        _, count, handed = tf.while_loop(
            lambda i, *_: i < batch, take, start, parallel_iterations=1
        )
        self._count.assign(count)
        return tf.cast(tf.ensure_shape(handed.stack(), images.shape), images.dtype)
