"""MODEL_CARD.md: the content of metadata.json for human readers."""

import json

from tfgan_kit.numbers import number
from tfgan_kit.report.evaluation_file import numbers_of
from tfgan_kit.report.measures import about, arrow, parse
from tfgan_kit.settings.size import Size

# The settings that say most about how a model was trained, in this order.
_SHOWN = (
    *("network", "width", "image_size", "channels", "batch_size", "seed", "precision", "loss"),
    *("critic_steps", "penalty", "penalty_weight", "optimizer", "generator_lr"),
    *("discriminator_lr", "schedule", "ema_decay"),
    *("shared_generator_layers", "shared_discriminator_layers", "feature_weight"),
    *("semantic_weight", "semantic_form", "cycle_weight", "content_weight", "style_weight"),
)


def model_card(told: dict) -> str:
    """Writes the card.

    Args:
      told: the content of metadata.json.
    """
    parts = [
        f"# {told['name']}, version {told['version']}",
        _what(told),
        "## Training",
        _training(told),
        "## How good it measured",
        _measured(told),
        "## Use",
        _use(told),
        "## Limits",
        _limits(told),
    ]
    return "\n\n".join(parts) + "\n"


def _what(told):
    image = told["image"]
    size = "x".join(map(str, image["shape"]))
    if told["use"] != "generate":
        if told["tells"]:
            does = f"it takes images of {size} and tells {', '.join(told['tells'])} apart"
        else:
            does = f"it was trained to make images of {size} from {', '.join(told['takes'])}"
        return f"It can {told['use']}: {does}. It has {told['parameters']:,} parameters."
    if image["range"] is None:
        made = f"points of {size} coordinates"
    elif image["domains"]:
        listed = ", ".join(image["domains"])
        made = f"images of {size} that belong together, one in each of the domains {listed}"
    else:
        made = f"images of {size}"
    latent = told["latent"]
    drawn = "N(0, 1)" if latent["distribution"] == "normal" else "U(-1, 1)"
    return (
        f"A generator that makes {made}, from latents of {latent['size']} values of {drawn}"
        f"{_of_label(told['label'])}. "
        f"It has {told['parameters']:,} parameters."
    )


def _of_label(label):
    if label is None:
        return ""
    if label["kind"] == "vector":
        return f" and a label of {label['size']} numbers"
    kind = "a class" if label["kind"] == "class" else "attributes"
    also = ["unknown"] if label["unknown"] else []
    return f" and {kind} out of {', '.join(label['names'] + also)}"


def _limits(told):
    bound = "The licence of the training data may bind what is made with it."
    if told["use"] != "generate":
        return f"It knows its training data, with that data's gaps and biases. {bound}"
    return (
        "It makes what resembles its training data, with that data's gaps and biases, and may "
        "repeat single examples of it: whether it does was not measured here unless a measure "
        f"above says so. {bound}"
    )


def _training(told):
    averaged = "an average over the steps" if told["averaged_weights"] else "those of the last step"
    kit = told["made_with"]
    settings = told["settings"]
    rows = [("method", told["method"]), ("data", told["data"]), ("steps", f"{told['steps']:,}")]
    rows += [("weights", averaged)]
    if clone := told.get("adapted"):
        count = {"image": len(clone["images"]), "step": clone["steps"]}
        images, steps = (f"{n} {what}{'s' * (n > 1)}" for what, n in count.items())
        rows += [("adapted to", f"{clone['task']}: {images}, {steps}")]
    unset = (None, "none", [])
    shown = {k: settings[k] for k in _SHOWN if settings.get(k) not in unset and _acts(k, settings)}
    if "image_size" in shown:
        shown["image_size"] = str(Size.of(shown["image_size"]))
    rows += [(k.replace("_", " "), _value(v)) for k, v in shown.items()]
    rows += [(k, v) for k, v in kit.items()]
    return _table(("what", "value"), rows)


