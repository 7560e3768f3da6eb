"""Errors of getting a model: of downloads, each cause with a message and a hint of its own, and of the models' folder."""

from photoorg.errors import DataFolderUnusable, DiskFull, PhotoorgError


class ModelDownloadFailed(PhotoorgError):
    """The download did not succeed; nothing half-done is left in place. Each cause has a class of its own."""

    code = "model-download-failed"
    message = "Downloading {model} failed: {detail}"
    hint = "Check the internet connection (and HTTPS_PROXY behind a proxy), then run the same command again."


class HubUnreachable(ModelDownloadFailed):
    """No connection at all: refused, no such name, no route."""

    code = "hub-unreachable"
    message = "Downloading {model} failed: {host} cannot be reached ({detail})."
    hint = "Check the internet connection, HTTPS_PROXY behind a proxy, and HF_ENDPOINT if you use a mirror."


class HubTimeout(ModelDownloadFailed):
    """The hub takes the question and gives no answer."""

    code = "hub-timeout"
    message = "Downloading {model} failed: {host} did not answer within {timeout_s} seconds."
    hint = "Try again later. On a very slow line, set HF_HUB_ETAG_TIMEOUT to more seconds."


class ConnectionLost(ModelDownloadFailed):
    """The connection broke on the way, and several new ones brought nothing more."""

    code = "download-interrupted"
    message = "Downloading {model} stopped after {done_megabytes} of {total_megabytes} MB: {detail}."
    hint = "Run the same command again: it goes on where it stopped."


class DownloadShort(ModelDownloadFailed):
    """The hub ends a file before its end."""

    code = "download-short"
    message = "Downloading {model} failed: {host} sent only {done_bytes} of the {total_bytes} bytes of {file}."
    hint = "Run the same command again: it goes on where it stopped. If it repeats, a proxy may cut large files."


class DownloadDamaged(ModelDownloadFailed):
    """A file arrived with another content than the hub says; it was thrown away."""

    code = "download-damaged"
    message = "Downloading {model} failed: {file} arrived damaged (its checksum is wrong), and was thrown away."
    hint = "Run the same command again. If it repeats, try another network: something on the way changes the data."


class ModelFileMissing(ModelDownloadFailed):
    """The repository is there, and lacks a file that is needed."""

    code = "model-file-missing"
    message = "{model} cannot be downloaded: the repository {repository} has no {files}."
    hint = "photoorg needs a model in open_clip's format. The model's web page shows the files it has."


class ModelAbsent(ModelDownloadFailed):
    """The hub has no such repository, or hides it: it does not tell which."""

    code = "model-absent"
    message = "{host} has no model repository {repository}: it is absent or private."
    hint = "Check the spelling. A private model can be downloaded by hand and added with `photoorg model add FOLDER`."


class ModelGated(ModelDownloadFailed):
    """The model's authors ask for an agreement."""

    code = "model-gated"
    message = "{model} cannot be downloaded: its authors ask for an agreement first."
    hint = (
        "Accept it on {page}, download the files there, and add their folder with `photoorg model add FOLDER`. "
        "photoorg sends no login."
    )


class ModelVersionGone(ModelDownloadFailed):
    """The commit that was downloaded first, or that photoorg asks for, is not there any more."""

    code = "model-version-gone"
    message = "{host} does not have version {commit} of {model} any more."
    hint = "`photoorg model download {model} --latest` takes the newest version."


class ModelChanged(ModelDownloadFailed):
    """A file is not the one of the first download, or not the one that photoorg expects."""

    code = "model-changed"
    message = "{file} of {model} is not the file that it was: it was changed on the hub, or on the way."
    hint = "If you trust the change, `photoorg model download {model} --latest` takes the newest version."


class HubForbidden(ModelDownloadFailed):
    """HTTP status 403."""

    code = "hub-forbidden"
    message = "Downloading {model} failed: {host} forbids it (HTTP status 403)."
    hint = (
        "A firewall, or the hub itself, blocks this network or country. Try another network, or a mirror (HF_ENDPOINT)."
    )


