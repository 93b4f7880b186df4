"""The translating network between two: of a run's first stage and its last, or of two runs."""

from tfgan_kit.errors import UserError
from tfgan_kit.models.interpolate import interpolate
from tfgan_kit.runs.saved_run import SavedRun
from tfgan_kit.uses.apply import Bound


def between(saved: SavedRun, alpha: float, other: SavedRun | None = None) -> Bound:
    """The use `translate` with networks whose weights are (1 - alpha) other + alpha saved.

    Args:
      saved: the run at alpha 1.
      alpha: in [0, 1].
      other: the run at alpha 0; by default the run's own first stage, its use `reconstruct`.

    Raises:
      UserError: if there are no networks to translate with, or no networks lie between them; see
        `tfgan_kit.models.interpolate`.
    """
    last = saved.bound("translate")
    if other is not None:
        first = other.bound("translate")
    elif "reconstruct" in saved.uses:
        first = saved.bound("reconstruct")
    else:
        raise UserError(
            f"--alpha {alpha}: {saved.run.path} keeps no network of a first stage; name the run "
            "that has it with --alpha-from RUN"
        )
    if len(first.networks) != len(last.networks):
        raise UserError(
            f"--alpha-from {other.run.path}: translates with {len(first.networks)} networks, and "
            f"{saved.run.path} with {len(last.networks)}; choose two runs of one method"
        )
    networks = {
        call.network: interpolate(*pair, alpha)
        for call, pair in zip(
            last.use.calls, zip(first.networks, last.networks, strict=True), strict=True
        )
    }
    return Bound(last.use, networks)
