"""Downloads free data sets into the folder in which the kit looks for them."""

from pathlib import Path

from data.published import PUBLISHED, Published
from data.registry import DATA_DIR_VARIABLE, DATASETS, data_root, open_raw
from tfgan_kit.downloads.fetch import fetch
from tfgan_kit.downloads.unpack import unpack
from tfgan_kit.engine.status import StatusLine
from tfgan_kit.errors import NotFound, UserError, suggest
from tfgan_kit.outcome import Outcome


def get(name: str, data_dir: str | None = None, mirror: str | None = None) -> Outcome:
    """Downloads the missing files of a set into `data_dir/<name>`, checks and opens it.

    Existing files are never changed.

    Args:
      name: a key of `data.published.PUBLISHED`.
      data_dir: root of the local data sets; None for the value of `TFGAN_KIT_DATA`.
      mirror: address of a folder with the same files on another server.

    Returns:
      A line with the number of examples, the terms, and the options that name the set.

    Raises:
      UserError: if there is no such set or folder, or a file cannot be downloaded, differs from the
        published one, or cannot be stored or opened. Downloaded files are kept.
    """
    name = name.replace("fashion-mnist", "fashion_mnist").partition(":")[0]
    published, root = _find(name), _root(data_dir)
    folder, status = root / name, StatusLine()
    status.line(f"{name}: {published.terms}")
    if published.holds and folder.exists():
        downloaded = 0
        what_to_do = f"; move {folder} away to download it"
    else:
        how = _unpacked if published.holds else _in_folder
        downloaded = how(published, folder, mirror, status)
        what_to_do = ""
    try:
        examples = {d: _count(d, root) for d in published.opened_as or (str(folder),)}
    except UserError as error:
        raise UserError(f"{error}{what_to_do}") from error
    counts = "; ".join(
        f"--dataset {dataset} has " + " and ".join(f"{n:,} {split}" for split, n in found.items())
        for dataset, found in examples.items()
    )
    return Outcome(
        f"{folder} is complete ({downloaded / 1e6:,.1f} MB downloaded): {counts} examples"
        + (f", with --data-dir {root}" if published.opened_as else ""),
        output=str(folder),
        downloaded=downloaded,
        checked={file.name: file.check for file in published.files},
        terms=published.terms,
        examples=examples,
    )


def _find(name: str) -> Published:
    if name in PUBLISHED:
        return PUBLISHED[name]
    if name not in DATASETS:
        near = suggest(name, PUBLISHED)
        raise UserError(f"no free data set {name!r}{near} (`main.py data get --help` has all)")
    needs = DATASETS[name].needs
    if not needs:
        raise UserError(f"{name} needs no files: --dataset {name}")
    raise UserError(
        f"{name} is not among the data sets that can be downloaded (`main.py data get --help` has "
        f"all); it reads {needs}"
    )


def _root(data_dir: str | None) -> Path:
    root = data_root(data_dir)
    if root is None:
        raise UserError(
            f"no data directory is given; pass --data-dir DIR, or set {DATA_DIR_VARIABLE}"
        )
    return Path(root)


def _in_folder(published, folder, mirror, status) -> int:
    """Downloads the files that are missing in the set's folder; returns the number of bytes."""
    files = [file.at(mirror) for file in published.files]
    missing = [file for file in files if not (folder / file.name).exists()]
    for file in files:
        path = folder / file.name
        if file not in missing and (problem := file.problem(path)):
            status.line(
                f"warning: {path} is kept but is not the published file ({problem}); remove it to "
                "download it"
            )
    names = ", ".join(file.name for file in missing)
    by_hand = f"put {names} into {folder} by hand"
    return sum(fetch(file, folder / file.name, by_hand) for file in missing)


def _unpacked(published, folder, mirror, status) -> int:
    """Makes the set's folder from its archive; returns the number of bytes downloaded."""
    (file,) = published.files
    file, archive = file.at(mirror), folder.with_name(file.name)
    is_ours = not archive.exists()
    downloaded = fetch(file, archive, f"put it at {archive} by hand") if is_ours else 0
    if not is_ours and (problem := file.problem(archive)):
        raise UserError(f"{archive} is not the published file ({problem}); move it away")
    status.line(f"unpacking {archive}")
    unpack(archive, folder, published.holds)
    if is_ours:
        archive.unlink()
    else:
        status.line(f"{archive} is no longer needed")
    return downloaded


def _count(dataset: str, root: Path) -> dict[str, int]:
    """The number of examples of each existing split, as read by the kit."""
    found = {}
    for split in ("train", "test"):
        try:
            found[split] = len(open_raw(dataset, data_dir=str(root), split=split).source)
        except NotFound:
            if split == "train":
                raise
    return found
