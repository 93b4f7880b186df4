"""Networks as lists of plain layers: what operations are counted from, and peers are built from."""

import keras

from nets.sharing import domain_model
from tfgan_kit.settings.names import DOMAINS

_KINDS = {
    "Dense": "dense",
    "Conv2D": "conv",
    "Conv2DTranspose": "conv_transpose",
    "BatchNormalization": "batch_norm",
    "GroupNormalization": "layer_norm",
    "ReLU": "relu",
    "LeakyReLU": "leaky_relu",
    "PReLU": "prelu",
    "Activation": "tanh",
    "MaxPooling2D": "max_pool",
    "Reshape": "reshape",
    "Flatten": "flatten",
    "Dropout": "dropout",
    "NoiseDropout": "noise_dropout",
    "Probabilities": "softmax",
    "Concatenate": "concatenate",
    "Add": "add",
    "Rescaling": "rescaling",
    "PixelShuffle": "pixel_shuffle",
    "ZeroPadding2D": "zero_padding",
    "ReflectionPadding2D": "reflection_padding",
}
# The output that is trained, where it is no image.
_OUTPUTS = {"discriminator": "logits", "classifier": "probabilities"}


def layers_of(model: keras.Model, shapes: dict) -> list[dict]:
    """Returns the layers of a network as a list in which each comes after those that it reads.

    Args:
      model: the network; some of its layers may be outputs.
      shapes: name of an input -> its shape without the batch, for those of any size.

    Returns:
      One dictionary per layer: "name", "kind", "reads" (names of layers and inputs), "in" and "out"
      (shapes without the batch; of several inputs the first's), and as the kind has them "kernel",
      "strides", "padding", "bias", "affine", "slope", "rate", "number", "scale", "offset";
      "feature" is the name of the output that a layer is, if it is one. Zeros around the input of a
      convolution are part of it: its padding is then "zeros", as many on either side.
    """
    outputs = {t._keras_history.operation.name: name for name, t in model.output.items()}
    known = {t.name: (None, *shapes.get(t.name, t.shape[1:])) for t in model.inputs}
    rows, zeros = [], {}
    for node in _nodes(model):
        layer, reads = node.operation, [t._keras_history.operation.name for t in node.input_tensors]
        inputs = [known[name] for name in reads]
        out = layer.compute_output_shape(inputs if len(inputs) > 1 else inputs[0])
        known[layer.name] = out
        row = {
            "name": layer.name,
            "kind": _KINDS[type(layer).__name__],
            "reads": reads,
            "in": list(inputs[0][1:]),
            "out": list(out[1:]),
            "feature": outputs.get(layer.name),
        }
        if row["kind"] == "zero_padding":
            zeros[layer.name] = row
            continue
        row |= _settings(layer, row["kind"])
        if reads[0] in zeros:
            row |= {key: zeros[reads[0]][key] for key in ("reads", "in")} | {"padding": "zeros"}
        rows.append(row)
    return rows


def _nodes(model):
    """The calls of the model's layers, each after those whose results it reads."""
    by_depth = model._nodes_by_depth
    return [
        n for depth in sorted(by_depth, reverse=True) for n in by_depth[depth] if n.input_tensors
    ]


def _settings(layer, kind):
    match kind:
        case "conv" | "conv_transpose":
            return {
                "kernel": layer.kernel_size[0],
                "strides": layer.strides[0],
                "padding": layer.padding,
                "bias": layer.use_bias,
            }
        case "dense":
            return {"bias": layer.use_bias}
        case "layer_norm":
            kind = "layer_norm" if layer.groups == 1 else "instance_norm"
            return {"kind": kind, "affine": layer.scale}
        case "leaky_relu":
            return {"slope": float(layer.negative_slope)}
        case "dropout":
            return {"rate": layer.rate}
        case "noise_dropout":
            return {"rate": layer.rate, "number": layer.number}
        case "rescaling":
            return {"scale": layer.scale, "offset": layer.offset}
        case "pixel_shuffle":
            return {"scale": layer.scale}
        case "reflection_padding":
            return {"padding": layer.padding}
    return {}


def _until(rows: list[dict], output: str) -> list[dict]:
    """Returns a list of layers up to the one that is this output."""
    last = next(i for i, row in enumerate(rows) if row["feature"] == output)
    return rows[: last + 1]


def networks(updates) -> dict:
    """Returns the networks of a hand-written step, each as a list of one model per domain."""
    found = {name: _by_domain(model) for name, model in updates.networks.items()}
    if getattr(updates, "soft", False):
        found["classifier"] = [updates.classifier] * len(found["generator"])
    return found


def _by_domain(model):
    """The parts of a network of several domains, whose outputs end in their letters."""
    letters = [d for d in DOMAINS[:2] if any(name.endswith(f"_{d}") for name in model.output)]
    return [domain_model(model, d) for d in letters] or [model]


def setup(config, updates) -> dict:
    """Returns networks and settings as JSON can hold them.

    Args:
      config: of `benchmarks.loops.workloads.Workload.config`.
      updates: the hand-written step with the networks.

    Returns:
      "kind" of the step; "networks", for each name a list of layers per domain, see `layers_of`;
      "config", the settings.
    """
    return {
        "kind": updates.kind,
        "networks": {
            name: [
                _until(layers_of(m, updates.shapes), _OUTPUTS.get(name, "image")) for m in models
            ]
            for name, models in networks(updates).items()
        },
        "config": {
            "loss": config.loss,
            "critic_steps": config.critic_steps,
            "betas": [config.beta_1, config.beta_2],
            "epsilon": config.epsilon,
            # Whether each generator also maps back what the other has made.
            "cycled": updates.kind == "cyclegan",
            **(_of_latents if updates.kind == "latents" else _of_images)(config),
        },
    }


def _of_latents(config):
    return {
        "made_once": False,
        "learning_rate": config.generator_lr,
        "penalty_weight": config.penalty_weight,
        "latent": config.latent,
        "latent_size": config.latent_size,
        "feature_weight": getattr(config, "feature_weight", 0.0),
        "feature_layers": getattr(config, "feature_layers", 0),
        "semantic_weight": getattr(config, "semantic_weight", 0.0),
    }


def _of_images(config):
    """Both players see the same images of a pass."""
    return {
        "made_once": True,
        "learning_rate": getattr(config, "pretrain_lr", config.generator_lr),
        "l1_weight": getattr(config, "l1_weight", 0.0),
        "adversarial_weight": config.adversarial_weight,
        "cycle_weight": getattr(config, "cycle_weight", 0.0),
        "scale": getattr(config, "scale", 1),
    }
