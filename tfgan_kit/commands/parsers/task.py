"""The options of commands that adapt a run to a task first, and the parser of `main.py adapt`."""

from tfgan_kit.errors import UserError
from tfgan_kit.settings.arguments import Parser, add_best, not_negative, positive, with_manners
from tfgan_kit.settings.option import flag

OPTIONS = ("task", "shots", "adapt_steps", "save_adapted")


def add_task(parser: Parser, *, always: bool = False) -> None:
    """Adds the options of a task.

    Args:
      parser: the command's parser, which has --seed and --best.
      always: whether the command always adapts, and keeps the result.
    """
    group = parser.add_argument_group(
        "a task to adapt to, for methods of the family few_shot" if not always else "the task"
    )
    group.add_argument(
        "--task",
        required=always,
        metavar="FOLDER|CLASS[,...]",
        help="a folder of images, or with a folder for each class; or else one or more classes of "
        "the run's data",
    )
    group.add_argument(
        "--shots",
        type=positive,
        metavar="INT",
        help="images of the task, or of each class, chosen by the seed (default: as in training)",
    )
    group.add_argument(
        "--adapt-steps",
        type=positive,
        metavar="INT",
        help="steps on these images (default: the inner steps of training)",
    )
    group.add_argument(
        "--save-adapted",
        required=always,
        metavar="NAME",
        help="keep the adapted networks as DIR/adapted/NAME, which can be used like a run"
        + ("" if always else " (default: they are discarded)"),
    )


def take_task(given: dict) -> dict | None:
    """Takes the options of a task out of the arguments of a command.

    Returns:
      The options by name, or None without --task.

    Raises:
      UserError: if there are others without --task.
    """
    asked = {name: given.pop(name) for name in OPTIONS}
    if asked["task"] is None:
        for name, value in asked.items():
            if value is not None:
                raise UserError(f"{flag(name)} needs --task FOLDER, or the name of a class")
        return None
    return asked


def adapt() -> Parser:
    """The parser of `main.py adapt`."""
    parser = Parser(
        prog="main.py adapt",
        description="Adapts a run to a task given by a few images, and keeps the clone. "
        "`sample` and `translate` can adapt by themselves, with the same options.",
        examples=[
            "adapt runs/glyphs --task my_glyph/ --shots 4 --save-adapted mine",
            "adapt runs/glyphs --task 9-plain-90 --adapt-steps 50 --save-adapted nine",
        ],
    )
    parser.add_argument("run_dir", metavar="DIR")
    add_task(parser, always=True)
    parser.add_argument(
        "--seed",
        type=not_negative,
        help="seed of the image choice and the noise (default: the run's)",
    )
    add_best(parser)
    return with_manners(parser)
