"""Studies of unpaired translation: `python -m benchmarks.studies.unpaired STUDY --output FILE`.

See `benchmarks.studies.paired`; the runs lie in runs/unpaired unless `--runs` names another folder.
"""

from benchmarks.machine import run_main
from benchmarks.studies.paired import main
from benchmarks.studies.unpaired.studies import STUDIES

if __name__ == "__main__":
    run_main(lambda: main(STUDIES, "runs/unpaired", __doc__))
