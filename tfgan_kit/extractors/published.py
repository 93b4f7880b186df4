"""Where the weights of feature networks are published. Importing this module is cheap."""

from collections.abc import Sequence
from typing import NamedTuple

from tfgan_kit.downloads.remote import Remote


class Download(NamedTuple):
    """Published files that together contain a network.

    Attributes:
      files: the files.
      output: name of the kit's file, in the folder that `TFGAN_KIT_WEIGHTS` names.
      terms: their licences.
      inside: the file's name in an archive, if `files` is one.
    """

    files: Sequence[Remote]
    output: str
    terms: str
    inside: str = ""


_TORCHVISION_AT = "https://download.pytorch.org/models"
_HEADS_AT = "https://raw.githubusercontent.com/richzhang/PerceptualSimilarity/master/lpips/weights"
# torchvision's file names end in the beginning of their SHA-256. Of the archive of Inception no
# hash is published: its arrays are compared.
DOWNLOADS = {
    "inception-2015": Download(
        (Remote("http://download.tensorflow.org/models/image/imagenet/inception-2015-12-05.tgz"),),
        "inception-2015-12-05.npz",
        "Apache-2.0",
        "classify_image_graph_def.pb",
    ),
    "vgg16-lpips": Download(
        (
            Remote(f"{_TORCHVISION_AT}/vgg16-397923af.pth", "sha256:397923af"),
            Remote(
                f"{_HEADS_AT}/v0.1/vgg.pth",
                "sha256:a78928a0af1e5f0fcb1f3b9e8f8c3a2a5a3de244d830ad5c1feddc79b8432868",
                7289,
            ),
        ),
        "lpips-vgg16.npz",
        "VGG16 CC BY 4.0, LPIPS BSD-2-Clause",
    ),
    "alexnet-lpips": Download(
        (
            Remote(f"{_TORCHVISION_AT}/alexnet-owt-7be5be79.pth", "sha256:7be5be79"),
            Remote(
                f"{_HEADS_AT}/v0.1/alex.pth",
                "sha256:df73285e35b22355a2df87cdb6b70b343713b667eddbda73e1977e0c860835c0",
                6009,
            ),
        ),
        "lpips-alexnet.npz",
        "AlexNet BSD-3-Clause, LPIPS BSD-2-Clause",
    ),
}
PUBLISHED_AT = {
    network: " and ".join(file.address for file in download.files)
    + (f", {download.inside} in it" if download.inside else "")
    for network, download in DOWNLOADS.items()
}
