"""The processes that train together: their addresses, and the index of this process."""

import dataclasses
import json
import re

from tfgan_kit import __version__
from tfgan_kit.errors import UserError
from tfgan_kit.settings.arguments import not_negative, positive
from tfgan_kit.settings.option import flag

VARIABLE = "TF_CONFIG"
_OWN = ("data_dir", "devices")  # Settings that may differ between workers.
_FORM = '{"cluster": {"worker": ["host:port", ...]}, "task": {"type": "worker", "index": 0}}'


@dataclasses.dataclass(frozen=True)
class Workers:
    """The processes that train together. This belongs to the process and not to the run.

    Attributes:
      addresses: "host:port" of each; may be empty for a single process.
      index: index of this process. Worker 0 writes the run's files.
      timeout: seconds to wait for the others at the start.
      source: where the addresses come from, for messages.
    """

    addresses: tuple[str, ...] = ()
    index: int = 0
    timeout: int = 300
    source: str = "--workers"

    def __post_init__(self):
        for address in self.addresses:
            host, port = split_address(address)
            if not host or not re.fullmatch(r"[1-9]\d{0,4}", port) or int(port) > 65535:
                raise UserError(
                    f"{self.source}: {address!r} is not an address; write host:port, with a port "
                    "from 1 to 65535"
                )
            if self.addresses.count(address) > 1:
                raise UserError(f"{self.source}: {address} occurs twice; each worker needs its own")
        if self.addresses and not 0 <= self.index < len(self.addresses):
            raise UserError(
                f"{'--worker-index' if self.source == '--workers' else self.source}: there is no "
                f"worker {self.index}; the {len(self.addresses)} workers are numbered from 0"
            )

    @property
    def several(self) -> bool:
        """Whether there are other workers."""
        return len(self.addresses) > 1

    @property
    def is_chief(self) -> bool:
        """Whether this worker writes the run's files."""
        return self.index == 0

    def named(self, index: int) -> str:
        """A worker in words."""
        return f"worker {index} ({self.addresses[index]})"


ALONE = Workers()


def split_address(address: str) -> tuple[str, str]:
    """The host, without IPv6 brackets, and the port."""
    host, _, port = address.rpartition(":")
    return host.removeprefix("[").removesuffix("]"), port


def add_worker_arguments(parser) -> None:
    """Adds the flags that define which processes train together."""
    parser.add_argument(
        "--workers", metavar="HOST:PORT,...", help="train with these processes (or TF_CONFIG)"
    )
    parser.add_argument(
        "--worker-index", metavar="I", type=not_negative, help="index of this process, from 0"
    )
    parser.add_argument(
        "--worker-timeout",
        metavar="SECONDS",
        type=positive,
        default=Workers.timeout,
        help=f"how long to wait for the others at the start (default: {Workers.timeout})",
    )


def take_worker_arguments(given: dict, environ) -> Workers:
    """Removes the arguments of `add_worker_arguments` from the parsed arguments.

    Args:
      given: the arguments.
      environ: environment variables. `TF_CONFIG` is used if there is no `--workers`.

    Raises:
      UserError: for an invalid or repeated address, an index without a worker, one of the two flags
        without the other, or a malformed `TF_CONFIG`.
    """
    listed, index, timeout = (given.pop(f"worker{end}") for end in ("s", "_index", "_timeout"))
    if (listed is None) != (index is None):
        raise UserError("--workers and --worker-index need each other; give both")
    if listed is not None:
        return Workers(tuple(part.strip() for part in listed.split(",")), index, timeout)
    if environ.get(VARIABLE, "").strip():
        return _from_variable(environ[VARIABLE], timeout)
    return Workers(timeout=timeout)


def _from_variable(text, timeout):
    """Reads TF_CONFIG, where the first worker may have its own job called "chief"."""
    try:
        content = json.loads(text)
        cluster = content.get("cluster") or {}
        jobs = {name: cluster[name] for name in sorted(cluster)}  # The chief comes first.
        addresses = tuple(address for job in jobs.values() for address in job)
        if not all(isinstance(address, str) for address in addresses):
            raise TypeError
        if unknown := set(jobs) - {"chief", "worker"}:
            raise UserError(f"{VARIABLE}: training has no job {min(unknown)!r}, only workers")
        if not addresses:
            return Workers(timeout=timeout)
        kind, index = content["task"]["type"], int(content["task"]["index"])
        if kind not in jobs or not 0 <= index < len(jobs[kind]):
            raise UserError(f"{VARIABLE}: the cluster has no {kind} {index}")
    except (ValueError, TypeError, AttributeError, KeyError):
        raise UserError(f"{VARIABLE} is malformed; it needs the form {_FORM}") from None
    before = len(jobs.get("chief", ())) if kind == "worker" else 0
    return Workers(addresses, before + index, timeout, VARIABLE)


def to_agree(config) -> dict:
    """The settings that must be the same for all workers: name -> value.

    Args:
      config: the run's configuration as given.
    """
    settings = {flag(k): v for k, v in dataclasses.asdict(config).items() if k not in _OWN}
    return {**settings, "the tfgan-kit": __version__}
