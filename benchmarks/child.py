"""A process that computes on demand: a peer, or another split of the machine's cores.

Requests and answers are lines of JSON over the child's standard input and output. Between requests
the child waits for the next line and uses no processor.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class ChildError(Exception):
    """What went wrong in a child, in one line."""


class Child:
    """The parent's end.

    Args:
      module: what `python -m` runs; it calls `serve`.
      python: path of the interpreter.
    """

    def __init__(self, module: str, python: str = sys.executable):
        self._errors = tempfile.TemporaryFile("w+", errors="replace")  # noqa: SIM115 (see close)
        self._process = subprocess.Popen(
            [python, "-m", module],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
        )

    def ask(self, do: str, **arguments):
        """Sends a request and waits for its answer.

        Raises:
          ChildError: if the child answers with an error, or ends.
        """
        try:
            self._process.stdin.write(json.dumps({"do": do, **arguments}) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            self._errors.seek(0)
            words = self._errors.read().strip().splitlines() or ["without a word"]
            raise ChildError(f"ended: {words[-1]}")
        answer = json.loads(line)
        if "error" in answer:
            raise ChildError(answer["error"])
        return answer["result"]

    def close(self) -> None:
        """Ends the child."""
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()
        self._errors.close()


class Remote:
    """A contestant that lives in a child, which serves "window" and "cpu_seconds".

    Args:
      child: where it lives.
      name: what the child calls it.
    """

    def __init__(self, child: Child, name: str):
        self._child, self._name = child, name

    def window(self, steps: int) -> float:
        """Does so many steps and returns the seconds it took, as the child measured them."""
        return self._child.ask("window", name=self._name, steps=steps)

    def cpu_seconds(self) -> float:
        """Processor time of the child so far."""
        return self._child.ask("cpu_seconds")


def serve(handlers: dict) -> None:
    """The child's end: answers requests until its standard input ends.

    Args:
      handlers: what a request asks to do -> function of the request's other fields, which returns
        what JSON can hold.
    """
    # Libraries may print: what they say must not come between the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {"result": handlers[request.pop("do")](**request)}
        except Exception as error:
            text = (str(error).strip().splitlines() or [""])[0]
            answer = {"error": f"{type(error).__name__}: {text}"[:200]}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
