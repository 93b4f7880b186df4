"""What a run whose images are a content and a style can do."""

from tfgan_kit.fields import Field, features_field, latent_field, vector_field
from tfgan_kit.uses import Call, Use

# Style encoders halve an image four times and pad by reflection, which needs two pixels each time:
# twice this is the smallest side that images are extended to.
_STYLED = 8


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
      that of an image of the target domain; "translate_aa" and "translate_bb", the image from its
      own content and style; "encode_style_a", "encode_content_a" and those of b; "decode_a" and
      "decode_b", an image from both, if the content is all that a decoder takes beside the style.
    """
    drawn = {"style": latent_field(style_size)}
    first, second = images
    directions = ((first, second), (second, first))

    def translating(ending, source, target, style, *before, multiple=multiple):
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
    for letter in images:
        encode = Call(f"style_encoder_{letter}", {"image": "input"}, {"style": "style"})
        sizes = {"multiple": max(multiple, _STYLED)}
        found.append(translating("", letter, letter, {}, encode, **sizes))
    for letter, field in images.items():
        content = features_field((*(side // multiple for side in field.size), channels))
        style, image = vector_field(style_size), field.of_any_size(multiple)
        found += [
            _encoding_style(letter, field, style),
            _encoding_content(letter, image, content.of_any_size(multiple)),
        ]
        if len(maps) == 1:
            found.append(_decoding(letter, content.of_any_size(1), style, image))
    return tuple(found)


def _encoding_style(letter, image, style):
    call = Call(f"style_encoder_{letter}", {"image": "image"}, {"style": "style"})
    return Use(f"encode_style_{letter}", (call,), {"image": image}, {"style": style})


def _encoding_content(letter, image, content):
    call = Call(f"content_encoder_{letter}", {"image": "image"}, {"content": "content"})
    return Use(f"encode_content_{letter}", (call,), {"image": image}, {"content": content})


def _decoding(letter, content, style, image):
    given = {"content": content, "style": style}
    call = Call(f"decoder_{letter}", {name: name for name in given}, {"image": "image"})
    return Use(f"decode_{letter}", (call,), given, {"image": image})
