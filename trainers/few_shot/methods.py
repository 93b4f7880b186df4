"""Methods that learn a task from a few examples."""

from trainers.method import Method

METHODS = {
    "funit": Method(
        about="translates into classes shown by a few images, without training on these classes",
        config="trainers.few_shot.funit.config:FUNITConfig",
        trainer="trainers.few_shot.funit.trainer:FUNIT",
        uses=("translate", "translate_with_code", "encode_class"),
        feed="class_pairs",
        prepare="trainers.unpaired.many_domains.judges:prepare_content",
    ),
    "figr": Method(
        about="images of an unseen class from a few examples, in a few steps from a learned start",
        config="trainers.few_shot.figr.config:FIGRConfig",
        trainer="trainers.few_shot.figr.trainer:FIGR",
        uses=("generate",),
        feed="episodes",
        prepare="trainers.few_shot.figr.judge:prepare",
        adapt="trainers.few_shot.figr.adapt:adapt",
    ),
    "metal_color": Method(
        about="paints gray images; the generator learns new colours from a few images",
        config="trainers.few_shot.metal_color.config:MetalColorConfig",
        trainer="trainers.few_shot.metal_color.trainer:MetalColor",
        uses=("translate",),
        feed="episodes",
        prepare="trainers.few_shot.metal_color.clusters:prepare",
        adapt="trainers.few_shot.metal_color.adapt:adapt",
    ),
    "maml": Method(
        about="initial weights from which a few gradient steps learn a task with few examples",
        config="trainers.few_shot.maml.config:MAMLConfig",
        trainer="trainers.few_shot.maml.trainer:MAML",
        uses=("classify", "predict"),
        feed="episodes",
        adapt="trainers.few_shot.adapt:adapt",
    ),
    "reptile": Method(
        about="initial weights that move towards the solutions of many tasks",
        config="trainers.few_shot.reptile.config:ReptileConfig",
        trainer="trainers.few_shot.reptile.trainer:Reptile",
        uses=("classify", "predict"),
        feed="episodes",
        adapt="trainers.few_shot.adapt:adapt",
    ),
    "metagan": Method(
        about="a few-shot classifier that also detects generated images of the task",
        config="trainers.few_shot.metagan.config:MetaGANConfig",
        trainer="trainers.few_shot.metagan.trainer:MetaGAN",
        uses=("classify",),
        feed="episodes",
        adapt="trainers.few_shot.adapt:adapt",
    ),
    "metal_domains": Method(
        about="translates into domains without labels: a few steps move the weights to the domain",
        config="trainers.few_shot.metal_domains.config:MetalDomainsConfig",
        trainer="trainers.few_shot.metal_domains.trainer:MetalDomains",
        uses=("translate",),
        feed="tasks_beside",
        prepare="trainers.few_shot.metal_domains.judges:prepare",
        adapt="trainers.few_shot.metal_domains.adapt:adapt",
    ),
}
