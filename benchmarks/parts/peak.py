"""What the machine's arithmetic can do at best: large products and convolutions in TensorFlow."""

import time

import tensorflow as tf

from benchmarks.turns import spread, take_turns

PRODUCTS = (1024, 2048, 4096)  # Sides of square matrices.
# Batch, size, channels in and out, side of the kernel, stride.
CONVOLUTIONS = (
    (32, 32, 256, 256, 3, 1),
    (64, 32, 128, 128, 3, 1),
    (64, 32, 64, 128, 4, 2),
    (64, 16, 256, 512, 4, 2),
)
PRECISIONS = ("float32", "bfloat16")
LONGEST = 10.0  # Seconds: what takes longer is not measured, as something smaller must be faster.


class _Repeated:
    """An operation on fixed arguments, as a contestant of `take_turns`."""

    def __init__(self, function, arguments, operations):
        self._function, self._arguments = tf.function(function), arguments
        self.operations = operations
        self.window(1)

    def window(self, steps):
        start = time.perf_counter()
        for _ in range(steps):
            # One number comes back: to fetch all of them would be a part of the time.
            self._function(*self._arguments).numpy()
        return time.perf_counter() - start


def product(side: int, dtype: str) -> _Repeated:
    """A product of square matrices."""
    a, b = (tf.cast(tf.random.stateless_normal((side, side), (0, i)), dtype) for i in (0, 1))
    return _Repeated(lambda a, b: tf.matmul(a, b)[0, 0], (a, b), 2 * side**3)


def convolution(batch, size, inputs, outputs, kernel, strides, dtype: str) -> _Repeated:
    """A convolution of NHWC images with padding."""
    images = tf.cast(tf.random.stateless_normal((batch, size, size, inputs), (0, 0)), dtype)
    weights = tf.cast(tf.random.stateless_normal((kernel, kernel, inputs, outputs), (0, 1)), dtype)
    operations = 2 * batch * (size // strides) ** 2 * kernel**2 * inputs * outputs

    def run(images, weights):
        return tf.nn.conv2d(images, weights, strides, "SAME")[0, 0, 0, 0]

    return _Repeated(run, (images, weights), operations)


def measure(*, windows: int, quick: bool, say) -> list[dict]:
    """Measures all of them in turn.

    Returns:
      One row each: "kind" ("product" or "convolution"), "precision", "shape" (side, or batch, size,
      channels in and out, kernel, stride) and "gflops", 10^9 operations per second as [median,
      smallest, largest].
    """
    rows, contestants = {}, {}
    for precision in PRECISIONS:
        for kind, build, shapes in (
            ("product", product, [(side,) for side in PRODUCTS]),
            ("convolution", convolution, CONVOLUTIONS),
        ):
            for shape in shapes[: 1 if quick else None]:
                say(f"peak: first {kind} {shape} {precision}")
                one = build(*shape, precision)
                seconds = one.window(1)
                name = f"{kind} {shape} {precision}"
                rows[name] = {"kind": kind, "precision": precision, "shape": list(shape)}
                contestants[name] = one
                if seconds > LONGEST / 8:  # The next product takes eight times as long.
                    break
    times = take_turns(contestants, dict.fromkeys(rows, 1), windows, lambda t: say(f"peak: {t}"))
    for name, row in rows.items():
        operations = contestants[name].operations / 1e9
        row["gflops"] = spread([operations / seconds for seconds, _ in times[name]])
    return list(rows.values())
