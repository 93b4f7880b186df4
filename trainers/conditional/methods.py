"""Methods that generate images by label."""

from trainers.method import Method

METHODS = {
    "cgan": Method(
        about="generates images by label: both networks take the label as an input",
        config="trainers.conditional.cgan.config:CGANConfig",
        trainer="trainers.conditional.cgan.trainer:CGAN",
        uses=("generate", "score"),
        feed="labelled",
        prepare="trainers.conditional.judge:prepare",
    ),
    "acgan": Method(
        about="generates images by label: the discriminator also predicts the label",
        config="trainers.conditional.acgan.config:ACGANConfig",
        trainer="trainers.conditional.acgan.trainer:ACGAN",
        uses=("generate", "score", "classify"),
        feed="labelled",
        prepare="trainers.conditional.judge:prepare",
    ),
    "projection": Method(
        about="generates images by label: D takes an inner product of label and features",
        config="trainers.conditional.projection.config:ProjectionConfig",
        trainer="trainers.conditional.projection.trainer:Projection",
        uses=("generate", "score"),
        feed="labelled",
        prepare="trainers.conditional.judge:prepare",
    ),
}
