"""`main.py shape`: the shape that a run of a method of reliefs has found, as files."""

from pathlib import Path

import numpy as np

from tfgan_kit.errors import UserError
from tfgan_kit.latent.reliefs import normals_of, turns_and_lights
from tfgan_kit.machine.files import new_folder, write_json
from tfgan_kit.outcome import Outcome
from tfgan_kit.pictures.animations import enlarged, to_and_fro, write_animation
from tfgan_kit.pictures.images import grid, to_uint8, write_exact, write_image
from tfgan_kit.runs.saved_run import SavedRun

STRIPS = ("turntable", "relight")


def shape(run_dir, *, output, columns: int = 25) -> Outcome:
    """Writes depth.npy and depth.png (16 bits), normals.png, albedo.png, the strips turntable.png
    and relight.png, the same as animations (.gif), and shape.json.

    Args:
      run_dir: a run of `gan2shape` or `gan2shape_networks`.
      output: a new folder.
      columns: images of each strip.

    Returns:
      A line saying what was written.

    Raises:
      UserError: if the run has no shape, or the folder holds other files.
    """
    saved, output = SavedRun(run_dir), Path(output)
    if "relight" not in saved.uses:
        known = ", ".join(saved.uses) or "nothing"
        raise UserError(f"{run_dir} has no shape, only {known}; name a run of gan2shape")
    if output.exists() and (not output.is_dir() or any(output.iterdir())):
        raise UserError(f"--output {output} is not empty; give a new folder")
    relief, target = saved.load("relief"), saved.load("target")
    pose = {name: values.numpy() for name, values in target(np.zeros(1, np.int32)).items()}
    bound = saved.bound("relight")
    surface = relief(pose)
    depth, albedo = (surface[name][0].numpy() for name in ("depth", "albedo"))
    low, high = float(depth.min()), float(depth.max())
    steps = np.rint((depth - low) / max(high - low, 1e-9) * 65_535).astype(np.uint16)
    strips = [bound.render(each)["image"] for each in turns_and_lights(pose, columns)]
    told = {name: np.ravel(values).tolist() for name, values in pose.items()}
    with new_folder(output):
        np.save(output / "depth.npy", depth[..., 0])
        write_exact(steps, output / "depth.png")
        write_image(to_uint8(normals_of(depth)), output / "normals.png")
        write_image(to_uint8(np.clip(2.0 * albedo - 1.0, -1.0, 1.0)), output / "albedo.png")
        for name, images in zip(STRIPS, strips, strict=True):
            write_image(grid(images, columns), output / f"{name}.png")
            frames = to_and_fro(images, 1, columns)
            write_animation(enlarged(frames), output / f"{name}.gif")
        write_json({"depth": [low, high], **told}, output / "shape.json")
    text = f"wrote depth, normals, albedo and two strips of {columns} images to {output}"
    return Outcome(text, output=str(output), columns=columns, depth=[low, high], **told)
