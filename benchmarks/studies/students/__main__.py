"""Studies of students of classifiers: `python -m benchmarks.studies.students STUDY --output FILE`.

See `benchmarks.studies.paired`; the runs lie in runs/students unless `--runs` names another folder.
"""

from benchmarks.machine import run_main
from benchmarks.studies.paired import main
from benchmarks.studies.students.studies import STUDIES

if __name__ == "__main__":
    run_main(lambda: main(STUDIES, "runs/students", __doc__))
