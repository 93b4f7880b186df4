"""Uses: what a trained run can do, as data that commands, reports and exports read."""

from tfgan_kit.uses.use import Call, Use, generate, read_uses, score, write_uses

__all__ = ["Call", "Use", "generate", "read_uses", "score", "write_uses"]
