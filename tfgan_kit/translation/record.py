"""The record of a folder of translations, by which a stopped command goes on."""

import csv
import json
from pathlib import Path

from tfgan_kit.errors import UserError
from tfgan_kit.machine.files import make_folder, write_json, writing

ROWS, SETTINGS = "translations.csv", "translations.json"


class Record:
    """What has been translated into a folder.

    Args:
      folder: the folder; new, empty, or one in which the same command was stopped, or any that
        translated nothing.
      settings: what determines the translations, as JSON values.
      columns: names of the columns; the first is the input's path.
      force: whether to begin anew in a folder with other files, which are replaced one by one.

    Attributes:
      done: the rows written before, by input.

    Raises:
      UserError: if the folder holds other files, or translations with other settings.
    """

    def __init__(self, folder: Path, settings: dict, columns: tuple[str, ...], *, force: bool):
        self._rows, self._columns = folder / ROWS, columns
        self.done: dict[str, dict] = {}
        before = _read(folder / SETTINGS)
        if before == settings and not force:
            self.done = self._before()
        elif not force and not self._is_free(folder):
            what = "translations with other settings" if before else "other files"
            raise UserError(
                f"--output {folder} holds {what}; give a new folder, or --force to replace files"
            )
        make_folder(folder)
        if not self.done:
            write_json(settings, folder / SETTINGS)
            with writing(self._rows), open(self._rows, "w", newline="") as file:
                csv.writer(file).writerow(columns)

    def add(self, row: dict) -> None:
        """Adds the row of an input whose files are written.

        Raises:
          NotWritten: if there is no room.
        """
        with (
            writing(self._rows),
            open(self._rows, "a", newline="", errors="surrogateescape") as file,
        ):
            csv.DictWriter(file, self._columns).writerow(row)

    def _is_free(self, folder):
        """Whether there is nothing in a folder, or the record of a command that did nothing."""
        if not folder.exists():
            return True
        others = {path.name for path in folder.iterdir()} - {ROWS, SETTINGS}
        return not others and not self._before()

    def _before(self):
        try:
            with open(self._rows, newline="", errors="surrogateescape") as file:
                rows = list(csv.DictReader(file))
        except OSError:
            return {}
        return {row[self._columns[0]]: row for row in rows if None not in row.values()}


def _read(path):
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return None
