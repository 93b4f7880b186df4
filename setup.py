"""Packaging of tfgan-kit."""

from pathlib import Path

from setuptools import find_packages, setup

ONNX = ["tf2onnx", "onnxruntime"]
TFLITE = ["ai-edge-litert"]

about = {}
exec(Path(__file__).with_name("tfgan_kit").joinpath("version.py").read_text(), about)

setup(
    name="tfgan-kit",
    version=about["__version__"],
    description="A GAN training framework for TensorFlow 2 and Keras 3",
    long_description=Path(__file__).with_name("README.md").read_text(),
    long_description_content_type="text/markdown",
    license="Apache-2.0",
    python_requires=">=3.11",
    packages=find_packages(include=[f"{p}*" for p in ("tfgan_kit", "nets", "trainers", "data")]),
    package_data={"trainers": ["*/*/presets/*.json"], "tfgan_kit": ["report/*.css", "report/*.js"]},
    py_modules=["main"],
    entry_points={"console_scripts": ["tfgan-kit = tfgan_kit.entry:run"]},
    install_requires=[
        "tensorflow>=2.20",
        "tensorboard",  # TensorFlow writes event files only beside it.
        "keras>=3.12",
        "numpy",
        "scipy",
        # OpenCV 5 draws text with other fonts: the glyphs would be other images.
        "opencv-python-headless>=4.10,<5",
        "tensorflow-datasets",
        "importlib_resources",  # tensorflow-datasets imports it and does not ask for it.
        "matplotlib",
        "pillow",
        "shtab",
    ],
    extras_require={
        "onnx": ONNX,
        "tflite": TFLITE,
        "dev": [
            *("pytest", "pytest-xdist", "hypothesis", "ruff"),
            # Exported models are read by what is not this kit: protocols, and other runtimes.
            *("tensorflow-serving-api", "openvino", *ONNX, *TFLITE),
        ],
    },
)
