"""Workers other than worker 0: they compute, and leave all writing to worker 0."""

from tfgan_kit.engine.session import LEFT, Session
from tfgan_kit.machine.team import WorkerLost


class Follower(Session):
    """Another worker's part of a run. It reads the checkpoint that the run resumes from, if any.

    Takes the arguments of `Session`; the directory `run` need not exist unless the run is resumed.
    """

    def _open_record(self):
        self._journal = _Nothing()

    def _warn(self):
        pass

    def _agree(self, length):
        length, stop = super()._agree(length)
        if length == LEFT:
            if stop:
                raise self._interruption()
            raise WorkerLost(
                f"worker 0 ({self._team.addresses[0]}) had to stop at step {self.step}: see what "
                "it printed"
            )
        return length, stop

    def _show_real(self):
        pass

    def _sample(self):
        pass

    def _events(self, recent):
        self._rows = []
        # What stops worker 0 stops all workers.
        if self.step == self.config.steps or self.step % self.config.checkpoint_every == 0:
            self._check_variables()

    def _interrupted(self):
        raise self._interruption()


class _Nothing:
    """The log of a worker that writes none."""

    def line(self, text):
        pass

    def close(self):
        pass
