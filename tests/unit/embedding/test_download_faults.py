"""Every fault on the way to a model: its own words, nothing half-done in place, and the next try succeeds."""

import errno
import socket
from pathlib import Path

import pytest
from hub_faults import Fault
from huggingface_hub import constants
from safetensors.torch import load_file

from photoorg import errors, model_errors

REFERENCE, REPOSITORY = "hf-hub:test/tiny", "test/tiny"
WEIGHTS, CONFIG = "open_clip_model.safetensors", "open_clip_config.json"
HALF = 3_500_000  # bytes, of 7 million
CERTIFICATE = Path(__file__).parents[2] / "data" / "loopback_certificate.pem"


FAULTS = {
    "dropped": ({"kind": "drop", "on": "/cdn/", "after": 100_000, "times": 12}, None, []),
    "dropped for good": ({"kind": "drop", "after": 0}, model_errors.ConnectionLost, ["0 of 7 MB", "broke"]),
    "stalled": ({"kind": "stall", "after": HALF, "times": 1}, None, []),
    "stalled for good": ({"kind": "stall", "after": 0}, model_errors.ConnectionLost, ["nothing more came for 0.2 s"]),
    "slow": ({"kind": "throttle"}, None, []),
    "corrupt": ({"kind": "corrupt", "after": HALF}, model_errors.DownloadDamaged, [WEIGHTS, "checksum"]),
    "short": ({"kind": "short", "after": HALF}, model_errors.DownloadShort, ["3500000 of the 7"]),
    "from the start again": ({"kind": "drop", "after": HALF, "then": Fault("no-range")}, None, []),
    "absent": ({"kind": "missing-repository"}, model_errors.ModelAbsent, ["absent or private"]),
    "private": ({"kind": "private"}, model_errors.ModelAbsent, ["absent or private"]),
    "gated": ({"kind": "gated"}, model_errors.ModelGated, ["agreement", "/test/tiny"]),
    "gated weights": ({"kind": "gated", "on": ".safetensors"}, model_errors.ModelGated, ["agreement"]),
    "no such version": ({"kind": "bad-revision"}, model_errors.ModelVersionGone, ["--latest"]),
    "no such file": ({"kind": "missing-file"}, model_errors.ModelFileMissing, [REPOSITORY, CONFIG]),
    "no weights": ({"kind": "missing-file", "on": ".safetensors"}, model_errors.ModelFileMissing, [WEIGHTS, ".bin"]),
    "gone at last": ({"kind": "missing-file", "on": "/cdn/"}, model_errors.ModelFileMissing, [WEIGHTS]),
    "forbidden": ({"kind": "403"}, model_errors.HubForbidden, ["403"]),
    "forbidden file": ({"kind": "403", "on": "/cdn/"}, model_errors.HubForbidden, ["403"]),
    "too many requests": ({"kind": "429"}, model_errors.HubBusy, ["429", "minutes"]),
    "too many requests for a file": ({"kind": "429", "on": "/cdn/"}, model_errors.HubBusy, ["429"]),
    "one failure": ({"kind": "500", "times": 1}, None, []),
    "one failure of a file": ({"kind": "500", "on": "/cdn/", "times": 1}, None, []),
    "out of order": ({"kind": "503"}, model_errors.HubFailing, ["503"]),
    "out of order for files": ({"kind": "503", "on": "/cdn/"}, model_errors.HubFailing, ["503"]),
    "an odd status": ({"kind": "418"}, model_errors.HubFailing, ["418"]),
    "captive portal": ({"kind": "portal"}, model_errors.NotAHub, ["login"]),
    "captive portal for files": ({"kind": "portal", "on": "/cdn/"}, model_errors.NotAHub, ["login"]),
    "a wrong server": ({"kind": "404"}, model_errors.NotAHub, ["HF_ENDPOINT"]),
    "no answer": ({"kind": "black-hole"}, model_errors.HubTimeout, ["0.3 s", "127.0.0.1"]),
    "no answer for a file": ({"kind": "black-hole", "on": "/cdn/"}, model_errors.ConnectionLost, ["0 of 7 MB"]),
}


@pytest.mark.parametrize(("fault", "kind", "words"), FAULTS.values(), ids=FAULTS)
def test_after_a_fault_the_next_try_succeeds(hub, trial, fault, kind, words):
    hub.fail(**fault)
    if kind is None:
        trial.arrives()  # in spite of it
        assert hub.fault.struck
        return
    trial.fails(kind, *words)
    hub.mend()
    trial.arrives()


def test_every_fault_has_words_of_its_own():
    kinds = {kind for _, kind, _ in FAULTS.values() if kind}
    kinds |= {
        model_errors.HubUnreachable,
        model_errors.HubOffline,
        model_errors.ProxyFailed,
        model_errors.HubNotTrusted,
        model_errors.ModelChanged,
    }
    kinds |= {
        errors.DiskFull,
        model_errors.NotEnoughSpace,
        model_errors.FileTooLargeForDisk,
        model_errors.ModelsFolderUnusable,
    }
    assert len({kind.message for kind in kinds}) == len({kind.hint for kind in kinds}) == len(kinds)