def _acts(name, settings):
    """Whether a setting has an effect; those of a term with weight 0 or of no penalty do not."""
    if name == "penalty_weight":
        return settings.get("penalty") != "none"
    if name == "semantic_form":
        return settings["semantic_weight"] != 0
    return not name.endswith("_weight") or settings[name] != 0


def _measured(told):
    entry = told["evaluation"]
    numbers = numbers_of(entry) if entry else {}
    if not numbers:
        return "Nothing was measured of these weights."
    joint, rows = bool(told["image"]["domains"]), []
    for name, value in numbers.items():
        measure = parse(name, joint)
        rows.append((name, number(value), arrow(measure) or "", about(measure)))
    samples = ""
    if "samples" in entry:
        samples = f", on {entry['samples']:,} samples where nothing else is said"
    parts = [
        f"At step {entry['step']:,}{samples}:",
        _table(("measure", "value", "better", "what it is"), rows),
    ]
    references = {name: numbers_of(values) for name, values in entry.get("reference", {}).items()}
    for title, told_of in (
        ("The same of real data, chance and other references, for comparison:", references),
        ("How it was measured:", _protocols(entry.get("protocols", {}))),
    ):
        if told_of:
            parts += [title, "\n".join(_listed(*item) for item in told_of.items())]
    return "\n\n".join(parts)


def _protocols(protocols):
    """The protocols of numbers by their names, each once; "all" has what several share."""
    alike = {}
    for name, told in protocols.items():
        alike.setdefault(json.dumps(told), []).append(name)
    if len(alike) < 2:
        return {", ".join(names): json.loads(told) for told, names in alike.items()}
    first, *others = map(json.loads, alike)
    shared = {k: v for k, v in first.items() if all(o.get(k, o) == v for o in others)}
    own = {
        ", ".join(names): {k: v for k, v in json.loads(told).items() if k not in shared}
        for told, names in alike.items()
    }
    return own | ({"all": shared} if shared else {})


def _listed(name, values):
    return f"* {name}: " + ", ".join(f"{k} {_value(v)}" for k, v in values.items())


def _use(told):
    if told["format"] != "savedmodel":
        return f"`model.{told['format']}` takes {_taken(told)}."
    rows = [
        (f"`{name}`", _tensors(s["inputs"]), _tensors(s["outputs"]))
        for name, s in told["signatures"].items()
    ]
    told_of = dict.fromkeys(s["about"] for s in told["signatures"].values() if "about" in s)
    about = [f"\n\n{line}" for line in told_of]
    return (
        "TensorFlow alone loads it, and TF Serving serves it; `requests/` has a request for each "
        "signature.\n\n" + _table(("signature", "takes", "gives"), rows) + "".join(about)
    )


def _taken(told):
    """The inputs and outputs of the only network in a file."""
    if told["use"] != "generate":
        return "`image`, floats in [-1, 1], and gives a float for each that it tells apart"
    label = ""
    if told["label"]:
        kinds = {"class": "int32, numbers", "attributes": "int32, 0 or 1 for each attribute"}
        how = kinds.get(told["label"]["kind"], "floats")
        how = "weights, floats" if told["format"] == "keras" else how
        label = f" and `label` ({how})"
    return f"`latent`{label} and gives the images as floats"


def _tensors(tensors):
    return ", ".join(
        f"{name}: {t['dtype']} ({', '.join('n' if d is None else str(d) for d in t['shape'])})"
        for name, t in tensors.items()
    )


def _value(value):
    if isinstance(value, float):
        return number(value)
    return ", ".join(map(_value, value)) if isinstance(value, list) else str(value)


def _table(header, rows):
    def line(cells):
        cells = (str(c).replace("|", "\\|").replace("\n", " ") for c in cells)
        return "| " + " | ".join(cells) + " |"

    return "\n".join([line(header), line(["---"] * len(header)), *map(line, rows)])
