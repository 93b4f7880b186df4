"""Uses: what a trained run can do, described as data for commands, reports and exports."""

from tfgan_kit.uses.use import Call, Use, generate, read_uses, score, translate, write_uses

__all__ = ["Call", "Use", "generate", "read_uses", "score", "translate", "write_uses"]
