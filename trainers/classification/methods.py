"""Methods that learn the labels of images."""

from trainers.method import Method

METHODS = {
    "classifier": Method(
        about="the classes, or the attributes, of labelled images",
        config="trainers.classification.classifier.config:ClassifierConfig",
        trainer="trainers.classification.classifier.trainer:Classifier",
        uses=("classify",),
    ),
}
