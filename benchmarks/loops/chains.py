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
}


def layers_of(model: keras.Model, shapes: dict) -> list[dict]:
    """Returns the layers of a network as a list in which each comes after those that it reads.

    Args:
      model: the network; some of its layers may be outputs.
      shapes: name of an input -> its shape without the batch, for those of any size.

    Returns:
      One dictionary per layer: "name", "kind", "reads" (names of layers and inputs), "in" and "out"
      (shapes without the batch; of several inputs the first's), and as the kind has them "kernel",
      "strides", "padding", "bias", "slope", "rate", "number", "scale", "offset"; "feature" is the
      name of the output that a layer is, if it is one. Zeros around the input of a convolution are
      part of it: its padding is then "zeros", as many on either side.
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
            return {"kind": "layer_norm" if layer.groups == 1 else "instance_norm"}
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
    return {}


def _until(rows: list[dict], output: str) -> list[dict]:
    """Returns a list of layers up to the one that is this output."""
    last = next(i for i, row in enumerate(rows) if row["feature"] == output)
    return rows[: last + 1]


def networks(updates) -> dict:
    """Returns the networks of a hand-written step, each as a list of one model per domain."""
    names = [name for name in ("generator", "discriminator") if hasattr(updates, name)]
    if not hasattr(updates, "soft"):
        return {name: [getattr(updates, name)] for name in names}
    found = {name: [domain_model(getattr(updates, name), d) for d in DOMAINS[:2]] for name in names}
    return found | ({"classifier": [updates.classifier]} if updates.soft else {})


def setup(config, updates) -> dict:
    """Returns networks and settings as JSON can hold them.

    Args:
      config: of `benchmarks.loops.workloads.Workload.config`.
      updates: the hand-written step with the networks.
    """
    found = networks(updates)

    def listed(name, output):
        return [_until(layers_of(m, updates.shapes), output) for m in found.get(name, ())]

    classifier = listed("classifier", "probabilities")
    return {
        "kind": updates.kind,
        "generators": listed("generator", "image"),
        "discriminators": listed("discriminator", "logits"),
        "classifier": classifier[0] if classifier else None,
        "config": {
            "loss": config.loss,
            "critic_steps": config.critic_steps,
            "betas": [config.beta_1, config.beta_2],
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
        "scale": getattr(config, "scale", 1),
    }
