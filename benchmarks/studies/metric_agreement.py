"""Do image metrics and feature networks agree with their reference implementations?

`python -m benchmarks.studies.metric_agreement [--weights DIR] [--json PATH]`, in an environment
that holds torch, torch-fidelity, lpips, torchmetrics, pytorch-msssim, scikit-image and clean-fid
beside this kit; what is not installed is said and left out. Both sides get the same images and the
same weights. The figures are the largest absolute differences.
"""

import argparse
import functools
import json
import os
import unittest.mock
from pathlib import Path

import numpy as np
from scipy.ndimage import gaussian_filter

from benchmarks.machine import run_main
from tfgan_kit.errors import UserError
from tfgan_kit.extractors.weights import VARIABLE

SIZE = 299


def images(size, count=4, seed=0) -> np.ndarray:
    """uint8 RGB pictures (count, size, size, 3) of smooth shapes with some noise."""
    rng = np.random.default_rng(seed)
    shapes = gaussian_filter(
        rng.standard_normal((count, size, size, 3)), (0, size / 16, size / 16, 0)
    )
    shapes /= shapes.std((1, 2, 3), keepdims=True)
    noise = rng.standard_normal(shapes.shape) * np.linspace(0, 0.5, count)[:, None, None, None]
    return np.clip(np.rint(128 + 60 * (shapes + noise)), 0, 255).astype(np.uint8)


def pairs(size) -> tuple[np.ndarray, np.ndarray]:
    """Pictures, and others that are more and more like them."""
    a, other = images(size), images(size, seed=1).astype(float)
    share = np.array([1.0, 0.5, 0.1, 0.0])[:, None, None, None]
    return a, np.rint((1 - share) * a + share * other).astype(np.uint8)


def _difference(ours, theirs) -> float:
    return float(np.abs(np.asarray(ours, np.float64) - np.asarray(theirs, np.float64)).max())


def _torch(batch, signed=False):
    import torch

    batch = torch.from_numpy(np.ascontiguousarray(batch.transpose(0, 3, 1, 2)))
    return batch.float() / 127.5 - 1 if signed else batch


def _resize(protocol, peer):
    from tfgan_kit.metrics.images.resize import resize

    cases = [images(28), images(32), images(400)]
    return max(_difference(resize(x, (SIZE, SIZE), protocol), peer(x)) for x in cases)


def clean() -> float:
    """Resizing as clean-fid does."""
    from cleanfid.resize import make_resizer

    resizer = make_resizer("PIL", False, "bicubic", (SIZE, SIZE))
    return _resize("clean", lambda batch: np.stack([resizer(image) for image in batch]))


def tensorflow_1() -> float:
    """Resizing as torch-fidelity does."""
    from torch_fidelity import interpolate_compat_tensorflow as compat

    def peer(batch):
        like = compat.interpolate_bilinear_2d_like_tensorflow1x
        resized = like(_torch(batch).float(), size=(SIZE, SIZE), align_corners=False)
        return resized.numpy().transpose(0, 2, 3, 1)

    return _resize("legacy-tf1", peer)


def _interpolate(protocol, align_corners) -> float:
    from torch.nn.functional import interpolate

    def peer(batch):
        resized = interpolate(
            _torch(batch).float(), (SIZE, SIZE), mode="bilinear", align_corners=align_corners
        )
        return resized.numpy().transpose(0, 2, 3, 1)

    return _resize(protocol, peer)


def psnr() -> float:
    """In dB."""
    from skimage.metrics import peak_signal_noise_ratio

    from tfgan_kit.metrics.images.psnr import psnr

    a, b = (x[:3] for x in pairs(64))  # Of equal images both are infinite.
    theirs = [peak_signal_noise_ratio(x, y, data_range=255) for x, y in zip(a, b, strict=True)]
    return _difference(psnr(a, b), theirs)


