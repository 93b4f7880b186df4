"""A headless Chromium, spoken to over its debugging pipe: nothing else need be installed."""

import base64
import json
import os
import selectors
import shutil
import subprocess
import sys
import time

PROGRAM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))),
    None,
)
_OPTIONS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-breakpad",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--force-color-profile=srgb",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
# The browser reads from descriptor 3 and writes to 4, which may be taken.
_START = """
import fcntl, os, sys
ends = [fcntl.fcntl(int(end), fcntl.F_DUPFD, 10) for end in sys.argv[1:3]]
for place, end in enumerate(ends, 3):
    os.dup2(end, place)
os.execv(sys.argv[3], sys.argv[3:])
"""


class Browser:
    """One window.

    Args:
      profile: an empty folder.

    Attributes:
      complaints: what the page wrote to the console or threw.
      requests: the addresses that it asked for.
    """

    def __init__(self, profile):
        to_browser, self._out = os.pipe()
        self._in, from_browser = os.pipe()
        ends = (str(to_browser), str(from_browser))
        self._process = subprocess.Popen(
            [sys.executable, "-c", _START, *ends, PROGRAM, *_OPTIONS, f"--user-data-dir={profile}"],
            pass_fds=(to_browser, from_browser),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_browser)
        os.close(from_browser)
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._in, selectors.EVENT_READ)
        self._rest, self._number, self._session = b"", 0, None
        self.complaints, self.requests, self._loaded = [], [], False
        target = self._send("Target.createTarget", url="about:blank")["targetId"]
        attached = self._send("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        for part in ("Page", "Runtime", "Network", "Log"):
            self._send(f"{part}.enable")

    def open(self, path, *, width=1100, height=900, dark=False, script=True, media=""):
        """Shows a file; on paper if `media` is "print"."""
        self.complaints, self.requests, self._loaded = [], [], False
        self._send("Emulation.setScriptExecutionDisabled", value=not script)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._send("Emulation.setEmulatedMedia", media=media, features=[scheme])
        self._send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        self._send("Page.navigate", url=path.resolve().as_uri())
        self._wait(lambda: self._loaded)

    def value(self, expression):
        """What a JavaScript expression gives."""
        answer = self._send(
            "Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True
        )
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")

    def press(self, key, code=0):
        """Presses a key for real, as a hand does; `code` is its Windows key code."""
        for kind in ("rawKeyDown", "keyUp"):
            self._send(
                "Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code
            )

    def move(self, x, y):
        """Moves the mouse."""
        self._send("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def drag(self, start, *ways):
        """Presses the mouse at a place and pulls it over others."""
        pressed = {"button": "left", "clickCount": 1}
        self._send("Input.dispatchMouseEvent", type="mousePressed", **_at(start), **pressed)
        for way in ways:
            moved = {**_at(way), "button": "left", "buttons": 1}
            self._send("Input.dispatchMouseEvent", type="mouseMoved", **moved)
        self._send("Input.dispatchMouseEvent", type="mouseReleased", **_at(ways[-1]), **pressed)

    def touch(self, start, *ways):
        """Puts a finger at a place and draws it over others."""
        for kind, place in [("touchStart", start), *(("touchMove", way) for way in ways)]:
            self._send("Input.dispatchTouchEvent", type=kind, touchPoints=[_at(place)])
        self._send("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

    def until(self, expression, seconds=10):
        """Waits until an expression is true."""
        end = time.monotonic() + seconds
        while not self.value(expression):
            assert time.monotonic() < end, f"never became true: {expression}"
            time.sleep(0.05)

    def picture(self, path, *, whole=False):
        """Writes a screenshot of the window, or of the whole page."""
        shot = self._send(
            "Page.captureScreenshot", captureBeyondViewport=whole, **_clip(self, whole)
        )
        path.write_bytes(base64.b64decode(shot["data"]))

    def close(self):
        """Ends the browser."""
        self._process.kill()
        self._process.wait()
        os.close(self._out)
        os.close(self._in)

    def _send(self, method, **parameters):
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        answer = {}
        self._wait(lambda: answer, lambda m: m.get("id") == self._number and answer.update(m))
        assert "error" not in answer, answer
        return answer["result"]

    def _wait(self, done, take=lambda message: None, seconds=60):
        end = time.monotonic() + seconds
        while not done():
            assert self._selector.select(max(0, end - time.monotonic())), "no answer"
            received = os.read(self._in, 1 << 20)
            assert received, "the browser has ended"
            *messages, self._rest = (self._rest + received).split(b"\0")
            for message in map(json.loads, messages):
                take(message)
                self._event(message)

    def _event(self, message):
        name, told = message.get("method"), message.get("params", {})
        if name == "Page.loadEventFired":
            self._loaded = True
        elif name in ("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"):
            self.complaints.append(told)
        elif name == "Network.requestWillBeSent":
            self.requests.append(told["request"]["url"])


def _at(place):
    return dict(zip("xy", place, strict=True))


def _clip(browser, whole):
    if not whole:
        return {}
    size = browser.value("[document.documentElement.scrollWidth, document.body.scrollHeight]")
    return {"clip": {"x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1}}
