"""Measures as text: aligned columns, whole numbers in full, lists below the numbers."""

from tfgan_kit.evaluation.table import table


def test_numbers_are_shown_as_numbers():
    lines = table({"modes": 10_000, "loss": 12_345.6, "fid": 98.3412, "tiny": 1.5e-7, "huge": 1e12})
    shown = {line.split()[0]: line.split()[1] for line in lines[1:]}
    assert shown == {
        "modes": "10000",
        "loss": "12346",
        "fid": "98.34",
        "tiny": "1.5e-07",
        "huge": "1e+12",
    }


def test_a_list_does_not_break_the_columns():
    measured = {"agreement": 0.5, "class_histogram": [0.25] * 12, "frechet": 3.25}
    reference = {"real": {"agreement": 0.75, "frechet": 20_000}}
    head, *rows = table(measured | {"reference": reference})
    assert head.split() == ["samples", "real"]
    assert [row.split() for row in rows[:2]] == [
        ["agreement", "0.5", "0.75"],
        ["frechet", "3.25", "20000"],
    ]
    assert {len(line) for line in (head, *rows[:2])} == {28 + 12 + 14}
    assert rows[2] == "class_histogram: " + " ".join(["0.25"] * 12)
