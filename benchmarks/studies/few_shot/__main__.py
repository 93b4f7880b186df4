"""Studies of methods for few examples: `python -m benchmarks.studies.few_shot STUDY --output FILE`.

See `benchmarks.studies.paired`; the runs lie in runs/few_shot unless `--runs` names another folder.
"""

from benchmarks.machine import run_main
from benchmarks.studies.few_shot.studies import STUDIES
from benchmarks.studies.paired import main

if __name__ == "__main__":
    run_main(lambda: main(STUDIES, "runs/few_shot", __doc__))
