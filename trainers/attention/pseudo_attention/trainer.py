"""Pseudo-attention: maps of other classes, for a student whose classes the teacher does not know.

The Parma thesis (Guiding the matrix, 2020), section 9.4. The teacher is asked for the partner of
each class, such as a hat for a bald head: what is at the same place. Its discriminator tells the
partner on the translations of both.
"""

from trainers.attention.attention_distill.trainer import AttentionDistill


class PseudoAttention(AttentionDistill):
    """The same as `AttentionDistill`, with partners that are named."""

    def partner_names(self):
        """See `AttentionDistill.partner_names`."""
        return self.config.partner_names