class HubBusy(ModelDownloadFailed):
    """HTTP status 429."""

    code = "hub-busy"
    message = "Downloading {model} failed: {host} had too many requests from this network (HTTP status 429)."
    hint = "Wait some minutes, then run the same command again: it goes on where it stopped."


class HubFailing(ModelDownloadFailed):
    """HTTP status 500 and above, or another one that nobody expects."""

    code = "hub-failing"
    message = "Downloading {model} failed: {host} answered with HTTP status {status}."
    hint = "The trouble is on its side. Try again later: what has arrived is kept."


class NotAHub(ModelDownloadFailed):
    """Somebody else answers: the login page of a network, or a wrong server."""

    code = "not-a-hub"
    message = "Downloading {model} failed: the answer from {host} did not come from a model hub."
    hint = "Does this network ask for a login first? Open any web page to see. Check HF_ENDPOINT if you use a mirror."


class HubOffline(ModelDownloadFailed):
    """The user's environment forbids downloads."""

    code = "hub-offline"
    message = "{model} cannot be downloaded: HF_HUB_OFFLINE is set, which forbids it."
    hint = "Unset HF_HUB_OFFLINE, or add a model from a folder: `photoorg model add FOLDER`."


class ProxyFailed(ModelDownloadFailed):
    """The proxy cannot be reached, or does not let us through."""

    code = "proxy-failed"
    message = "Downloading {model} failed at the proxy {proxy} ({detail})."
    hint = "Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY, with user and password if the proxy asks for them."


class HubNotTrusted(ModelDownloadFailed):
    """A certificate that no known authority has signed."""

    code = "hub-not-trusted"
    message = "Downloading {model} failed: the connection to {host} is not secure ({detail})."
    hint = (
        "Check the computer's date. In a company network that opens secure connections, "
        "point SSL_CERT_FILE to the company's certificate."
    )


class ModelDoesNotLoad(ModelDownloadFailed):
    """Everything arrived as the hub has it, and still it cannot be used."""

    code = "model-does-not-load"
    message = "{model} was downloaded, but cannot be used: {detail}"
    hint = "Its authors published files that do not fit together. Choose another model."


class ModelBusy(PhotoorgError):
    """Another program, or another job of this one, has the model's files in its hands."""

    code = "model-busy"
    message = "Another program is downloading, adding or removing {model}."
    hint = "Wait until it has ended, then run the same command again."


class NotAModelFolder(PhotoorgError):
    """A folder that was given as a model's."""

    code = "not-a-model-folder"
    message = "The folder {path} cannot be added as a model: {detail}."
    hint = "Give a folder with open_clip_config.json and its weights, as they are on the model's page on the hub."


class NotEnoughSpace(DiskFull):
    """Seen before anything was written."""

    code = "not-enough-space"
    message = "The disk of {path} has {free_megabytes} MB free; {needed_megabytes} MB are needed."
    hint = "Free some space, or put the data folder on another disk with --data-dir."


class FileTooLargeForDisk(DiskFull):
    """The file system, or a limit of the user's, does not allow files of this size."""

    code = "file-too-large-for-disk"
    message = "The disk of {path} takes no files as large as the weights of this model."
    hint = "FAT32 ends at 4 GB, and `ulimit -f` may set less: put the data folder on another disk with --data-dir."


class ModelsFolderUnusable(DataFolderUnusable):
    """The folder of the models, or a file in it, cannot be written."""

    code = "models-folder-unusable"
    message = "The models cannot be stored: {path} cannot be used ({detail})."


class ModelNotRemoved(DataFolderUnusable):
    """The system does not let go of a model's files."""

    code = "model-not-removed"
    message = "The files of {model} in {path} cannot be removed ({detail})."
    hint = "Close other programs that use the model, mend the folder's permissions, then try again."
