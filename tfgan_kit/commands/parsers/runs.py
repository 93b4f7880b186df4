"""The parsers of the commands that use existing runs."""

from tfgan_kit.commands.parsers.task import add_task
from tfgan_kit.export.formats import FORMATS
from tfgan_kit.settings.arguments import (
    Parser,
    add_best,
    count,
    layer_range,
    layout,
    not_negative,
    number,
    positive,
    seeds,
    share,
    threshold,
    with_manners,
)
from tfgan_kit.translation.fit import FITS


def sample() -> Parser:
    """The parser of `main.py sample`."""
    parser = Parser(
        prog="main.py sample",
        description="Draws samples from a run's generator.",
        examples=[
            "sample runs/digits --count 100 --output digits.png",
            "sample runs/digits --grid 4x16 --truncation 0.7 --output best.png",
            "sample runs/digits --count 10000 --seed 1 --output digits/",
            "sample runs/animals --grid classes --output classes.png",
            "sample runs/animals --label cat,dog --count 16 --output pets.png",
            "sample runs/faces --attributes Male=1,Smiling=0 --output faces/",
            "sample runs/words --vector 0.1,-0.3,0.7 --output word.png",
            "sample runs/styles --psi 0.7 --output typical.png",
            "sample runs/styles --mix 1,2,3 4,5 --layers 0-3 --output mixed.png",
            "sample runs/tasks --task my_glyph/ --shots 4 --adapt-steps 10 --output glyphs.png",
        ],
    )
    parser.add_argument("run_dir", metavar="DIR")
    parser.add_argument(
        "--output", metavar="PATH", required=True, help="a .png for a grid, or a folder"
    )
    parser.add_argument("--count", type=count, help="total number of samples (default: 64)")
    parser.add_argument(
        "--grid",
        type=layout,
        metavar="RxC",
        help="rows and columns of the .png, such as 4x16; or classes: a class in each row, a "
        "latent in each column (default with labels, else about square)",
    )
    parser.add_argument(
        "--label",
        metavar="NAME[,...]",
        help="classes by name or number, all, or unknown; --count is spread evenly over them, and "
        "the first classes get the remainder",
    )
    parser.add_argument(
        "--attributes",
        metavar="NAME=0|1[,...]",
        help="attributes that samples have (1) or lack (0); others are drawn from the data",
    )
    parser.add_argument(
        "--vector",
        action="append",
        metavar="V,...|FILE",
        help="label of a run whose labels are vectors: numbers, unknown, or a .npy or .csv with "
        "one in each row; may be repeated; --count is spread evenly over all of them",
    )
    parser.add_argument(
        "--seed", type=not_negative, help="seed of the samples (default: the run's)"
    )
    parser.add_argument(
        "--truncation",
        type=threshold,
        metavar="PSI",
        help="limit the latents' components to this: better but less varied samples",
    )
    parser.add_argument(
        "--psi",
        type=number,
        metavar="SHARE",
        help="for generators that map their latents: share of their distance from the mean that "
        "mapped latents keep; 0.7: better but less varied samples, 0: all alike (default: 1)",
    )
    parser.add_argument(
        "--mix",
        nargs=2,
        type=seeds,
        metavar=("SEED[,...]", "SEED[,...]"),
        help="for the same generators: a table of the images of the first seeds (rows) with the "
        "styles of the second (columns) in some layers",
    )
    parser.add_argument(
        "--layers",
        type=layer_range,
        metavar="FIRST-LAST",
        help="the layers with the second styles (default: 0-3, the coarse ones, up to 8x8)",
    )
    add_task(parser)
    add_best(parser)
    return with_manners(parser)


INPUTS = {
    "mask": "what to fill in: white in images of the same size",
    "strokes": "coloured strokes on a transparent background, drawn over the sketch",
    "texture": "a texture patch on a transparent background, or a whole texture, to fill shapes",
    "reference": "images whose look to use",
    "instances": "maps of object numbers",
}


