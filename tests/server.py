"""A server on the loopback address, with the faults that servers have."""

import contextlib
import http.server
import re
import threading


class Server:
    """Sends the contents of `files`, path -> bytes.

    Attributes:
      address: of the folder of all files.
      ranges: the Range header of each request so far, None for a request without one.
      continues: whether it sends parts of files on request.
      sends: after how many bytes the connection breaks, for each request in turn; then never.
      tells_length: whether it says how long a file is.
      length: if set, what it says of the length.
      page: if set, what it sends for everything, as a network does that wants a login.
      wait: if set, an event for which it waits before the body, which then stays out.
    """

    def __init__(self):
        self.files, self.ranges, self.sends = {}, [], []
        self.continues = self.tells_length = True
        self.page = self.wait = self.length = None
        self._http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._http.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._http.server_port}"
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()

    def close(self):
        """Stops answering."""
        self._http.shutdown()
        self._http.server_close()

    def _handler(server):
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                with contextlib.suppress(ConnectionError):
                    server._answer(self)

            def log_message(self, *arguments):
                pass

        return Handler

    def _answer(self, to):
        asked = to.headers["Range"]
        self.ranges.append(asked)
        content = self.page or self.files.get(to.path.removeprefix("/"))
        if content is None:
            to.send_error(404)
            return
        start, total = 0, len(content)
        if asked and self.continues and not self.page:
            start = int(re.fullmatch(r"bytes=(\d+)-", asked)[1])
            if start >= total:
                to.send_response(416)
                to.send_header("Content-Range", f"bytes */{total}")
                to.send_header("Content-Length", "0")
                to.end_headers()
                return
            to.send_response(206)
            to.send_header("Content-Range", f"bytes {start}-{total - 1}/{total}")
        else:
            to.send_response(200)
        if self.tells_length:
            to.send_header("Content-Length", self.length or str(total - start))
        to.end_headers()
        to.wfile.flush()
        if self.wait:
            self.wait.wait(30)
            return
        length = self.sends.pop(0) if self.sends else total
        to.wfile.write(content[start : start + length])
        to.close_connection = True
