"""The result of a command."""


class Outcome(str):
    """A text for people, with `values` that tell a script the same.

    Args:
      text: the text.
      **values: values that JSON can represent, by name.
    """

    values: dict

    def __new__(cls, text: str, **values):
        """Makes the str; see the class."""
        outcome = super().__new__(cls, text)
        outcome.values = values
        return outcome
