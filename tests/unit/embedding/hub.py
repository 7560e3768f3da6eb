"""A model hub on the loopback: as much of Hugging Face's as its library asks for, with faults to switch on."""

import contextlib
import hashlib
import re
import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from hub_faults import NO_FAULT, Fault

COMMIT = "c" * 40


class Hub:
    """Serves `files`: {(repository, name): content}, at `commit` and as the newest version; and older versions."""

    def __init__(self, files, certificate=None):
        self.files = files
        self.commit = COMMIT
        self.older = {}
        self.moved = {}
        self.fault = NO_FAULT
        self.requests = []
        self.sent_bytes = 0
        self.scheme = "https" if certificate else "http"
        handler = type("Handler", (_Handler,), {"hub": self})
        self._server = _Server(("127.0.0.1", 0), handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    @property
    def port(self):
        return self._server.server_port

    @property
    def endpoint(self):
        return f"{self.scheme}://127.0.0.1:{self.port}"

    def publish(self, changed):
        """A new version, with some other files."""
        self.older[self.commit] = self.files
        self.files = self.files | changed
        self.commit = f"{len(self.older):040x}"

    def version(self, revision):
        """The commit and the files of a revision; (None, {}) if there is none."""
        if revision in ("main", self.commit):
            return self.commit, self.files
        return (revision, self.older[revision]) if revision in self.older else (None, {})

    def fail(self, kind, **parameters):
        """Switch a fault on: see hub_faults."""
        self.fault = Fault(kind, **parameters)
        return self.fault

    def mend(self):
        """Switch it off; whoever hangs in it gets no answer any more."""
        self.fault.ended.set()
        self.fault = NO_FAULT

    def ranges(self):
        """The ranges that files were asked for with, "" for a whole one, since the requests were last cleared."""
        asked = [headers for method, path, headers in self.requests if method == "GET" and "/cdn/" in path]
        return [headers.get("Range", "") for headers in asked]

    def close(self):
        self.mend()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, _request, _client_address):
        """A client that went away is no news."""


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, *_arguments):
        pass

    def do_HEAD(self):
        self._answer()

    def do_GET(self):
        self._answer()

    def do_CONNECT(self):
        """What a client asks of a proxy for a secure connection."""
        self.hub.requests.append((self.command, self.path, dict(self.headers)))
        self._send(407, b"", {})

    def _answer(self):
        self.hub.requests.append((self.command, self.path, dict(self.headers)))
        place = urlsplit(self.path)
        if fault := self.hub.fault.strikes(self.command, place.path):
            if fault.answer is None:
                fault.ended.wait()
                self.close_connection = True
            else:
                self._send(*fault.answer)
        elif place.path.startswith("/cdn/"):
            commit, organisation, name, path = place.path.removeprefix("/cdn/").split("/", 3)
            self._send_file(self.hub.version(commit)[1][f"{organisation}/{name}", path], {})
        else:
            self._resolve(place)

    def _resolve(self, place):
        organisation, name, _, revision, path = place.path.lstrip("/").split("/", 4)
        repository = f"{organisation}/{name}"
        commit, files = self.hub.version(revision)
        if repository in self.hub.moved:
            self._send(307, b"", {"Location": place.path.replace(repository, self.hub.moved[repository])})
        elif not any(owner == repository for owner, _ in self.hub.files):
            self._send(404, b"", {"X-Error-Code": "RepoNotFound"})
        elif commit is None:
            self._send(404, b"", {"X-Error-Code": "RevisionNotFound"})
        elif (repository, path) not in files:
            self._send(404, b"", {"X-Error-Code": "EntryNotFound"})
        elif path.endswith(".json"):
            self._send_file(files[repository, path], {"X-Repo-Commit": commit})
        else:
            self._redirect(files[repository, path], f"/cdn/{commit}/{repository}/{path}", commit, place)

    def _redirect(self, content, path, commit, place):
        """Large files lie on another origin; on one's own the hub's library would follow a HEAD."""
        # Through a proxy we are any host.
        origin = f"http://cdn.{place.hostname}" if place.hostname else f"{self.hub.scheme}://localhost:{self.hub.port}"
        headers = {
            "Location": f"{origin}{path}",
            "X-Repo-Commit": commit,
            "X-Linked-Size": str(len(content)),
            "X-Linked-Etag": f'"{hashlib.sha256(content).hexdigest()}"',
        }
        self._send(302, b"", headers)

    def _send_file(self, content, headers):
        etag = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
        headers |= {"ETag": f'"{etag}"', "Content-Type": "application/octet-stream"}
        fault = self.hub.fault if "/cdn/" in self.path else NO_FAULT
        content, status = fault.changed(content), 200
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        if asked and fault.kind == "no-range":
            fault.struck = True
        elif asked:
            start, size = 0 if fault.kind == "wrong-range" else int(asked[1]), len(content)
            if start >= size:
                self._send(416, b"", {"Content-Range": f"bytes */{size}"})
                return
            status, content = 206, content[start:]
            headers["Content-Range"] = f"bytes {start}-{size - 1}/{size}"
        self._send(status, content, headers, fault)

    def _send(self, status, content, headers, fault=NO_FAULT):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        # Else the client keeps the connection, and with it a thread of ours.
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command == "HEAD":
            return
        with contextlib.suppress(ConnectionError, ssl.SSLError):  # the client may have cancelled
            for block in fault.blocks(content):
                self.wfile.write(block)
                self.hub.sent_bytes += len(block)
            self.hub.fault = fault.then or self.hub.fault
            if fault.breaks_off:
                self.connection.shutdown(socket.SHUT_RDWR)
