"""The formats of files for paired translation. Importing this imports nothing heavy."""

# Name, module under data.sources.paired, what it holds, the files that it reads.
FORMATS = (
    (
        "paired",
        "folders",
        "images, label maps, masks and vectors that belong together, matched by file name",
        "a folder with a folder for each: input, target, ids, mask, ...; or trainA, trainB",
    ),
    (
        "aligned",
        "aligned",
        "pairs in one image each, input left and target right",
        "a folder of such images, or of train, val and test with them",
    ),
    (
        "labelmap",
        "labelmap",
        "images and their label maps, 255 being no class",
        "a folder with images, labels and maybe instances and labels.txt",
    ),
    (
        "sketch",
        "sketch",
        "images and their edges, drawn or found",
        "a folder with images and maybe edges and segments",
    ),
    (
        "texture",
        "texture",
        "images, their edges and shapes, and textures to fill these with",
        "a folder with images, segments and maybe edges and textures",
    ),
    (
        "sides",
        "sides",
        "two sides of a thing, the left one also in outline",
        "a folder with left, right and maybe parts and edges",
    ),
    (
        "inpaint",
        "inpaint",
        "images and the holes to fill in them",
        "a folder with images and masks",
    ),
    (
        "superres",
        "superres",
        "images and smaller versions of them, to learn to enlarge",
        "a folder with HR and maybe LR_x2 or LR_x4",
    ),
)
