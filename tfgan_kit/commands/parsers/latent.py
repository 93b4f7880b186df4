"""The parsers of the commands that use latents of existing runs."""

from tfgan_kit.settings.arguments import (
    Parser,
    add_best,
    interval,
    layer_range,
    not_negative,
    positive,
    threshold,
    with_manners,
)


def interpolate() -> Parser:
    """The parser of `main.py interpolate`."""
    parser = Parser(
        prog="main.py interpolate",
        description="Walks from one latent to another, or from one class to another.",
        examples=[
            "interpolate runs/digits --output walks.png",
            "interpolate runs/digits --rows 4 --columns 24 --output walk.gif",
            "interpolate runs/digits --best --columns 50 --output walk.mp4",
            "interpolate runs/digits --keys 1,2,3 --loop --columns 60 --output loop.mp4",
            "interpolate runs/styles --keys 7 project/me --space w --output me.gif",
            "interpolate runs/animals --from-label cat --to-label dog --output pets.png",
        ],
    )
    parser.add_argument("run_dir", metavar="DIR")
    parser.add_argument(
        "--output", metavar="PATH", required=True, help="a .png, or an animated .gif or .mp4"
    )
    parser.add_argument("--rows", type=positive, help="number of walks (default: 8)")
    parser.add_argument(
        "--columns",
        type=positive,
        default=10,
        help="images per walk, and frames of an animation from one latent to the next (default: "
        "10)",
    )
    parser.add_argument(
        "--keys",
        nargs="+",
        metavar="SEED|FOLDER",
        help="walk between these, one row from each to the next: seeds, or folders such as "
        "project/NAME, written by `project` into the run",
    )
    parser.add_argument("--loop", action="store_true", help="walk back to the first of --keys")
    parser.add_argument(
        "--space",
        choices=("z", "w"),
        help="walk between latents (z) or, if the generator maps them, between mapped ones (w) "
        "(default: z, or that of the --keys)",
    )
    parser.add_argument(
        "--path",
        choices=("lerp", "slerp"),
        help="along a straight line, or a great circle (default: slerp for normal latents, lerp "
        "for uniform and mapped ones)",
    )
    parser.add_argument(
        "--from-label", metavar="NAME", help="first class of each row, by name or number"
    )
    parser.add_argument(
        "--to-label", metavar="NAME", help="last class of each row; the latent stays the same"
    )
    parser.add_argument(
        "--vector",
        action="append",
        metavar="V,...|FILE",
        help="for runs whose labels are vectors: the first and the last label of each row; give it "
        "twice, or a .npy or .csv with both",
    )
    parser.add_argument(
        "--seed", type=not_negative, help="seed of the latents (default: the run's)"
    )
    add_best(parser)
    return with_manners(parser)


def edit() -> Parser:
    """The parser of `main.py edit`."""
    parser = Parser(
        prog="main.py edit",
        description="Moves the latents of a generator along directions found in it.",
        examples=[
            "edit runs/digits --directions runs/found --k 3 --eps -6..6 --output third.png",
            "edit runs/digits --directions runs/found --k all --rows 1 --output all.png",
            "edit runs/digits --directions runs/found --name 3=thickness",
            "edit runs/digits --directions runs/found --k thickness --columns 25 "
            "--output thickness.gif",
            "edit runs/styles --directions runs/found --k 3 --keys project/me --output me.png",
            "edit runs/styles --directions runs/found --k 3 --layers 0-3 --output pose.png",
        ],
    )
    parser.add_argument("run_dir", metavar="DIR")
    parser.add_argument(
        "--directions", metavar="DIR", required=True, help="run of the method directions"
    )
    parser.add_argument(
        "--k",
        metavar="NAME[,...]",
        help="directions by number, from 0, or by name; or all",
    )
    parser.add_argument(
        "--eps",
        type=interval,
        metavar="FIRST..LAST",
        help="how far to move (default: as far as in training, both ways)",
    )
    parser.add_argument(
        "--output", metavar="PATH", help="a .png, or an animated .gif or .mp4; required with --k"
    )
    parser.add_argument("--rows", type=positive, help="number of latents, one per row (default: 4)")
    parser.add_argument(
        "--keys",
        nargs="+",
        metavar="SEED|FOLDER",
        help="the latents of the rows: seeds, or folders such as project/NAME, written by "
        "`project` into the run",
    )
    parser.add_argument("--columns", type=positive, default=9, help="images per row (default: 9)")
    parser.add_argument(
        "--label", metavar="NAME[,...]", help="classes of the rows, by name or number, or all"
    )
    parser.add_argument(
        "--layers",
        type=layer_range,
        metavar="FIRST-LAST",
        help="with directions in w: the layers to move (default: all)",
    )
    parser.add_argument(
        "--seed", type=not_negative, help="seed of the latents (default: the run's)"
    )
    parser.add_argument(
        "--name",
        action="append",
        metavar="NUMBER=NAME",
        help="name a direction, for use with --k; may be repeated",
    )
    add_best(parser)
    return with_manners(parser)