def translate() -> Parser:
    """The parser of `main.py translate`."""
    parser = Parser(
        prog="main.py translate",
        description="Translates images with a run that was trained on pairs or on domains.",
        examples=[
            "translate runs/maps --input photo.jpg --output maps/",
            "translate runs/maps --input photos/ --output maps/ --compare true_maps/",
            "translate runs/zebras --from a --to b --input horses/ --output zebras/",
            "translate runs/zebras --from a --to b --cycle --input horses/ --output and_back/",
            "translate runs/scenes --from rgb+depth --to segmentation --weights 0.8,0.2 "
            "--input photos/+depths/ --output maps/",
            "translate runs/edges --input edges/ --output coloured/ --samples 3 --seed 1",
            "translate runs/shoes --from a --to b --input edges/ --output walk/ "
            "--between red.png 7 --samples 5",
            "translate runs/large --input small/ --output large/ --alpha 0.8",
            "translate runs/inks --input digits/ --output red/ --domain red",
            'translate runs/faces --input faces/ --output blond/ --attributes "blond,!glasses"',
            "translate runs/faces --input faces/ --output smiling/ --set smiling=1",
            "translate runs/animals --input dogs/ --output meerkats/ --class-images meerkats/",
            "translate runs/gray --task coloured/ --shots 8 --input gray/ --output colours/",
        ],
    )
    parser.add_argument("run_dir", metavar="DIR")
    parser.add_argument(
        "--input",
        required=True,
        metavar="PATH[+...]",
        help="an image, or a folder of images; a path for each modality of --from, joined with +",
    )
    parser.add_argument("--output", required=True, metavar="DIR", help="a new folder")
    for option, dest, whose in (
        ("--from", "source", "the images'"),
        ("--to", "target", "the target"),
    ):
        parser.add_argument(
            option,
            dest=dest,
            metavar="NAME",
            help=f"{whose} domain, a or b, or modality, if the run translates between these",
        )
    parser.add_argument(
        "--weights",
        metavar="SHARE,...",
        help="shares of the modalities joined with + in --from, in the same order",
    )
    for name, about in INPUTS.items():
        parser.add_argument(
            f"--{name}", metavar="PATH", help=f"{about}; one file, or a folder with the same names"
        )
    parser.add_argument(
        "--class-images",
        metavar="PATH",
        help="an image of the class to translate into, or a folder of images with any names",
    )
    parser.add_argument(
        "--compare",
        metavar="PATH",
        help="true translations with the same names, to measure against",
    )
    parser.add_argument(
        "--cycle",
        action="store_true",
        help="also translate back between domains, and write NAME_back.png",
    )
    parser.add_argument(
        "--domain",
        metavar="NAMES",
        help="domain to translate to, by name or number; join several with commas",
    )
    parser.add_argument(
        "--attributes",
        metavar="NAMES",
        help="attributes of translations, joined with commas; unnamed ones, and those with ! "
        "before them, do not apply, whatever the image has",
    )
    parser.add_argument(
        "--set",
        dest="change",
        metavar="NAME=0|1[,...]",
        help="attributes to change; the others keep their values in labels.csv beside the images",
    )
    parser.add_argument(
        "--all-domains",
        action="store_true",
        help="translate to every domain, or to every attribute alone, as NAME_DOMAIN.png",
    )
    parser.add_argument(
        "--samples", type=positive, default=1, help="translations of each image (default: 1)"
    )
    parser.add_argument("--seed", type=not_negative, help="seed of the noise (default: the run's)")
    parser.add_argument(
        "--between",
        nargs=2,
        metavar=("START", "END"),
        help="two seeds, or images whose styles to use: the --samples go from one to the other",
    )
    parser.add_argument(
        "--alpha",
        type=share,
        metavar="0..1",
        help="translate with weights between those of the run's first stage (0) and its last (1)",
    )
    parser.add_argument(
        "--alpha-from",
        metavar="DIR",
        help="run whose weights to use at 0 instead of the first stage's",
    )
    parser.add_argument(
        "--tile",
        type=positive,
        help="pixels; images with a longer side are translated in tiles (default: 1024, or the "
        "training size if that is larger)",
    )
    parser.add_argument(
        "--overlap", type=not_negative, default=64, help="pixels that tiles share (default: 64)"
    )
    parser.add_argument(
        "--fit",
        choices=FITS,
        help="how to fit images whose sides the network cannot divide: pad them by reflection and "
        "crop the result (the default), resize them and the result, or take their centre",
    )
    parser.add_argument(
        "--max-bad-files",
        type=not_negative,
        default=0,
        help="unreadable files to skip before giving up (default: 0)",
    )
    parser.add_argument("--force", action="store_true", help="replace files in the output folder")
    add_task(parser)
    add_best(parser)
    return with_manners(parser)


def report() -> Parser:
    """The parser of `main.py report`."""
    parser = Parser(
        prog="main.py report",
        description="Writes a report of a run, or a comparison of several, as one HTML file.",
        examples=["report runs/digits", "report runs/first runs/second --output both.html"],
    )
    parser.add_argument("run_dirs", metavar="DIR", nargs="+")
    parser.add_argument(
        "--output", metavar="FILE", help="(default: report.html in the run, or here for several)"
    )
    return with_manners(parser)


def export() -> Parser:
    """The parser of `main.py export`."""
    parser = Parser(
        prog="main.py export",
        description="Exports the generator of a run for a service such as TF Serving.",
        examples=[
            "export runs/digits --output models/digits",
            "export runs/digits --best --format onnx --output onnx/digits",
        ],
    )
    parser.add_argument("run_dir", metavar="DIR")
    parser.add_argument(
        "--output",
        metavar="PATH",
        required=True,
        help="folder of the model, with a subfolder for each version",
    )
    parser.add_argument(
        "--version", type=positive, help="number of the version (default: the next)"
    )
    parser.add_argument(
        "--format",
        metavar="NAME",
        default="savedmodel",
        help="savedmodel (default), keras, onnx or tflite",
    )
    parser.suggest("--format", FORMATS)
    parser.add_argument("--score", action="store_true", help="include the discriminator")
    add_best(parser)
    return with_manners(parser)
