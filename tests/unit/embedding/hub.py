"""A model hub on the loopback: as much of Hugging Face's as its library asks for, with faults to switch on."""

import contextlib
import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

COMMIT = "c" * 40


class Hub:
    """Serves `files`: {(repository, name): content}. `fault` is one of the names used in `_Handler`."""

    def __init__(self, files):
        self.files = files
        self.fault = ""
        self.requests = []
        handler = type("Handler", (_Handler,), {"hub": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    @property
    def port(self):
        return self._server.server_port

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.port}"

    def close(self):
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, *_arguments):
        pass

    def do_HEAD(self):
        self._answer(with_body=False)

    def do_GET(self):
        self._answer(with_body=True)

    def _answer(self, *, with_body):
        self.hub.requests.append((self.command, self.path, dict(self.headers)))
        if self.hub.fault == "portal":
            self._send(200, b"<html>Sign in to the network</html>", {"Content-Type": "text/html"}, with_body)
        elif self.hub.fault.isdigit():
            self._send(int(self.hub.fault), b"", {}, with_body)
        elif self.hub.fault == "gated":
            self._send(403, b"", {"X-Error-Code": "GatedRepo"}, with_body)
        elif self.path.startswith("/cdn/"):
            self._serve_file(self.path.removeprefix("/cdn/").split("/"), with_body, {})
        else:
            self._resolve(with_body)

    def _resolve(self, with_body):
        organisation, name, _, revision, *path = self.path.lstrip("/").split("/")
        repository = f"{organisation}/{name}"
        if not any(owner == repository for owner, _ in self.hub.files):
            self._send(404, b"", {"X-Error-Code": "RepoNotFound"}, with_body)
        elif (repository, "/".join(path)) not in self.hub.files or revision not in ("main", COMMIT):
            self._send(404, b"", {"X-Error-Code": "EntryNotFound"}, with_body)
        elif path[-1].endswith(".json"):
            self._serve_file([organisation, name, *path], with_body, {"X-Repo-Commit": COMMIT})
        else:
            self._redirect(repository, path, with_body)

    def _redirect(self, repository, path, with_body):
        """Large files lie on another origin; on one's own the hub's library would follow a HEAD."""
        content = self.hub.files[repository, "/".join(path)]
        location = f"http://localhost:{self.hub.port}/cdn/{repository}/{'/'.join(path)}"
        headers = {
            "Location": location,
            "X-Repo-Commit": COMMIT,
            "X-Linked-Size": str(len(content)),
            "X-Linked-Etag": f'"{hashlib.sha256(content).hexdigest()}"',
        }
        self._send(302, b"", headers, with_body)

    def _serve_file(self, parts, with_body, headers):
        organisation, name, *path = parts
        content = self.hub.files[f"{organisation}/{name}", "/".join(path)]
        etag = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
        if self.hub.fault == "corrupt" and "cdn" in self.path:
            content = content[:-4] + bytes(4)
        if self.hub.fault == "short" and "cdn" in self.path:
            content = content[: len(content) // 2]
        self._send(200, content, {"ETag": f'"{etag}"', **headers}, with_body)

    def _send(self, status, content, headers, with_body):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        # Else the client keeps the connection, and with it a thread of ours.
        self.send_header("Connection", "close")
        self.end_headers()
        if with_body:
            with contextlib.suppress(ConnectionError):  # the client may have cancelled
                self.wfile.write(content)
