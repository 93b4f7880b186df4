"""Episodes: small tasks of a few classes, for few-shot and meta-learning.

An episode has `ways` classes, drawn without replacement, of each of them `shots` support examples
to learn from and `queries` query examples to be asked about, all of them different:

    {"support": {"image": (ways * shots, h, w, c), "label": (ways * shots,)},
     "query": {"image": (ways * queries, h, w, c), "label": (ways * queries,)},
     "class": (ways,)}

Examples stand class by class. A label is the number of the class in its episode, from 0 to
`ways` - 1; "class" has their numbers in the data. Whatever fields the data have beside the label
come like the image.
"""
