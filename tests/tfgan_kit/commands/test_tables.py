"""Tables for the terminal: columns as wide as their content."""

from types import SimpleNamespace

from tfgan_kit.commands.tables import methods_by_family, names, names_by, sections, table

LONG = "n" * 40


def test_columns_are_as_wide_as_their_content():
    assert table([("a", "first"), ("long", "second")]) == "a     first\nlong  second"
    assert table([("a", "b", "c"), ("aa", "", "cc")], indent=" ") == " a   b  c\n aa     cc"
    assert table([]) == ""
    assert table([(LONG, "about")]) == f"{LONG}  about"
    assert table([("a", "")]) == "a"


def test_columns_line_up_over_all_parts():
    text = sections({"one": [("a", "x")], "none": [], "two": [("long", "y"), ("b", "z")]})
    assert text == "one\n  a     x\n\ntwo\n  long  y\n  b     z"


def test_names_say_the_same_to_a_script():
    flat = names({"a": "x", LONG: "y"})
    assert flat == f"a{' ' * 39}  x\n{LONG}  y"
    assert flat.values == {"a": "x", LONG: "y"}
    # One name may be there twice.
    parts = {"one": {"demo": "x"}, "two": {"demo": "y"}, "none": {}}
    assert names_by(parts) == "one\n  demo  x\n\ntwo\n  demo  y"
    assert names_by(parts).values == parts


def test_methods_by_family():
    gan = SimpleNamespace(about="two players", uses=("generate", "score"))
    vae = SimpleNamespace(about="one", uses=())
    told = methods_by_family({"games": {"gan": gan}, "others": {"vae-2": vae}})
    assert told == "games\n  gan    two players  generate, score\n\nothers\n  vae-2  one"
    assert told.values == {
        "gan": {"family": "games", "about": "two players", "uses": ["generate", "score"]},
        "vae-2": {"family": "others", "about": "one", "uses": []},
    }
