"""Methods that learn joint distributions from unpaired domains."""

from trainers.method import Method

METHODS = {
    "cogan": Method(
        about="generates image pairs from unpaired domains, with generators that share layers",
        config="trainers.joint.cogan.config:CoGANConfig",
        trainer="trainers.joint.cogan.trainer:CoGAN",
        uses=("generate", "score"),
        feed="domains",
        prepare="trainers.core.domain_judges:prepare",
    ),
    "scogan": Method(
        about="generates image pairs from unpaired domains, with terms that couple the generators",
        config="trainers.joint.scogan.config:SCoGANConfig",
        trainer="trainers.joint.scogan.trainer:SCoGAN",
        uses=("generate", "score", "transform"),
        feed="domains",
        prepare="trainers.core.domain_judges:prepare",
    ),
}
