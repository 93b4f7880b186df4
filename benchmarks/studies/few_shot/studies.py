"""The studies of methods for few examples: which runs are compared, and by which measures."""

from benchmarks.studies.paired_studies import Study, Variant, of

_ERRORS = ("figure_error", "ground_error", "content_kept")
_STEPS = (0, 1, 5, 10, 50)
_STYLES = ("style_reached", "content_kept", "l1")
_ACCURACIES = tuple(f"task_accuracy{how}_at_{steps}" for how in ("", "_alone") for steps in _STEPS)
# Networks as small as those of `styles-small`, and about as many seconds of a processor.
_TOLD = {
    "dataset": "style_domains",
    "classes": ("plain", "edge", "negative", "colour"),
    **{"filters": 8, "blocks": 2, "discriminator_layers": 3},
}

STUDIES = {
    # Liu et al. 2019: table 1 and figure 3, how many images show a class.
    "palettes": of(
        "funit",
        "palettes-small",
        {"FUNIT": {}},
        tuple(f"{name}_k{k}{end}" for end in ("", "_seen") for k in (1, 5, 20) for name in _ERRORS),
    ),
    # From which start do a few steps lead to an unseen class?
    "starts": of(
        "figr",
        "figr-small",
        {
            "adapted from FIGR's start": {},
            # One step on each task is a step on their mean: a GAN of all classes together, with as
            # many images in a step, and as many steps of Adam.
            "adapted from a plain GAN": {"inner_steps": 1, "batch_size": 10},
            "from scratch": {"steps": 1, "learning_rate": 0},
        },
        tuple(f"{name}_at_{k}" for name in ("task_distance", "recognised") for k in _STEPS),
    ),
    # Finn et al. 2017, section 5.1; Nichol et al. 2018 take the same tasks.
    "sinusoids": Study(
        {
            "MAML": Variant("maml", "sinusoids-small", {}),
            "MAML, first-order": Variant("maml", "sinusoids-small", {"first_order": True}),
            "Reptile": Variant("reptile", "sinusoids-small", {}),
            "joint training": Variant("maml", "sinusoids-small", {"inner_steps": 0}),
        },
        tuple(f"task_error_at_{steps}" for steps in _STEPS),
    ),
    # Zhang et al. 2018: without the fake class, MetaGAN is first-order MAML.
    "glyphs": Study(
        {
            "MAML": Variant("maml", "glyphs-small", {}),
            "MAML, first-order": Variant("maml", "glyphs-small", {"first_order": True}),
            "Reptile": Variant("reptile", "glyphs-small", {}),
            "MetaGAN": Variant("metagan", "glyphs-small", {}),
        },
        _ACCURACIES,
    ),
    # The thesis, chapter 8: domains without labels, beside StarGAN with those of the seen ones.
    "styles": Study(
        {
            "MetalGAN": Variant("metal_domains", "styles-small", {}),
            "MetalGAN, no domain term": Variant(
                "metal_domains",
                "styles-small",
                {"loss_weights": (1, 0, 10, 1), "adapted_weights": (100, 0, 1, 1)},
            ),
            "StarGAN": Variant("stargan", "recolour-small", _TOLD),
            # Else it may exchange the digits.
            "StarGAN with identity": Variant(
                "stargan", "recolour-small", {**_TOLD, "identity_weight": 10}
            ),
        },
        (
            *(f"{n}{seen}_at_{k}" for seen in ("_seen", "") for k in _STEPS for n in _STYLES),
            *("accuracy", "content_kept", "l1"),
        ),
    ),
}
