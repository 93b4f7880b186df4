"""What a command has done."""


class Outcome(str):
    """In words for a person, and with `values` that say the same to a script.

    Args:
      text: the words.
      **values: name -> what JSON can hold.
    """

    values: dict

    def __new__(cls, text: str, **values):
        """See above; a str is made here."""
        outcome = super().__new__(cls, text)
        outcome.values = values
        return outcome
