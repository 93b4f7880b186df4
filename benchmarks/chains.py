"""Networks as lists of plain layers: what operations are counted from, and peers are built from."""

import keras

from nets.cogan import domain_model
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
    "Probabilities": "softmax",
}


def chain(model: keras.Model) -> list[dict]:
    """Returns a network that is one chain of layers as a list, from input to output.

    Args:
      model: such a network; some of its layers may be outputs.

    Returns:
      One dictionary per layer: "name", "kind", "in" and "out" (shapes without the batch), and as
      the kind has them "kernel", "strides", "padding", "bias", "slope", "rate"; "feature" is the
      name of the output that a layer is, if it is one.
    """
    outputs = {t._keras_history.operation.name: name for name, t in model.output.items()}
    rows = []
    shape = model.inputs[0].shape
    for layer in model.layers[1:]:
        out = layer.compute_output_shape(shape)
        row = {
            "name": layer.name,
            "kind": _KINDS[type(layer).__name__],
            "in": list(shape[1:]),
            "out": list(out[1:]),
            "feature": outputs.get(layer.name),
        }
        if row["kind"] in ("conv", "conv_transpose"):
            row |= {
                "kernel": layer.kernel_size[0],
                "strides": layer.strides[0],
                "padding": layer.padding,
            }
        if row["kind"] in ("conv", "conv_transpose", "dense"):
            row["bias"] = layer.use_bias
        if row["kind"] == "leaky_relu":
            row["slope"] = float(layer.negative_slope)
        if row["kind"] == "dropout":
            row["rate"] = layer.rate
        rows.append(row)
        shape = out
    return rows


def _until(rows: list[dict], output: str) -> list[dict]:
    """Returns a chain up to the layer that is this output."""
    last = next(i for i, row in enumerate(rows) if row["feature"] == output)
    return rows[: last + 1]


def networks(updates) -> dict:
    """Returns the networks of a hand-written step, each as a list of one model per domain."""
    if not hasattr(updates, "soft"):
        return {"generator": [updates.generator], "discriminator": [updates.discriminator]}
    found = {
        name: [domain_model(getattr(updates, name), d) for d in DOMAINS[:2]]
        for name in ("generator", "discriminator")
    }
    return found | ({"classifier": [updates.classifier]} if updates.soft else {})


def setup(config, updates) -> dict:
    """Returns networks and settings as JSON can hold them.

    Args:
      config: of `benchmarks.workloads.Workload.config`.
      updates: the hand-written step with the networks.
    """
    found = networks(updates)
    seen = found.get("classifier")
    return {
        "generators": [_until(chain(m), "image") for m in found["generator"]],
        "discriminators": [_until(chain(m), "logits") for m in found["discriminator"]],
        "classifier": _until(chain(seen[0]), "probabilities") if seen else None,
        "config": {
            "loss": config.loss,
            "penalty_weight": config.penalty_weight,
            "critic_steps": config.critic_steps,
            "learning_rate": config.generator_lr,
            "betas": [config.beta_1, config.beta_2],
            "latent": config.latent,
            "latent_size": config.latent_size,
            "feature_weight": getattr(config, "feature_weight", 0.0),
            "feature_layers": getattr(config, "feature_layers", 0),
            "semantic_weight": getattr(config, "semantic_weight", 0.0),
        },
    }