def ssim_skimage(size=64) -> float:
    """SSIM with the paper's window."""
    from skimage.metrics import structural_similarity

    from tfgan_kit.metrics.images.ssim import ssim

    settings = {"data_range": 255, "channel_axis": -1, "gaussian_weights": True, "sigma": 1.5}
    settings["use_sample_covariance"] = False
    a, b = pairs(size)
    theirs = [structural_similarity(x, y, **settings) for x, y in zip(a, b, strict=True)]
    return _difference(ssim(a, b), theirs)


def ssim_torchmetrics(size=64) -> float:
    """SSIM with the paper's window, where the window lies inside the image.

    By itself torchmetrics counts the border too, where it continues the images by reflection.
    """
    from torchmetrics.functional.image import structural_similarity_index_measure as measure

    from tfgan_kit.metrics.images.ssim import WINDOW, ssim

    a, b = pairs(size)
    settings = {"data_range": 255.0, "return_full_image": True, "reduction": None}
    _, full = measure(_torch(a).double(), _torch(b).double(), **settings)
    border = WINDOW // 2
    theirs = full[..., border:-border, border:-border].mean((1, 2, 3))
    return _difference(ssim(a, b), theirs.numpy())


def ms_ssim_torch() -> float:
    """MS-SSIM of images that the window fits into at every scale."""
    from pytorch_msssim import ms_ssim as measure

    from tfgan_kit.metrics.images.ms_ssim import ms_ssim

    result = 0.0
    for size in (176, 256):
        a, b = pairs(size)
        theirs = measure(_torch(a).double(), _torch(b).double(), data_range=255, size_average=False)
        result = max(result, _difference(ms_ssim(a, b), theirs.numpy()))
    return result


def ms_ssim_tensorflow() -> float:
    """MS-SSIM of images that the window fits into at every scale."""
    import tensorflow as tf

    from tfgan_kit.metrics.images.ms_ssim import ms_ssim

    a, b = pairs(256)
    return _difference(ms_ssim(a, b), tf.image.ssim_multiscale(a, b, 255).numpy())


def torch_inception(weights):
    """torch-fidelity's network, with the arrays of an .npz in it."""
    import torch
    from torch_fidelity import feature_extractor_inceptionv3 as peer

    with np.load(weights) as archive:
        arrays = {name: torch.from_numpy(archive[name]) for name in archive.files}
    # The file and their module list the convolutions in one order; shapes are checked on loading.
    names = [name.removesuffix("/weight") for name in arrays if name.endswith("/weight")]
    # It loads the weights of its own file when it is made, which is far away.
    replace = unittest.mock.patch.object
    made = replace(peer, "load_state_dict_from_url", return_value={})
    unread = replace(peer.FeatureExtractorInceptionV3, "load_state_dict")
    with made, unread:
        network = peer.FeatureExtractorInceptionV3("inception", ["2048"])
    modules = [m for m in network.modules() if isinstance(m, peer.BasicConv2d)]
    for name, module in zip(names, modules, strict=True):
        kernel = arrays[f"{name}/weight"].permute(3, 2, 0, 1)
        assert module.conv.weight.shape == kernel.shape, name
        module.conv.weight.data = kernel.contiguous()
        parts = {"bias": "beta", "running_mean": "mean", "running_var": "var"}
        for theirs, ours in parts.items():
            getattr(module.bn, theirs).data = arrays[f"{name}/{ours}"]
    return network


def _inception(folder, size, resize) -> float:
    import torch_fidelity  # noqa: F401 (that it is missing is to be said first)

    from tfgan_kit.extractors import inception

    path = os.path.join(folder, inception.PUBLISHED.file)
    batch = images(size)
    ours = inception.load(path, resize=resize)(batch)
    return _difference(ours, torch_inception(path)(_torch(batch))[0])


