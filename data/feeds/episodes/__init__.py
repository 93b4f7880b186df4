"""Episodes: small tasks of a few classes, for few-shot and meta-learning.

An episode has `ways` classes, drawn without replacement. Each class has `shots` support examples to
learn from and `queries` query examples to classify, all of them different:

    {"support": {"image": (ways * shots, h, w, c), "label": (ways * shots,)},
     "query": {"image": (ways * queries, h, w, c), "label": (ways * queries,)},
     "class": (ways,)}

Examples are ordered by class. A label is the number of the class within its episode, from 0 to
`ways` - 1; "class" has their numbers in the data. Any other fields of the data are included in the
same way as the image. A task that is one set of images is an episode of one class without queries.
"""
