"""The free data sets that `main.py data get` downloads: their addresses and terms.

SHA-256 sums and sizes come from the checksum files of TensorFlow Datasets, and the MD5 sums of USPS
from torchvision. No checksums are published for the archives of pix2pix.
"""

from collections.abc import Sequence
from typing import NamedTuple

from tfgan_kit.downloads.remote import Remote


class Published(NamedTuple):
    """A data set on a server.

    Attributes:
      files: its files, or a single archive.
      terms: its licence, or what is known about it.
      holds: names in the folder to which the archive is unpacked; empty if `files` is no archive.
      opened_as: the names under which the kit opens it; empty if it is opened by its path.
    """

    files: Sequence[Remote]
    terms: str
    holds: Sequence[str] = ()
    opened_as: Sequence[str] = ()


_NO_LICENCE = "no licence is known"
_IMAGENET = "images from ImageNet, for non-commercial research and education"
_PAINTINGS = f"paintings from WikiArt and photographs from Flickr; {_NO_LICENCE}"
_FLICKR = f"photographs from Flickr; {_NO_LICENCE}"
_MAPS = f"images from Google Maps; {_NO_LICENCE}"
_FACADES = "CMP Facade Database, whose terms are at http://cmp.felk.cvut.cz/~tylecr1/facade"
_CYCLEGAN_AT = "https://efrosgans.eecs.berkeley.edu/cyclegan/datasets"
_PIX2PIX_AT = "https://efrosgans.eecs.berkeley.edu/pix2pix/datasets"


def _files(folder: str, *rows: tuple[str, str, int]) -> tuple[Remote, ...]:
    return tuple(Remote(f"{folder}/{name}", digest, size) for name, digest, size in rows)


