"""Methods that begin with trained networks, or combine networks."""

from trainers.method import Method

# With the modalities of glyph_modalities; others go by their own names.
_OF_MODALITIES = (
    *("translate_rgb_segmentation", "translate_segmentation_rgb", "translate_rgb_depth"),
    *("translate_depth_rgb", "translate_segmentation_depth", "translate_depth_segmentation"),
    *("translate_rgb_segmentation_depth", "translate_rgb_depth_segmentation"),
    *("translate_segmentation_depth_rgb", "encode_rgb", "encode_segmentation", "encode_depth"),
    *("decode_rgb", "decode_segmentation", "decode_depth"),
)

# Those of glyph_recolour likewise.
_INKS = ("red", "green", "blue", "yellow")
_OF_INKS = tuple(f"translate_{a}_{b}" for a in _INKS for b in _INKS if a != b)

METHODS = {
    "minegan": Method(
        about="images like a few given ones, mined from trained generators by a small network",
        config="trainers.transfer.minegan.config:MineGANConfig",
        trainer="trainers.transfer.minegan.trainer:MineGAN",
        uses=("generate", "score"),
    ),
    "bsa": Method(
        about="learns a few dozen images by the factors and offsets of a trained generator's norms",
        config="trainers.transfer.bsa.config:BSAConfig",
        trainer="trainers.transfer.bsa.trainer:BSA",
        uses=("generate",),
        feed="numbered",
    ),
    "mmnet": Method(
        about="translates between any two of several modalities, even without pairs of the two",
        config="trainers.transfer.mmnet.config:MMNetConfig",
        trainer="trainers.transfer.mmnet.trainer:MMNet",
        uses=_OF_MODALITIES,
        feed="groups",
        prepare="trainers.transfer.mmnet.judge:prepare",
    ),
    "mmnet_domains": Method(
        about="translates between any two of many domains, trained only to and from one, unpaired",
        config="trainers.transfer.mmnet_domains.config:MMNetDomainsConfig",
        trainer="trainers.transfer.mmnet_domains.trainer:MMNetDomains",
        uses=_OF_INKS,
        feed="classes",
        prepare="trainers.transfer.mmnet_domains.measures:prepare",
    ),
}
