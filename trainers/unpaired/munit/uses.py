"""What a run whose images are a content and a style can do."""

from tfgan_kit.fields import Field, features_field, latent_field, vector_field
from tfgan_kit.uses import Call, Use


def uses_of_styles(
    images: dict[str, Field],
    *,
    style_size: int,
    maps: tuple[str, ...],
    channels: int,
    multiple: int,
) -> tuple[Use, ...]:
    """Translations in both directions, and the codes of images of both domains.

    Args:
      images: letter of each domain -> field of its images.
      style_size: length of a style.
      maps: the outputs of a content encoder, all of which a decoder takes; one is "content".
      channels: of the map "content".
      multiple: what the sides of images must divide by; also how much larger they are than those of
        the content.

    Returns:
      "translate_ab" and "translate_ba", in a style that is drawn; the same with "_reference", in
      that of an image of the target domain; "encode_style_a", "encode_content_a" and those of b.
    """
    drawn = {"style": latent_field(style_size)}
    first, second = images
    directions = ((first, second), (second, first))

    def translating(ending, source, target, style, *before):
        named = {name: name for name in maps}
        calls = (
            *before,
            Call(f"content_encoder_{source}", {"image": "input"}, named),
            Call(f"decoder_{target}", named | {"style": "style"}, {"image": "image"}),
        )
        inputs = {"input": images[source].of_any_size(multiple)}
        output = {"image": images[target].of_any_size(multiple)}
        return Use(f"translate_{source}{target}{ending}", calls, inputs | style, output)

    found = [translating("", source, target, drawn) for source, target in directions]
    for source, target in directions:
        encode = Call(f"style_encoder_{target}", {"image": "reference"}, {"style": "style"})
        reference = {"reference": images[target]}
        found.append(translating("_reference", source, target, reference, encode))
    for letter, field in images.items():
        found += [
            _encoding_style(letter, field, style_size),
            _encoding_content(letter, field, channels, multiple),
        ]
    return tuple(found)


def _encoding_style(letter, field, size):
    call = Call(f"style_encoder_{letter}", {"image": "image"}, {"style": "style"})
    return Use(f"encode_style_{letter}", (call,), {"image": field}, {"style": vector_field(size)})


def _encoding_content(letter, field, channels, multiple):
    call = Call(f"content_encoder_{letter}", {"image": "image"}, {"content": "content"})
    content = features_field((*(side // multiple for side in field.size), channels))
    return Use(
        f"encode_content_{letter}",
        (call,),
        {"image": field.of_any_size(multiple)},
        {"content": content.of_any_size(multiple)},
    )