@pytest.mark.parametrize("kind", ["portal", "wrong-range"])
def test_an_answer_from_somebody_else_takes_nothing_away(hub, trial, kind):
    hub.fail("drop", on="/cdn/", after=HALF, then=Fault(kind, on="/cdn/"))
    trial.fails(model_errors.NotAHub)
    hub.mend()
    hub.requests.clear()
    trial.arrives()
    assert hub.ranges() == [f"bytes={HALF}-"]


def test_nobody_is_there(hub, trial, monkeypatch):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"127.0.0.1:{free.getsockname()[1]}"
        monkeypatch.setenv("HF_ENDPOINT", f"http://{nobody}/")
        trial.fails(model_errors.HubUnreachable, nobody, "refuses")
    monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
    trial.arrives()


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (socket.gaierror(socket.EAI_NONAME, "Name or service not known"), "address cannot be found"),
        (OSError(errno.ENETUNREACH, "Network is unreachable"), "no way to it"),
    ],
)
def test_no_name_and_no_route(hub, trial, monkeypatch, failure, words):
    def create_connection(*_arguments, **_options):
        raise failure

    with monkeypatch.context() as patch:
        patch.setattr(socket, "create_connection", create_connection)
        trial.fails(model_errors.HubUnreachable, words)
    trial.arrives()


@pytest.mark.parametrize("address", ["nonsense", "ftp://127.0.0.1", "http://[", "http://127.0.0.1:99999"])
def test_an_address_that_makes_no_sense(hub, trial, monkeypatch, address):
    monkeypatch.setenv("HF_ENDPOINT", address)
    trial.fails(model_errors.HubUnreachable, "HF_ENDPOINT")
    monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
    trial.arrives()


def test_offline_mode(hub, trial, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(constants, "HF_HUB_OFFLINE", True)
        trial.fails(model_errors.HubOffline, "HF_HUB_OFFLINE", "photoorg model add")
    assert hub.requests == []
    trial.arrives()


# --- proxies and certificates ---


def test_through_a_proxy(hub, trial, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://hub.test")
    monkeypatch.setenv("HTTP_PROXY", hub.endpoint)
    trial.arrives()
    assert all(path.startswith(("http://hub.test/", "http://cdn.hub.test/")) for _, path, _ in hub.requests)


@pytest.mark.parametrize("address", ["http://hub.test", "https://hub.test"])
def test_a_proxy_that_asks_for_a_login(hub, trial, monkeypatch, address):
    monkeypatch.setenv("HF_ENDPOINT", address)
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, hub.endpoint.replace("//", "//user:secret@"))
    hub.fail("proxy-login")
    error = trial.fails(model_errors.ProxyFailed, f"127.0.0.1:{hub.port}", "HTTPS_PROXY")
    assert "secret" not in str(error)
    hub.mend()
    monkeypatch.setenv("HF_ENDPOINT", "http://hub.test")
    trial.arrives()


def test_a_proxy_that_is_not_there(hub, hub_library, trial, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://hub.test")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        proxy = f"127.0.0.1:{free.getsockname()[1]}"
        monkeypatch.setenv("HTTP_PROXY", f"http://{proxy}")
        trial.fails(model_errors.ProxyFailed, proxy, "refuses")
    hub_library.close_session()
    monkeypatch.setenv("HTTP_PROXY", hub.endpoint)
    trial.arrives()


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:9", "nonsense://127.0.0.1:9"])
def test_a_proxy_of_an_unknown_kind(hub, hub_library, trial, monkeypatch, proxy):
    monkeypatch.setenv("HTTP_PROXY", proxy)
    trial.fails(model_errors.ProxyFailed, "127.0.0.1:9")
    monkeypatch.delenv("HTTP_PROXY")
    hub_library.close_session()
    trial.arrives()


@pytest.fixture
def secure_hub(hub, monkeypatch):
    """The hub behind a certificate that nobody knows."""
    secure = type(hub)(hub.files, CERTIFICATE)
    monkeypatch.setenv("HF_ENDPOINT", secure.endpoint)
    yield secure
    secure.close()


def test_a_certificate_of_nobody(secure_hub, hub_library, trial, monkeypatch):
    trial.fails(model_errors.HubNotTrusted, "self-signed", "SSL_CERT_FILE")
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    hub_library.close_session()
    trial.arrives()


def test_certificates_that_are_not_there(secure_hub, hub_library, trial, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere.pem")
    trial.fails(model_errors.HubNotTrusted, "SSL_CERT_FILE")
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    hub_library.close_session()
    trial.arrives()


def test_a_server_without_encryption(hub, trial, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", hub.endpoint.replace("http", "https"))
    trial.fails(model_errors.HubNotTrusted)
    monkeypatch.setenv("HF_ENDPOINT", hub.endpoint)
    trial.arrives()


def test_what_is_loaded_is_what_was_sent(hub, get, model_folder):
    loaded, sent = load_file(get().folder / WEIGHTS), load_file(model_folder("vit") / WEIGHTS)
    assert all((loaded[name] == sent[name]).all() for name in sent)
