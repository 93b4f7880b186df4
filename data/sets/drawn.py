"""Sets that are drawn: no files."""

from data.sets.entry import Entry

DRAWN = {
    "glyphs": Entry("drawn.glyphs", "plain", "drawn digits, white on black; any size, no files"),
    "glyphs-edge": Entry("drawn.glyphs", "edge", "their outer edges: 3x3 dilation minus image"),
    "glyphs-negative": Entry("drawn.glyphs", "negative", "their negatives: 255 - x"),
    "glyphs-rotate": Entry("drawn.glyphs", "rotate", "turned by 90 degrees"),
    "glyphs-color": Entry("drawn.glyphs", "color", "in colour on dark ground"),
    "glyphs-street": Entry(
        "drawn.glyphs", "street", "like house numbers: colours, neighbours, blur"
    ),
    "glyph_biased_color": Entry(
        "drawn.biased", "color", "in colour, 95 % of the digits below 5 in training"
    ),
    "glyph_biased_street": Entry(
        "drawn.biased", "street", "like house numbers, 95 % of the digits below 5 in training"
    ),
    "glyph_edge2colour": Entry(
        "drawn.pairs.edges", "colour", "pairs: edges, and digits in the colours of their class"
    ),
    "glyph_edge2street": Entry(
        "drawn.pairs.edges", "street", "pairs: edges, and the same digits as house numbers"
    ),
    "glyph_scene": Entry(
        "drawn.pairs.scene", "", "pairs: label maps and instances, and scenes of 1 to 4 digits"
    ),
    "glyph_strokes": Entry(
        "drawn.pairs.strokes", "", "pairs: outlines with colour strokes, and coloured digits"
    ),
    "glyph_textures": Entry(
        "drawn.pairs.textures", "", "pairs: outlines and textures, and digits filled with them"
    ),
    "glyph_sides": Entry(
        "drawn.pairs.sides", "", "pairs: a left side in outline, the right one and both coloured"
    ),
    "glyph_x4": Entry(
        "drawn.glyphs",
        "color",
        "digits in colour, 64x64, to be made from images of a quarter of the size",
        given=(("name", "glyph_x4"), ("size", 64)),
    ),
    "glyph_holes": Entry(
        "drawn.glyphs",
        "color",
        "digits in colour, 64x64, to be filled in where they have holes",
        given=(("name", "glyph_holes"), ("size", 64)),
    ),
    "glyph_recolour": Entry(
        "drawn.recolour", "inks", "digits in red, green, blue or yellow ink, by their ink"
    ),
    "glyph_recolour-shades": Entry(
        "drawn.recolour", "shades", "digits in any shade of these four inks, by their ink"
    ),
    "glyph_recolour-attributes": Entry(
        "drawn.recolour",
        "attributes",
        "digits by four attributes: red ink, pale ink, warm ground, fading ink",
    ),
    "glyph_recolour-digits": Entry(
        "drawn.recolour", "inks-digits", "the images of glyph_recolour, by their digits"
    ),
    "glyph_recolour-shades-digits": Entry(
        "drawn.recolour",
        "shades-digits",
        "the images of glyph_recolour-shades, by their digits",
    ),
    "glyph_recolour-attributes-digits": Entry(
        "drawn.recolour",
        "attributes-digits",
        "the images of glyph_recolour-attributes, by their digits",
    ),
    "glyph_palette_classes": Entry(
        "drawn.palettes", "", "digits in 26 palettes of an ink and a ground, by their palette"
    ),
    "glyph_palette_classes-digits": Entry(
        "drawn.palettes", "digits", "the images of glyph_palette_classes, by their digits"
    ),
    "glyph_tasks": Entry(
        "drawn.tasks",
        "",
        "drawn digits in 96 classes by digit, style and quarter turn; 8 and 9 are the last 18",
    ),
    "palette_tasks-hidden": Entry(
        "drawn.palette_tasks",
        "hidden",
        "digits in two hues of one of 220 palettes, which their lightness does not show",
    ),
    "palette_tasks-visible": Entry(
        "drawn.palette_tasks", "visible", "digits in two hues that belong to the digit"
    ),
    "style_domains": Entry(
        "drawn.style_domains", "", "digits in six styles, by their style; rotated and street last"
    ),
    "style_domains-digits": Entry(
        "drawn.style_domains", "digits", "the images of style_domains, by their digits"
    ),
    "glyph_boxes": Entry(
        "drawn.located.boxes", "", "one or two drawn digits on 64x64, with the box of each"
    ),
    "glyph_boxes-twins": Entry(
        "drawn.located.boxes", "twins", "the same digit twice on 64x64, with the box of each"
    ),
    "glyph_marks": Entry(
        "drawn.located.marks",
        "",
        "digits with a coloured bar, dot or frame, with a mask of each",
        takes="colours",
    ),
    "glyph_defects": Entry(
        "drawn.located.defects", "", "drawn ones; in test each has a defect, with its mask"
    ),
    "glyph_modalities": Entry(
        "drawn.modalities.house_numbers",
        "",
        "house numbers, and of half of them label maps, of the others depths",
    ),
    "glyph_opponent": Entry(
        "drawn.modalities.opponent",
        "",
        "digits in ten palettes: R - G, and of half of them G - B, of the others all colours",
    ),
    "glyph_opponent-palettes": Entry(
        "drawn.modalities.opponent",
        "palettes",
        "the images of glyph_opponent in colour, by their palette",
    ),
    "ring": Entry("drawn.points", "ring", "10 Gaussians on a circle, 5100 points in the plane"),
    "gaussians8": Entry(
        "drawn.points", "gaussians8", "8 Gaussians on a circle, points in the plane"
    ),
    "gaussians25": Entry(
        "drawn.points", "gaussians25", "25 Gaussians on a grid, points in the plane"
    ),
    "sinusoids": Entry(
        "drawn.sinusoids", "", "points of 2,000 sinusoids, each a class, for few-shot regression"
    ),
    "swissroll": Entry("drawn.points", "swissroll", "a spiral, points in the plane"),
}