PUBLISHED = {
    "mnist": Published(
        _files(
            "https://storage.googleapis.com/cvdf-datasets/mnist",
            (
                "train-images-idx3-ubyte.gz",
                "sha256:440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
                9_912_422,
            ),
            (
                "train-labels-idx1-ubyte.gz",
                "sha256:3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
                28_881,
            ),
            (
                "t10k-images-idx3-ubyte.gz",
                "sha256:8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
                1_648_877,
            ),
            (
                "t10k-labels-idx1-ubyte.gz",
                "sha256:f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
                4_542,
            ),
        ),
        "CC BY-SA 3.0",
        opened_as=("mnist",),
    ),
    "fashion_mnist": Published(
        _files(
            "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com",
            (
                "train-images-idx3-ubyte.gz",
                "sha256:3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
                26_421_880,
            ),
            (
                "train-labels-idx1-ubyte.gz",
                "sha256:a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
                29_515,
            ),
            (
                "t10k-images-idx3-ubyte.gz",
                "sha256:346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
                4_422_102,
            ),
            (
                "t10k-labels-idx1-ubyte.gz",
                "sha256:67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
                5_148,
            ),
        ),
        "MIT",
        opened_as=("fashion_mnist",),
    ),
    "kmnist": Published(
        _files(
            "http://codh.rois.ac.jp/kmnist/dataset/kmnist",
            (
                "train-images-idx3-ubyte.gz",
                "sha256:51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4",
                18_165_135,
            ),
            (
                "train-labels-idx1-ubyte.gz",
                "sha256:e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17",
                29_497,
            ),
            (
                "t10k-images-idx3-ubyte.gz",
                "sha256:edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5",
                3_041_136,
            ),
            (
                "t10k-labels-idx1-ubyte.gz",
                "sha256:20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c",
                5_120,
            ),
        ),
        "CC BY-SA 4.0",
        opened_as=("kmnist",),
    ),
    "cifar10": Published(
        _files(
            "https://www.cs.toronto.edu/~kriz",
            (
                "cifar-10-binary.tar.gz",
                "sha256:c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
                170_052_171,
            ),
        ),
        f"{_NO_LICENCE}; its author asks to cite Krizhevsky 2009",
        holds=(*(f"data_batch_{k}.bin" for k in range(1, 6)), "test_batch.bin"),
        opened_as=("cifar10",),
    ),
    "svhn": Published(
        _files(
            "http://ufldl.stanford.edu/housenumbers",
            (
                "train_32x32.mat",
                "sha256:435e94d69a87fde4fd4d7f3dd208dfc32cb6ae8af2240d066de1df7508d083b8",
                182_040_794,
            ),
            (
                "test_32x32.mat",
                "sha256:cdce80dfb2a2c4c6160906d0bd7c68ec5a99d7ca4831afa54f09182025b6a75b",
                64_275_384,
            ),
        ),
        "for non-commercial use only",
        opened_as=("svhn",),
    ),
    "usps": Published(
        _files(
            "https://www.csie.ntu.edu.tw/~cjlin/libsvmtools/datasets/multiclass",
            ("usps.bz2", "md5:ec16c51db3855ca6c91edd34d0e9b197", None),
            ("usps.t.bz2", "md5:8ea070ee2aca1ac39742fdd1ef5ed118", None),
        ),
        _NO_LICENCE,
        opened_as=("usps",),
    ),
    **{
        name: Published(
            _files(_CYCLEGAN_AT, (f"{name}.zip", f"sha256:{digest}", size)),
            terms,
            holds=("trainA", "trainB", "testA", "testB"),
            opened_as=(f"{name}:a", f"{name}:b"),
        )
        for name, digest, size, terms in (
            (
                "apple2orange",
                "845a191e9af8926408ea597001cd03a452e3300a1f44a79fe329b3d59f6e3eb8",
                78_456_409,
                _IMAGENET,
            ),
            (
                "horse2zebra",
                "a74d9d392eecca9966b51287a76ca126af473d9de4f3e8fc0e9cda08fa1730a1",
                116_867_962,
                _IMAGENET,
            ),
            (
                "summer2winter_yosemite",
                "167fe1726807a9d22bd106b4a6c0bd7953b688af924ac1bf967439c4961e49f9",
                132_640_856,
                _FLICKR,
            ),
            (
                "monet2photo",
                "88f91b00fc228f97c9411fbf1880ec1d119c98f1722e4cfcfaa2fb35fac05b04",
                305_231_073,
                _PAINTINGS,
            ),
            (
                "cezanne2photo",
                "3a6c10ca21f9485862f1cbd707744b9dc258954a04631271d23a3605eeb63cff",
                279_885_071,
                _PAINTINGS,
            ),
            (
                "ukiyoe2photo",
                "02a2a2fb5ecf425ca1bf86aca7304377da64a2a1d3b86df54eb65e4068bf3b08",
                292_946_532,
                _PAINTINGS,
            ),
            (
                "vangogh2photo",
                "362c3473e70be0944bda08d49d660eafdc2854df55d697835b8186d1d79caaff",
                306_590_349,
                _PAINTINGS,
            ),
            (
                "maps",
                "639534f69dbf9f36bef8d6292a7698006361221f83f0285d7c9ca78afe6e8a9e",
                1_476_754_427,
                _MAPS,
            ),
            (
                "facades",
                "9a31ebf3a31b9b5cd195dd5bf62e9308e00cb94604d1019e3889ac84248695c0",
                35_135_868,
                _FACADES,
            ),
            (
                "iphone2dslr_flower",
                "8fcb5e374d631b107e1d961b8c4cd0a186aa2a4ff3e279923f4c426128de7113",
                339_964_458,
                _FLICKR,
            ),
        )
    },
    **{
        f"pix2pix-{name}": Published(
            (Remote(f"{_PIX2PIX_AT}/{name}.tar.gz"),),
            terms,
            holds=("train", "val"),
            opened_as=(f"aligned:pix2pix-{name}",),
        )
        for name, terms in (
            ("facades", _FACADES),
            ("maps", _MAPS),
            ("edges2shoes", "UT Zappos50K, for academic, non-commercial use"),
            ("edges2handbags", f"images from Amazon, of the iGAN project; {_NO_LICENCE}"),
            ("night2day", f"Transient Attributes Database; {_NO_LICENCE}"),
        )
    },
}


def advice(name: str, otherwise: str = "") -> str:
    """Advice on getting a missing set, as a clause; `otherwise` if it cannot be downloaded."""
    if name not in PUBLISHED:
        return otherwise
    files = PUBLISHED[name].files
    names = ", ".join(file.name for file in files)
    unpacked = ", unpacked," if PUBLISHED[name].holds else ""
    address = files[0].address.rpartition("/")[0]
    return f"`main.py data get {name}` downloads it, or put {names}{unpacked} there, from {address}"
