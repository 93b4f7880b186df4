"""`main.py report`: a page about one run, or one that compares several."""

import contextlib
import os
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from tfgan_kit.errors import UserError
from tfgan_kit.machine.files import make_folder, write_bytes
from tfgan_kit.numbers import size
from tfgan_kit.outcome import Outcome
from tfgan_kit.report.comparison import comparison
from tfgan_kit.report.gallery.rendered import Rendered, rendered
from tfgan_kit.report.pictures import FRAMES
from tfgan_kit.report.record import Record, read_record
from tfgan_kit.report.settings import defaults_of, typed
from tfgan_kit.report.single import single
from tfgan_kit.report.words.summary import summary
from tfgan_kit.runs.run_dir import RunDir

NAME = "report.html"
PICTURES = 9_000_000  # Maximum characters of a page's pictures: e-mail allows files of 10 MB.
_RENDERED = 2_500_000  # Of them, the least that is left for what networks render.


def write_report(
    run_dirs: Sequence,
    output=None,
    *,
    config_class: Callable[[str], type] | None = None,
    render: bool = False,
) -> Outcome:
    """Writes a self-contained page.

    Args:
      run_dirs: run directories; one makes a report, several a comparison.
      output: path of the .html; by default report.html in the run's directory, or in the current
        directory for several runs.
      config_class: function from a method's name to the dataclass of its settings, for their
        defaults and help; without it, or where it raises UserError, these are unknown.
      render: whether the saved networks of a single run render what a page shows of them, see
        `tfgan_kit.report.gallery.rendered`. This imports TensorFlow.

    Returns:
      A line that names the file; "report", its path; and "summary", what the measures of one run
      say, or None.

    Raises:
      UserError: if there is no run, one of the directories is not a run, its config.json is
        damaged, or the output is not a page's name or cannot be written.
    """
    paths = list({os.path.realpath(path): Path(path) for path in run_dirs}.values())
    if not paths:
        raise UserError("report needs the DIR of a run, or of several")
    for path in paths:
        RunDir.open(path)
    if not output:
        output = RunDir(paths[0]).output(NAME) if len(paths) == 1 else NAME
    output = Path(output)
    _check_output(output)
    share = (PICTURES - (_RENDERED if render else 0)) // len(paths)
    frames = FRAMES if len(paths) == 1 else 1
    records = [read_record(path, share, frames) for path in paths]
    _tell_apart(records)
    defaults = [_defaults(record, config_class) for record in records]
    if len(records) == 1:
        (record,) = records
        left = PICTURES - record.pictures
        page = single(record, defaults[0], rendered(record, left) if render else Rendered())
    else:
        page = comparison(records, defaults)
    content = page.encode("utf-8", errors="backslashreplace")
    make_folder(output.parent)
    write_bytes(content, output)
    said = summary(records[0]) if len(records) == 1 else None
    line = f"wrote the report {output} ({size(len(content))})"
    return Outcome(line, report=str(output), summary=said)


def _check_output(output):
    if os.path.isdir(output):
        raise UserError(f"--output {output} is a folder; name a file that ends in .html")
    if output.suffix.lower() not in (".html", ".htm"):
        raise UserError(f"--output {output}: a report is a .html file")
    parent = next(p for p in output.absolute().parents if os.path.exists(p))
    if not parent.is_dir():
        raise UserError(f"--output {output}: {parent} is a file, not a folder")


def _tell_apart(records: list[Record]) -> None:
    """Adds folders to the names of runs with the same name."""
    counts = Counter(record.name for record in records)
    for record in records:
        if counts[record.name] > 1:
            record.name = str(record.path)


def _defaults(record, config_class):
    """The defaults of a run's method; also converts the run's settings to their types."""
    if config_class is None:
        return None
    with contextlib.suppress(UserError):
        defaults = defaults_of(config_class(record.method))
        record.settings = typed(record.settings, defaults)
        return defaults
    record.notes.append(f"The method {record.method!r} is not known here, nor are its defaults")
    return None
