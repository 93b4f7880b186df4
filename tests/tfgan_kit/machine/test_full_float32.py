import pytest
import tensorflow as tf

from tfgan_kit.machine.full_float32 import full_float32

enabled = tf.config.experimental.tensor_float_32_execution_enabled


@pytest.mark.parametrize("before", [True, False])
def test_float32_is_full_while_it_lasts_and_as_before_afterwards(before):
    found = enabled()
    tf.config.experimental.enable_tensor_float_32_execution(before)
    try:
        with full_float32():
            assert not enabled()
        assert enabled() is before
        with pytest.raises(KeyError), full_float32():
            raise KeyError
        assert enabled() is before
    finally:
        tf.config.experimental.enable_tensor_float_32_execution(found)


def test_features_are_computed_in_full_float32():
    from tfgan_kit.extractors.extractor import Extractor

    seen = []

    def network(images):
        # Called while it is traced, which is when its first batch is computed.
        seen.append(enabled())
        return {"features": tf.reduce_mean(images, (1, 2))}

    extractor = Extractor(
        name="mean", network=network, dimension=3, description="means", digest="0" * 64
    )
    extractor(tf.zeros((2, 4, 4, 3), tf.uint8).numpy())
    assert seen
    assert not any(seen)
