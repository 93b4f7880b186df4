"""Methods that translate images between domains, learned without pairs."""

from trainers.method import Method

_OF_STYLES = (
    *("translate_ab", "translate_ba", "translate_ab_reference", "translate_ba_reference"),
    *("translate_aa", "translate_bb", "decode_a", "decode_b"),
    *("encode_style_a", "encode_style_b", "encode_content_a", "encode_content_b"),
)

# What judges translations, which is trained first.
_OF_DOMAINS = "trainers.core.domain_judges:prepare"
_OF_MANY_DOMAINS = "trainers.unpaired.many_domains.judges:prepare"

METHODS = {
    "cyclegan": Method(
        about="translates between two domains without pairs: each direction undoes the other",
        config="trainers.unpaired.cyclegan.config:CycleGANConfig",
        trainer="trainers.unpaired.cyclegan.trainer:CycleGAN",
        uses=("translate_ab", "translate_ba"),
        feed="domains",
        prepare=_OF_DOMAINS,
    ),
    "unit": Method(
        about="translates between two domains without pairs: both share their latents",
        config="trainers.unpaired.unit.config:UNITConfig",
        trainer="trainers.unpaired.unit.trainer:UNIT",
        uses=(
            *("translate_ab", "translate_ba", "translate_aa", "translate_bb"),
            *("encode_a", "encode_b", "decode_a", "decode_b"),
        ),
        feed="domains",
        prepare=_OF_DOMAINS,
    ),
    "munit": Method(
        about="translates one image into many of another domain: the style is drawn",
        config="trainers.unpaired.munit.config:MUNITConfig",
        trainer="trainers.unpaired.munit.trainer:MUNIT",
        uses=_OF_STYLES,
        feed="domains",
        prepare=_OF_DOMAINS,
    ),
    "udit": Method(
        about="as munit, but translations keep what a frozen classifier sees, despite bias",
        config="trainers.unpaired.udit.config:UDITConfig",
        trainer="trainers.unpaired.udit.trainer:UDIT",
        uses=_OF_STYLES,
        feed="domains",
        prepare=_OF_DOMAINS,
    ),
    "stargan": Method(
        about="translates between many domains with one generator, which is given the domain",
        config="trainers.unpaired.stargan.config:StarGANConfig",
        trainer="trainers.unpaired.stargan.trainer:StarGAN",
        uses=("translate",),
        feed="labelled",
        prepare=_OF_MANY_DOMAINS,
    ),
    "sdit": Method(
        about="translates between many domains, in many ways, with one generator",
        config="trainers.unpaired.sdit.config:SDITConfig",
        trainer="trainers.unpaired.sdit.trainer:SDIT",
        uses=("translate",),
        feed="labelled",
        prepare=_OF_MANY_DOMAINS,
    ),
}
