import pytest

from tfgan_kit.errors import UserError
from tfgan_kit.settings.option import make
from trainers import registry
from trainers.few_shot.inner_config import InnerConfig

KINDS = {name: method.config_class() for name, method in registry.METHODS.items()}
INNER = [name for name, kind in KINDS.items() if issubclass(kind, InnerConfig)]


@pytest.mark.parametrize("method", INNER)
def test_what_inner_steps_cannot_do_is_refused(method):
    with pytest.raises(UserError, match="mixed_float16: inner steps have no loss scaling"):
        make(KINDS[method], {"precision": "mixed_float16"}).check()
    with pytest.raises(UserError, match="--evaluate-at: give ascending numbers"):
        make(KINDS[method], {"evaluate_at": (5, 1)}).check()
    make(KINDS[method], {"precision": "mixed_bfloat16"}).check()
