"""Sets that are read from files."""

from data.paired_formats import FORMATS
from data.sets.entry import PATH, Entry

_IDX = "the four IDX files (train-images-idx3-ubyte.gz, ...)"
_EMNIST_SETS = {
    "emnist_mnist": "EMNIST's MNIST, 28x28 gray",
    "emnist_digits": "EMNIST's 280,000 digits, 28x28 gray",
    "emnist_letters": "EMNIST's letters, 28x28 gray, 26 classes",
    "emnist_balanced": "EMNIST's digits and letters in equal shares, 28x28 gray, 47 classes",
    "emnist_bymerge": "EMNIST's digits and letters, 28x28 gray, 47 classes",
    "emnist_byclass": "EMNIST's digits and letters, 28x28 gray, 62 classes",
}
_CYCLEGAN = "a folder with trainA, trainB, testA, testB"
# name -> (what the domains show, the size of the images)
CYCLEGAN_SETS = {
    "apple2orange": ("apples and oranges", "256x256"),
    "horse2zebra": ("horses and zebras", "256x256"),
    "summer2winter_yosemite": ("Yosemite in summer and in winter", "256x256"),
    "monet2photo": ("Monet's paintings and photographs", "256x256"),
    "cezanne2photo": ("Cezanne's paintings and photographs", "256x256"),
    "ukiyoe2photo": ("ukiyo-e prints and photographs", "256x256"),
    "vangogh2photo": ("Van Gogh's paintings and photographs", "256x256"),
    "maps": ("aerial photographs and maps", "600x600"),
    "cityscapes": ("street scenes and their label maps", "256x256"),
    "facades": ("facades and their label maps", "256x256"),
    "iphone2dslr_flower": ("flowers by telephone and by camera", "256x256"),
}
PAIRED_SETS = {
    name: Entry(f"sources.paired.{module}", None, text, needs, takes=PATH)
    for name, module, text, needs in FORMATS
}

FILES = {
    "mnist": Entry("sources.idx", "mnist", "handwritten digits, 28x28 gray", _IDX),
    "fashion_mnist": Entry("sources.idx", "fashion_mnist", "clothes, 28x28 gray", _IDX),
    "kmnist": Entry("sources.idx", "kmnist", "cursive Japanese characters, 28x28 gray", _IDX),
    "mnistm": Entry(
        "sources.mnistm",
        "",
        "MNIST blended into photographs, or into drawn textures if there are none, 32x32 RGB",
        "MNIST's, and a folder of photographs mnistm-photos/ or BSR/ (optional)",
    ),
    **{
        name: Entry(
            "sources.idx",
            name,
            text,
            "its four IDX files (emnist-...-train-images-idx3-ubyte, ...)",
        )
        for name, text in _EMNIST_SETS.items()
    },
    "usps": Entry(
        "sources.usps",
        "",
        "digits on envelopes, 16x16 gray",
        "zip.train.gz and zip.test.gz, or usps.bz2 and usps.t.bz2",
    ),
    "cifar10": Entry(
        "sources.cifar10",
        "",
        "ten kinds of objects, 32x32 RGB",
        "the binary version (data_batch_1.bin, ...)",
    ),
    "svhn": Entry(
        "sources.svhn", "", "house numbers, 32x32 RGB", "train_32x32.mat and test_32x32.mat"
    ),
    "celeba": Entry(
        "sources.celeba",
        "",
        "faces, 178x218 RGB; celeba:Smiling has the smiling ones, celeba:!Smiling the others",
        "img_align_celeba/ and list_attr_celeba.txt",
        takes="an attribute",
    ),
    "celeba-attributes": Entry(
        "sources.celeba_attributes",
        "",
        "faces with 13 attributes, or those that are named; any may apply, 178x218 RGB",
        "img_align_celeba/ and list_attr_celeba.txt",
        takes="names of attributes",
    ),
    **{
        name: Entry(
            "sources.cyclegan", None, f"{text}, {size}", _CYCLEGAN, takes="the domain, a or b"
        )
        for name, (text, size) in CYCLEGAN_SETS.items()
    },
    "npz": Entry("sources.npz", None, "arrays of images and labels", "an .npz file", takes=PATH),
    "folder": Entry("sources.folder", None, "image files", "a folder of images", takes=PATH),
    "classes": Entry(
        "sources.folder",
        None,
        "image files in folders that are classes, even if one is called train, test or val",
        "a folder of folders",
        takes=PATH,
        given=(("layout", "classes"),),
    ),
    "labels": Entry(
        "sources.labels",
        None,
        "image files with a table of their attributes",
        "a folder with labels.csv, or with train and test that have one each",
        takes=PATH,
    ),
    "splits": Entry(
        "sources.folder",
        None,
        "image files in the folders train, test and val; all others are ignored",
        "a folder of these",
        takes=PATH,
        given=(("layout", "splits"),),
    ),
    **PAIRED_SETS,
    "modalities": Entry(
        "sources.modalities.folders",
        None,
        "groups of images, label maps and depths that belong together",
        "a folder with train/GROUP/MODALITY/ and test/GROUP/MODALITY/",
        takes=PATH,
    ),
    "tfrecord": Entry(
        "sources.tfrecord", None, "records of encoded images", "a .tfrecord file", takes=PATH
    ),
    "generated": Entry(
        "sources.generated",
        None,
        "what the generator of a run draws, 60,000 train and 10,000 test; of a joint run with :a",
        "a run's directory",
        takes=PATH,
    ),
    "tfds": Entry(
        "sources.tfds_source",
        None,
        "any image set of TensorFlow Datasets, such as tfds:cifar10",
        "a set that tfds has prepared",
        takes="its name in the TFDS catalogue",
    ),
}
