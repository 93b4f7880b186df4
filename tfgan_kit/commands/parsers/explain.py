"""The parser of `main.py explain`."""

from tfgan_kit.attention.names import DEFAULT, METHODS
from tfgan_kit.settings.arguments import Parser, add_best, interval, not_negative, with_manners
from tfgan_kit.settings.names import FITS


def explain() -> Parser:
    """The parser of `main.py explain`."""
    parser = Parser(
        prog="main.py explain",
        description="Shows what a network looks at in images: maps of what speaks for a class, as "
        "numbers (.npy) and over the images (.png). The network is a classifier, a "
        "discriminator, with or without a class head, or a VAE, of a run or of any Keras model. "
        "For a generator that takes a label, maps show where it works for that label.",
        examples=[
            "explain runs/digits --images digits/ --output maps/",
            "explain runs/digits --images two.png --class 3,7 --method grad_cam_plus_plus "
            "--output maps/",
            "explain mine.keras --images photos/ --class cat --classes cat,dog "
            "--input-range 0..255 --output maps/",
            "explain runs/ones --images parts/ --method vae_attention --output maps/",
            "explain runs/inks --images digits/ --class red,blue --output maps/",
        ],
    )
    parser.add_argument("subject", metavar="RUN|FILE.keras")
    parser.add_argument(
        "--images", required=True, metavar="PATH", help="an image, or a folder of images"
    )
    parser.add_argument("--output", required=True, metavar="DIR", help="a new folder")
    parser.add_argument(
        "--method",
        choices=METHODS,
        help=f"how to make the maps (default: {DEFAULT}; for a VAE vae_attention; for a generator "
        "generator_attention)",
    )
    parser.add_argument(
        "--class",
        dest="wanted",
        metavar="NAME[,...]",
        help="classes to explain, by name or number (default: for each image, the most certain "
        "class); for a generator, the labels to translate to",
    )
    parser.add_argument(
        "--layer",
        metavar="NAME",
        help="layer whose maps are used (default: the last convolution before the logits, with the "
        "norm and the activation that follow it)",
    )
    parser.add_argument(
        "--fit",
        choices=FITS,
        help="how to fit images whose size is not the network's; without it they are an error",
    )
    parser.add_argument(
        "--classes",
        metavar="NAME,...",
        help="names of the classes of a .keras file, in the order of its outputs",
    )
    parser.add_argument(
        "--input-range",
        type=interval,
        metavar="LOW..HIGH",
        help="values of black and white for a .keras file, such as 0..1 (default: -1..1 for "
        "networks of this kit, 0..255 for those that rescale before their first convolution)",
    )
    parser.add_argument(
        "--max-bad-files",
        type=not_negative,
        default=0,
        help="images that are unreadable or of another size to skip (default: 0)",
    )
    add_best(parser)
    return with_manners(parser)