def transform() -> Parser:
    """The parser of `main.py transform`."""
    parser = Parser(
        prog="main.py transform",
        description="Shows given images of one domain of a joint run in another domain.",
        examples=[
            "transform runs/pairs --images digit.png --from a --to b --output found",
            "transform runs/pairs --images streets/ --from b --to a --starts 16 --output found",
        ],
    )
    parser.add_argument("run_dir", metavar="DIR")
    parser.add_argument(
        "--images", metavar="PATH", required=True, help="an image, or a folder of images"
    )
    parser.add_argument(
        "--from",
        dest="source",
        metavar="LETTER",
        required=True,
        help="letter of the domain of the images",
    )
    parser.add_argument(
        "--to", dest="target", metavar="LETTER", required=True, help="letter of the other domain"
    )
    parser.add_argument("--output", metavar="PATH", required=True, help="a new folder")
    parser.add_argument(
        "--starts", type=positive, default=8, help="searches per image (default: 8)"
    )
    parser.add_argument(
        "--steps", type=positive, default=200, help="steps of a search (default: 200)"
    )
    parser.add_argument(
        "--seed", type=not_negative, help="seed of the searches (default: the run's)"
    )
    return with_manners(parser)


def project() -> Parser:
    """The parser of `main.py project`."""
    parser = Parser(
        prog="main.py project",
        description="Finds the latent for which a run's generator comes nearest to an image, for "
        "`interpolate --keys project/NAME`.",
        examples=[
            "project runs/styles --image me.png --crop",
            "project runs/styles --image one.png two.png --space w --steps 300",
            "project runs/digits --image seven.png --starts 16",
            "project runs/animals --image tom.png --label cat",
            "project runs/styles --image me.png --classifier runs/judge/models/classifier.keras",
        ],
    )
    parser.add_argument("run_dir", metavar="DIR")
    parser.add_argument(
        "--image",
        nargs="+",
        metavar="FILE",
        required=True,
        help="the images, searched for in parallel",
    )
    parser.add_argument(
        "--output",
        metavar="PATH",
        help="folder that gets a subfolder named after each image (default: project in the run)",
    )
    parser.add_argument(
        "--space",
        choices=("z", "w", "w+"),
        help="z: the latent; w: the mapped one, the same for all layers, for editing; w+: one for "
        "each layer, for likeness (default: w if the generator maps its latents, else z)",
    )
    parser.add_argument(
        "--from",
        dest="source",
        metavar="LETTER",
        help="for joint runs: letter of the images' domain",
    )
    parser.add_argument(
        "--label",
        metavar="NAME[,...]",
        help="for runs with classes: the class of the images, by name or number; one for all, or "
        "one for each",
    )
    parser.add_argument(
        "--attributes",
        metavar="NAME=0|1,...",
        help="for runs with attributes: those that the images have (1) or lack (0), all of them",
    )
    parser.add_argument(
        "--vector",
        action="append",
        metavar="V,...|FILE",
        help="for runs whose labels are vectors: the label of all images, or one for each",
    )
    parser.add_argument(
        "--crop",
        action="store_true",
        help="crop the centre of images of another size or number of channels, and convert it",
    )
    parser.add_argument(
        "--no-noise-opt",
        dest="noise",
        action="store_false",
        help="keep the generator's noise maps instead of optimising them as well",
    )
    parser.add_argument(
        "--distance",
        choices=("lpips", "vgg16", "pyramid"),
        help="LPIPS of VGG16, the maps of VGG16 that Image2StyleGAN compares, or squared errors at "
        "three sizes (default: lpips if its weights are available, else pyramid)",
    )
    parser.add_argument(
        "--weights",
        metavar="FILE",
        help="weights of lpips or vgg16, lpips-vgg16.npz (or its folder in TFGAN_KIT_WEIGHTS)",
    )
    parser.add_argument(
        "--classifier",
        metavar="FILE",
        help="a classifier of this kit, whose features are compared in addition to the pyramid",
    )
    parser.add_argument(
        "--starts",
        type=positive,
        help="searches per image in z; the best one counts (default: 8)",
    )
    parser.add_argument(
        "--steps", type=positive, default=1000, help="steps of a search (default: 1000)"
    )
    parser.add_argument(
        "--learning-rate",
        type=threshold,
        default=0.1,
        help="largest learning rate (default: 0.1)",
    )
    parser.add_argument(
        "--seed", type=not_negative, help="seed of the searches (default: the run's)"
    )
    add_best(parser)
    return with_manners(parser)


def shape() -> Parser:
    """The parser of `main.py shape`."""
    parser = Parser(
        prog="main.py shape",
        description="Writes the shape found by a run of gan2shape or gan2shape_networks: depth, "
        "normals, colours, and how it looks from other sides and in other light.",
        examples=["shape runs/me --output shape/", "shape runs/me --output shape/ --columns 48"],
    )
    parser.add_argument("run_dir", metavar="DIR")
    parser.add_argument("--output", metavar="PATH", required=True, help="a new folder")
    parser.add_argument(
        "--columns", type=positive, default=25, help="images per strip (default: 25)"
    )
    return with_manners(parser)
