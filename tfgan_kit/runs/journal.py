"""What a run records as it goes: log.txt, metrics.csv and TensorBoard events."""

import contextlib
import csv
import shutil
from pathlib import Path

import tensorflow as tf

from tfgan_kit.errors import UserError
from tfgan_kit.machine.files import NotWritten, write_bytes, writing
from tfgan_kit.machine.plain_path import plain_folder
from tfgan_kit.wording import one_line


class Journal:
    """The written record of one run.

    After an interruption the record is cut back to the checkpoint that the run continues from, so
    that a resumed run leaves the same record as one that was never stopped.

    Args:
      run: the `RunDir`.
      step: the step that the run continues from; later rows are dropped.
      log_every: steps between rows. A row at any other step came from the end of a shorter run: the
        next full row includes its steps, so it is dropped, too.
      ends: steps at which stages end, which have their own rows.
    """

    def __init__(self, run, step: int, log_every: int, ends=()):
        self._run = run
        try:
            rows = [_checked(row) for row in read_metrics(run.metrics)]
        except (KeyError, TypeError, ValueError):
            raise UserError(f"{run.metrics} is damaged; move it out of the way") from None
        rows = [r for r in rows if int(r["step"]) <= step]
        rows = [r for r in rows if int(r["step"]) % log_every == 0 or int(r["step"]) in ends]
        with writing(run.log):
            self._log = open(run.log, "a", encoding="utf-8")  # noqa: SIM115 (as long as the run)
        self._columns = list(rows[0]) if rows else None
        shutil.rmtree(run.tensorboard, ignore_errors=True)
        self._open = contextlib.ExitStack()  # Open as long as the run.
        with writing(run.tensorboard):
            run.tensorboard.mkdir()
            folder = self._open.enter_context(plain_folder(run.tensorboard))
            self._writer = tf.summary.create_file_writer(folder)
        if rows:
            self._write(rows)
            for row in rows:
                self._scalars({k: float(v) for k, v in row.items() if v})
        else:
            Path(run.metrics).unlink(missing_ok=True)
        for path in sorted(run.samples.glob("*.png")):
            if not path.stem.isdigit():
                continue  # A picture that the user put there.
            if int(path.stem) > step:
                path.unlink()
            else:
                self.image(int(path.stem), path)

    def _write(self, rows):
        text = [",".join(self._columns)]
        text += [",".join(row.get(c, "") for c in self._columns) for row in rows]
        write_bytes(("\n".join(text) + "\n").encode(), self._run.metrics)

    def line(self, text: str) -> None:
        """Appends one line to log.txt."""
        with writing(self._run.log):
            print(one_line(text), file=self._log, flush=True)

    def metrics(self, row: dict) -> None:
        """Appends one row, whose "step" is an integer and whose other values are floats.

        A metric that first appears later gets a new column, which is empty in the rows above; the
        column of a metric that disappears stays empty.
        """
        new = self._columns is None
        if new:
            self._columns = list(row)
        elif any(name not in self._columns for name in row):
            self._columns += [name for name in row if name not in self._columns]
            self._write(read_metrics(self._run.metrics))
        metrics = self._run.metrics
        with writing(metrics), open(metrics, "a", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, self._columns, lineterminator="\n")
            if new:
                writer.writeheader()
            writer.writerow(row)
        self._scalars(row)

    def _scalars(self, row):
        step = int(row["step"])
        with self._events():
            for name, value in row.items():
                if name != "step":
                    tf.summary.scalar(name, value, step=step)

    @contextlib.contextmanager
    def _events(self):
        """Flushes events to disk, so that a write error is raised here."""
        with writing(self._run.tensorboard):
            with self._writer.as_default():
                yield
            self._writer.flush()

    def image(self, step: int, path) -> None:
        """Shows a PNG in TensorBoard."""
        metadata = tf.compat.v1.SummaryMetadata()
        metadata.plugin_data.plugin_name = "images"
        png = Path(path).read_bytes()
        size = [str(int.from_bytes(png[i : i + 4], "big")) for i in (16, 20)]
        before = self._event_bytes()
        with self._events():
            tf.summary.write("samples", tf.constant([*size, png]), step=step, metadata=metadata)
        # TensorFlow silently drops an event that is larger than its buffer.
        if self._event_bytes() < before + len(png):
            raise NotWritten(self._run.tensorboard, "a picture is not there in full")

    def _event_bytes(self):
        return sum(path.stat().st_size for path in self._run.tensorboard.iterdir())

    def close(self) -> None:
        """Closes the files. Everything written is on disk, or an error was raised."""
        for file, path in ((self._log, self._run.log), (self._writer, self._run.tensorboard)):
            with contextlib.suppress(NotWritten), writing(path):
                file.close()
        self._open.close()


def _checked(row):
    """Returns the row; raises an error if a column is neither a number nor an empty string."""
    int(row["step"])
    for value in row.values():
        if value != "":  # The metric appeared later.
            float(value)
    return row


def read_metrics(path) -> list[dict[str, str]]:
    """Reads metrics.csv, except for an incomplete last row."""
    try:
        text = Path(path).read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    return list(csv.DictReader(text[: text.rfind("\n") + 1].splitlines()))
