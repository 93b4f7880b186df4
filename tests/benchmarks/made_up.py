"""Results that were never measured."""

MACHINE = {
    "processor": "a processor",
    "flags": ["avx2"],
    "cores": 2,
    "memory_gb": 8,
    "python": "3",
    "tensorflow": "2",
    "keras": "3",
    "numpy": "2",
}


def contestant(name, *seconds, precision="float32", images=64):
    return {
        "name": name,
        "precision": precision,
        "images": images,
        "steps": 1,
        "first_seconds": 3.0,
        "seconds": list(seconds),
        "cpu_seconds": list(seconds),
    }


def results(*rows, **changes):
    return {"machine": MACHINE | changes, "date": "2026-01-31", "rows": list(rows)}