def _lpips(folder, name, net) -> float:
    import lpips as peer
    import torch

    from tfgan_kit.extractors import registry
    from tfgan_kit.metrics.images.lpips import lpips

    path = os.path.join(folder, f"lpips-{'vgg16' if net == 'vgg' else 'alexnet'}.npz")
    ours = registry.find_lpips(name, weights=path)
    network = peer.LPIPS(net=net, pnet_rand=True, verbose=False)  # Heads as lpips ships them.
    convolutions = [m for m in network.net.modules() if isinstance(m, torch.nn.Conv2d)]
    with np.load(path) as archive:
        scope = next(n for n in archive.files if "Conv_0/kernel" in n).split("/")[0]
        for i, module in enumerate(convolutions):
            kernel = archive[f"{scope}/Conv_{i}/kernel"].transpose(3, 2, 0, 1)
            assert module.weight.shape == kernel.shape
            module.weight.data = torch.from_numpy(np.ascontiguousarray(kernel))
            module.bias.data = torch.from_numpy(archive[f"{scope}/Conv_{i}/bias"])
    a, b = pairs(64)
    with torch.no_grad():
        theirs = network(_torch(a, signed=True), _torch(b, signed=True)).ravel().numpy()
    return _difference(lpips(ours, a, b), theirs)


def checks(folder) -> list[tuple]:
    """What is compared: (what, peer, tolerance, function that gives the difference)."""
    corners = functools.partial(_interpolate, "legacy-corners", True)
    half_pixel = functools.partial(_interpolate, "legacy-half-pixel", False)
    return [
        ("resize clean, of 255", "clean-fid", 1e-3, clean),
        ("resize legacy-tf1, of 255", "torch-fidelity", 1e-3, tensorflow_1),
        ("resize legacy-half-pixel, of 255", "torch", 1e-3, half_pixel),
        ("resize legacy-corners, of 255", "torch", 1e-3, corners),
        ("PSNR, dB", "scikit-image", 1e-9, psnr),
        ("SSIM", "scikit-image", 1e-4, ssim_skimage),
        ("SSIM", "torchmetrics", 1e-4, ssim_torchmetrics),
        ("MS-SSIM", "pytorch-msssim", 1e-4, ms_ssim_torch),
        ("MS-SSIM", "TensorFlow", 1e-4, ms_ssim_tensorflow),
        (
            "inception-2015, 299 pixels",
            "torch-fidelity",
            1e-3,
            lambda: _inception(folder, SIZE, "clean"),
        ),
        (
            "inception-2015, 32 pixels, legacy-tf1",
            "torch-fidelity",
            1e-3,
            lambda: _inception(folder, 32, "legacy-tf1"),
        ),
        ("LPIPS VGG16", "lpips", 1e-4, lambda: _lpips(folder, "vgg16-lpips", "vgg")),
        ("LPIPS AlexNet", "lpips", 1e-4, lambda: _lpips(folder, "alexnet-lpips", "alex")),
    ]


def run(folder) -> list[dict]:
    """Compares all, printing each row as it comes.

    Args:
      folder: where the weights' files are.

    Returns:
      Rows with "what", "peer", "tolerance", and "difference" or "missing", why there is none.
    """
    rows = []
    print(f"{'what':<40}{'peer':<16}{'difference':>12}{'tolerance':>11}")
    for what, peer, tolerance, check in checks(folder):
        row = {"what": what, "peer": peer, "tolerance": tolerance}
        try:
            row["difference"] = check()
            shown = f"{row['difference']:>12.2e}{tolerance:>11.0e}"
            shown += "" if row["difference"] <= tolerance else "  too large"
        except ImportError:
            row["missing"] = "not installed"
            shown = "  not installed"
        except UserError as error:
            row["missing"] = str(error)
            shown = f"  {error}"
        print(f"{what:<40}{peer:<16}{shown}", flush=True)
        rows.append(row)
    return rows


def main() -> int:
    """Prints the table; the status is 1 if a difference is above its tolerance."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", metavar="DIR", help=f"folder of the weights (or {VARIABLE})")
    parser.add_argument("--json", metavar="PATH", help="write the rows to this file")
    arguments = parser.parse_args()
    rows = run(arguments.weights or os.environ.get(VARIABLE, "."))
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(rows, indent=2) + "\n")
    return int(any(row.get("difference", 0) > row["tolerance"] for row in rows))


if __name__ == "__main__":
    run_main(main)
