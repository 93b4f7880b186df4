"""The studies of students: which runs are compared, and by which measures."""

from benchmarks.studies.paired_studies import Beside, Study, Variant

_COSTS = ("parameters", "operations", "kilobytes", "ms_per_image")
_TEACHER = {"pooling": "mean", "batch_size": 64, "learning_rate": 0.003, "steps": 600}
_ALONE = _TEACHER | {"examples": 200, "width": 0.125, "steps": 400}


def _student(**settings):
    return Variant("attention_transfer", "glyphs-small", settings)


def _more(**settings):
    return Variant("lwm", "glyphs-small", {"teacher": Beside("teacher")} | settings)


STUDIES = {
    # Zagoruyko & Komodakis 2017: table 1, on few labelled images.
    "transfer": Study(
        {
            "teacher": Variant("classifier", "glyphs-small", _TEACHER),
            "random teacher": Variant(
                "classifier", "glyphs-small", _TEACHER | {"steps": 1, "learning_rate": 0.0}
            ),
            "student alone": Variant("classifier", "glyphs-small", _ALONE),
            "student": _student(teacher=Beside("teacher")),
            "student, beta 1000": _student(teacher=Beside("teacher"), attention_weight=1000.0),
            "student of the random one": _student(teacher=Beside("random teacher")),
        },
        ("accuracy", *_COSTS),
    ),
    # Dhar et al. 2019: table 3, the terms added one after the other.
    "new_classes": Study(
        {
            "teacher": Variant(
                "classifier",
                "glyphs-small",
                {"classes": ("0-4",), "width": 0.25, "batch_size": 64, "steps": 300},
            ),
            "fine-tuning": _more(distillation_weight=0.0, attention_weight=0.0),
            "L_D": _more(attention_weight=0.0),
            "L_D and L_AD": _more(),
            "10 L_D and L_AD": _more(distillation_weight=10.0),
        },
        ("accuracy", "accuracy_old", "accuracy_new", *_COSTS),
    ),
}
