"""The run of a large generator that a small one learns from."""

from collections.abc import Mapping

import keras
import tensorflow as tf

from tfgan_kit.attention.generator_maps import GeneratorMaps
from tfgan_kit.errors import UserError, suggest
from tfgan_kit.fields import Field
from tfgan_kit.fields.network import to_network
from tfgan_kit.runs.saved_run import SavedRun


class Teacher:
    """A trained generator (input, label) and the discriminator that tells its classes.

    Args:
      path: the run.

    Attributes:
      networks: "teacher_generator", the average if there is one, and "teacher_discriminator".
      label: the `Field` of the label that the generator takes.
      maps: the `GeneratorMaps` of both.

    Raises:
      UserError: if there is no such run, or it is not one of such networks.
    """

    def __init__(self, path: str):
        if not path:
            raise UserError("the teacher is missing; name its run with --teacher DIR")
        self._called = f"--teacher {path}"
        try:
            saved = SavedRun(path)
        except UserError as error:
            raise UserError(f"--teacher: {error}") from None
        use = saved.uses.get("translate")
        if use is None or set(use.inputs) != {"input", "label"}:
            raise UserError(
                f"{self._called} is a run of {saved.method}; name one whose generator takes an "
                "image and a label and nothing else, such as one of stargan"
            )
        self.label: Field = use.inputs["label"]
        generator, judge = saved.load(use.calls[0].network), saved.load("discriminator")
        self.networks = {"teacher_generator": generator, "teacher_discriminator": judge}
        self.maps = GeneratorMaps(generator, judge, self._called)
        (image,) = keras.tree.flatten(judge.input)
        self._shape = tuple(image.shape[1:])

    def discriminator_filters(self) -> int:
        """The channels of the first map of its discriminator."""
        return self.networks["teacher_discriminator"].output["features_1"].shape[-1]

    def check_images(self, shape: tuple[int, ...]) -> None:
        """Raises UserError if the student has images of another shape."""
        if self._shape != shape:
            own, ours = ("x".join(map(str, each)) for each in (self._shape, shape))
            height, width, channels = self._shape
            raise UserError(
                f"{self._called} has images of {own}, this run of {ours}, and their maps have "
                f"other sizes; give --image-size {height}x{width} --channels {channels}, or a "
                "teacher of that size"
            )

    def same(self, label: Field) -> dict[str, str]:
        """Each class or attribute of the student -> itself, for `Partners`.

        Raises:
          UserError: if the student's are not the teacher's.
        """
        own, ours = set(self.label.names), set(label.names)
        if own != ours:
            lacks = ", ".join(sorted(ours - own)) or "none of them"
            more = ", ".join(sorted(own - ours)) or "no others"
            raise UserError(
                f"{self._called} must know the same labels as this run: it lacks {lacks}, and "
                f"knows {more}; train it on the same labels, or take pseudo_attention with "
                "--partners"
            )
        return {name: name for name in label.names}

    def partners(self, label: Field, names: Mapping[str, str]) -> "Partners":
        """What the teacher is asked for in place of each label of the student.

        Args:
          label: the student's.
          names: name of each class or attribute -> that of its partner.

        Raises:
          UserError: if there is no such name, one has no partner, or labels are of other kinds.
        """
        if label.kind != self.label.kind:
            kinds = {"class": "classes", "attributes": "attributes"}
            raise UserError(
                f"{self._called} has {kinds[self.label.kind]}, this run {kinds[label.kind]}; name "
                "a teacher with the same kind of labels"
            )
        for given, known, whose in (
            (names, label.names, "this run"),
            (names.values(), self.label.names, "the teacher"),
        ):
            for name in given:
                if name not in known:
                    raise UserError(
                        f"--partners: {whose} has no {name!r}{suggest(name, known)}; there are "
                        f"{', '.join(known)}"
                    )
        for name in label.names:
            if name not in names:
                raise UserError(
                    f"--partners: {name} has none; add '{name}=NAME', where NAME is one of "
                    f"{', '.join(self.label.names)}"
                )
        return Partners(label, self.label, names)


class Partners:
    """Labels of the teacher in place of those of the student.

    Args:
      ours, theirs: the fields of the labels, both of one kind.
      names: name of each of ours -> name of one of theirs.
    """

    def __init__(self, ours: Field, theirs: Field, names: Mapping[str, str]):
        self._theirs = theirs
        self._numbers = [theirs.names.index(names[name]) for name in ours.names]

    def number(self, classes):
        """The teacher's number for numbers of the student's, (b,)."""
        return tf.gather(tf.constant(self._numbers, classes.dtype), classes)

    def network_input(self, labels):
        """The teacher's label, as its generator takes it.

        An attribute that is nobody's partner does not apply.

        Args:
          labels: the student's, integers (b,), or (b, attributes) of 0 and 1; -1 where unknown.
        """
        theirs = self._theirs
        if theirs.kind == "class":
            return to_network(
                theirs, tf.where(labels < 0, labels, self.number(tf.maximum(labels, 0)))
            )
        places = {number: place for place, number in enumerate(self._numbers)}
        columns = [
            labels[:, places[number]] if number in places else tf.zeros_like(labels[:, 0])
            for number in range(len(theirs.names))
        ]
        found = tf.stack(columns, 1)
        return to_network(theirs, found if theirs.unknown else tf.maximum(found, 0))
