"""The peak and the profile are of what they say."""

import pytest
from tensorflow.tsl.profiler.protobuf import xplane_pb2

from benchmarks.parts import peak, time_shares


def test_operations_of_a_product_and_a_convolution():
    assert peak.product(8, "float32").operations == 2 * 8**3
    one = peak.convolution(2, 8, 3, 5, 3, 2, "float32")
    assert one.operations == 2 * 2 * 4 * 4 * 9 * 3 * 5
    assert one.window(1) > 0


def test_the_peak_has_a_row_for_each(monkeypatch):
    monkeypatch.setattr(peak, "PRODUCTS", (8, 16))
    monkeypatch.setattr(peak, "CONVOLUTIONS", ((1, 8, 2, 2, 3, 1),))
    rows = peak.measure(windows=2, quick=False, say=lambda text: None)
    assert [(r["kind"], r["precision"], r["shape"][0]) for r in rows] == [
        ("product", "float32", 8),
        ("product", "float32", 16),
        ("convolution", "float32", 1),
        ("product", "bfloat16", 8),
        ("product", "bfloat16", 16),
        ("convolution", "bfloat16", 1),
    ]
    assert all(0 < r["gflops"][1] <= r["gflops"][0] <= r["gflops"][2] for r in rows)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("while/gradient_tape/d/conv_1/Conv2DBackpropInput:_MklNativeConv2DBackpropInput", 0),
        ("while/d/logits/MatMul:_FusedMatMul", 0),
        ("while/g/norm_1/batchnorm/mul:Mul", 1),
        ("while/adam/mul:Mul", 2),
        ("while/adam_1/AssignAddVariableOp:AssignAddVariableOp", 2),
        ("while/stateless_random_normal:StatelessRandomNormalV2", 3),
        ("while/IteratorGetNext:IteratorGetNext", 4),
        ("while/d/leaky_relu_1/LeakyRelu:LeakyRelu", 5),
    ],
)
def test_kinds(path, kind):
    assert time_shares.kind_of(path) == list(time_shares.KINDS)[kind]


def test_times_add_up_over_the_threads_of_the_step():
    space = xplane_pb2.XSpace()
    plane = space.planes.add()
    for i, name in enumerate(["a:Conv2D", "b/norm_1:Mul", "ExecutorState::Process"], start=1):
        plane.event_metadata[i].name = name
    for thread in ("tf_Compute/1", "tf_Compute/2", "tf_data_private_threadpool/3"):
        line = plane.lines.add(name=thread)
        for i in (1, 2, 3):
            line.events.add(metadata_id=i, duration_ps=i * 10**12)
    times = time_shares.times(space.SerializeToString())
    assert {k: t for k, t in times.items() if t} == {
        "convolutions and products": 2.0,
        "normalizations": 4.0,
    }
