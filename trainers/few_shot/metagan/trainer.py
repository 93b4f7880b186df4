"""MetaGAN: a few-shot classifier that also tells generated images of the task apart.

Zhang et al., MetaGAN: An Adversarial Approach to Few-Shot Learning, 2018, with MAML. The classifier
has one output more, for what a generator makes of a task's code; fakes between the classes are to
sharpen its borders. Inner steps lower the discriminator's loss on the support examples; the adapted
discriminator's loss on the query examples moves its start, and what it says of fakes moves the
generator and the encoder.
"""

import tensorflow as tf

from nets.few_shot import metagan
from tfgan_kit import meta
from tfgan_kit.engine.trainer import Term
from tfgan_kit.errors import UserError
from trainers.few_shot.metagan.inner import AgainstFakes
from trainers.few_shot.metagan.losses import as_real
from trainers.few_shot.problems import Classification
from trainers.few_shot.trainer import FewShotTrainer


class MetaGAN(FewShotTrainer):
    """Trains `networks["discriminator"]`, "encoder" and "generator"."""

    adapting = ("discriminator", "encoder", "generator")

    @classmethod
    def inner_of(cls, config, problem, networks):
        """See `FewShotTrainer.inner_of`."""
        return AgainstFakes(
            networks,
            problem,
            meta.SGD(config.inner_learning_rate),
            config.adapt_only,
            latent_size=config.latent_size,
            real_weight=config.real_weight,
            fake_weight=config.fake_weight,
        )

    def make_networks(self):
        """See `FewShotTrainer.make_networks`."""
        config = self.config
        if not isinstance(self.problem, Classification):
            raise UserError(
                f"{config.dataset} has values to predict, but metagan classifies images; "
                "choose another --dataset, or maml or reptile"
            )
        size = {"filters": config.filters, "downsampling": config.downsampling}
        return {
            "discriminator": self.problem.network(fake=True, name="discriminator"),
            "encoder": metagan.encoder(self.image_shape, **size),
            "generator": metagan.generator(
                self.image_shape, config.latent_size, filters=config.filters
            ),
        }

    def make_players(self):
        """See `FewShotTrainer.make_players`."""
        config, own = self.config, self.networks
        makers = [own["generator"], own["encoder"]]
        return {
            "discriminator": self.player(
                "discriminator", [own["discriminator"]], "adam", config.learning_rate
            ),
            "generator": self.player("generator", makers, "adam", config.generator_lr, beta_1=0.5),
        }

    def train_step(self, batch):
        """See `Trainer.train_step`; both players learn from the same adaptation and fakes."""
        means, config = {}, self.config

        def terms():
            means.update(self._means(batch))
            return [
                Term("labelled", means["labelled"]),
                Term("real", means["real"], config.real_weight),
                Term("fake", means["fake"], config.fake_weight),
                Term("as_real", means["as_real"]),
            ]

        # The sum has for each player the gradient of its own loss, see `_means`.
        found = self.update(("discriminator", "generator"), terms)
        del found["discriminator/as_real"]
        found["generator/loss"] = means["as_real"]
        found["discriminator/loss"] -= means["as_real"]
        for when in ("before", "after"):
            found[f"discriminator/accuracy_{when}"] = means[when]
        return found

    def _means(self, batch):
        """Means over the tasks; "as_real" does not depend on the discriminator's start, and the
        other terms not on the generator.
        """
        inner, config = self.inner, self.config
        weights = meta.weights_of(inner.network)

        def one(task, draws, latents):
            support, query = task["support"], task["query"]
            learned, _ = inner.advance(
                inner.start(weights),
                support,
                draws,
                config.inner_steps,
                first_order=config.first_order,
            )
            fakes = inner.fakes(support, latents)
            labelled, real, fake = inner.terms(learned, query, tf.stop_gradient(fakes))
            fixed = [tf.stop_gradient(w) for w in learned]
            return {
                **{"labelled": labelled, "real": real, "fake": fake},
                "as_real": inner.told(fixed, fakes, as_real),
                "before": inner.scored(weights, query),
                "after": inner.scored(learned, query),
            }

        examples, queries = (batch[part]["label"].shape[1] for part in ("support", "query"))
        shape = [self.replica_batch_size, queries, config.latent_size]
        latents = self.random.normal("fakes of the query", shape)
        return self.over_tasks(one, batch, examples, latents)
