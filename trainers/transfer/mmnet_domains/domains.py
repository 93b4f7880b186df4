"""The names of the domains: what they may be, and which is the anchor."""

import itertools
import re

from tfgan_kit.errors import UserError, suggest
from tfgan_kit.settings.names import DOMAINS
from trainers.transfer.mmnet_domains.uses import name_of

FEWEST = 3  # Of two, each translation would be trained.
# What translations call other things.
_RESERVED = ("weights", "compare")


def check_names(names, data: str) -> None:
    """Raises UserError if there are too few domains, or networks and uses cannot bear their names.

    Args:
      names: of the domains.
      data: name of the data set, for messages.
    """
    where = f"--dataset {data}"
    if len(names) < FEWEST:
        raise UserError(
            f"{where}: {len(names)} domain{'s' * (len(names) != 1)}, but this method needs "
            f"{FEWEST} or more; add some, or train cyclegan between two"
        )
    for name in names:
        letters = len(name) == 2 and set(name) <= set(DOMAINS)
        if name in _RESERVED or letters or not re.fullmatch(r"[A-Za-z0-9_-]+", name):
            raise UserError(
                f"{where}: no domain can be called {name!r}; rename it, with letters, digits, - "
                "and _"
            )
    pairs = {}
    for pair in itertools.permutations(names, 2):
        clash = pairs.setdefault(name_of(*pair), pair)
        if clash != pair:
            raise UserError(
                f"{where}: {' to '.join(clash)} and {' to '.join(pair)} would be called the same; "
                "rename a domain"
            )


def anchor_of(names, config) -> str:
    """The name of the anchor.

    Args:
      names: of the domains.
      config: the `MMNetDomainsConfig`.

    Raises:
      UserError: if it is no domain.
    """
    if config.anchor is None:
        return names[0]
    if config.anchor not in names:
        raise UserError(
            f"--anchor {config.anchor}: {config.dataset} has no such domain"
            f"{suggest(config.anchor, names)}; there are {', '.join(names)}"
        )
    return config.anchor
