"""Methods that learn the labels of images."""

from trainers.method import Method

METHODS = {
    "classifier": Method(
        about="predicts the classes or attributes of images",
        config="trainers.classification.classifier.config:ClassifierConfig",
        trainer="trainers.classification.classifier.trainer:Classifier",
        uses=("classify",),
    ),
}
