"""Methods that learn a task from a few examples."""

from trainers.method import Method

METHODS = {
    "funit": Method(
        about="images into classes that a few images show, without training on these classes",
        config="trainers.few_shot.funit.config:FUNITConfig",
        trainer="trainers.few_shot.funit.trainer:FUNIT",
        uses=("translate", "translate_with_code", "encode_class"),
        feed="class_pairs",
        prepare="trainers.unpaired.many_domains.judges:prepare_content",
    ),
    "figr": Method(
        about="images of an unseen class from a few of them, after some steps from a learned start",
        config="trainers.few_shot.figr.config:FIGRConfig",
        trainer="trainers.few_shot.figr.trainer:FIGR",
        uses=("generate",),
        feed="episodes",
        prepare="trainers.few_shot.figr.judge:prepare",
        adapt="trainers.few_shot.figr.adapt:adapt",
    ),
    "metal_color": Method(
        about="colours by lightness, from a generator that learns new ones from a few images",
        config="trainers.few_shot.metal_color.config:MetalColorConfig",
        trainer="trainers.few_shot.metal_color.trainer:MetalColor",
        uses=("translate",),
        feed="episodes",
        prepare="trainers.few_shot.metal_color.clusters:prepare",
        adapt="trainers.few_shot.metal_color.adapt:adapt",
    ),
    "maml": Method(
        about="a start from which one or a few gradient steps learn a task of few examples",
        config="trainers.few_shot.maml.config:MAMLConfig",
        trainer="trainers.few_shot.maml.trainer:MAML",
        uses=("classify", "predict"),
        feed="episodes",
        adapt="trainers.few_shot.adapt:adapt",
    ),
    "reptile": Method(
        about="a start that moves towards what each of many tasks is learned to",
        config="trainers.few_shot.reptile.config:ReptileConfig",
        trainer="trainers.few_shot.reptile.trainer:Reptile",
        uses=("classify", "predict"),
        feed="episodes",
        adapt="trainers.few_shot.adapt:adapt",
    ),
    "metagan": Method(
        about="a few-shot classifier that also tells generated images of the task apart",
        config="trainers.few_shot.metagan.config:MetaGANConfig",
        trainer="trainers.few_shot.metagan.trainer:MetaGAN",
        uses=("classify",),
        feed="episodes",
        adapt="trainers.few_shot.adapt:adapt",
    ),
    "metal_domains": Method(
        about="images into domains, without labels: the weights move to the domain in a few steps",
        config="trainers.few_shot.metal_domains.config:MetalDomainsConfig",
        trainer="trainers.few_shot.metal_domains.trainer:MetalDomains",
        uses=("translate",),
        feed="tasks_beside",
        prepare="trainers.few_shot.metal_domains.judges:prepare",
        adapt="trainers.few_shot.metal_domains.adapt:adapt",
    ),
}
