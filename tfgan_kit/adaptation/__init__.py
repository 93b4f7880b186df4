"""Adapting a trained run to a task: a few images of what it has not seen, and a few steps.

A method that adapts has a function in its row of the registry, `adapt`:

    function(run: SavedRun, examples: dict of arrays, *, steps: int, seed: int)
        -> {name of a network: new keras.Model}

It returns the networks that change, as new models; those of the run stay as they are, to the last
bit (`tfgan_kit.meta.changed` makes such models). The examples are those of the task, as the run's
data have them: uint8 "image" (n, h, w, c), and "label", int64 (n,), the numbers of the task's
classes from 0 on, which are all 0 where a task is one set of images. A run whose setting `others`
is not 0 gets up to so many images of the classes that it was trained on as "others", and "seen",
bool (classes,), which of the task's classes it was trained on.
"""
