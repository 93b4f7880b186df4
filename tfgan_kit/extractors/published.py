"""Where the weights of feature networks are published. Importing this module imports nothing."""

PUBLISHED_AT = {
    "inception-2015": "classify_image_graph_def.pb of "
    "http://download.tensorflow.org/models/image/imagenet/inception-2015-12-05.tgz; or "
    "torch-fidelity's weights-inception-2015-12-05-6726825d.pth, by way of .npz",
    "vgg16-lpips": "torchvision's vgg16-397923af.pth and the heads, lpips/weights/v0.1/vgg.pth of "
    "the package lpips, both by way of .npz",
    "alexnet-lpips": "torchvision's alexnet-owt-7be5be79.pth and the heads, "
    "lpips/weights/v0.1/alex.pth of the package lpips, both by way of .npz",
}
WITH_TORCH = (
    'numpy.savez("w.npz", **{k: v.numpy() for k, v in torch.load("w.pth", map_location="cpu")'
    ".items()})"
)
