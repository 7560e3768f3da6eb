"""Errors that a user can read: each has a code, parameters, a message and a hint on what to do.

Everything that is not a `PhotoorgError` is a bug and keeps its traceback.
"""

from typing import Any, ClassVar


class PhotoorgError(Exception):
    """Base of all errors that are not bugs. `params` fill the placeholders of `message` and `hint`."""

    code: ClassVar[str] = "error"
    message: ClassVar[str] = "Something went wrong ({detail})."
    hint: ClassVar[str] = ""
    _by_code: ClassVar[dict[str, type["PhotoorgError"]]] = {}

    def __init__(self, **params: Any) -> None:
        self.params = params
        super().__init__(self.message.format_map(_Params(params)))

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        PhotoorgError._by_code[cls.code] = cls

    def __reduce__(self) -> tuple[Any, ...]:
        # Errors cross process borders: rebuild them from what they are made of.
        return (_rebuild, (type(self), self.params))

    @property
    def hint_text(self) -> str:
        """The hint with its parameters filled in; empty if there is none."""
        return self.hint.format_map(_Params(self.params))

    @staticmethod
    def from_code(code: str, params: dict[str, Any]) -> "PhotoorgError":
        """Rebuild a stored error; an unknown code (of a newer version) gives the base error with its code as text."""
        known = PhotoorgError._by_code.get(code)
        return known(**params) if known else PhotoorgError(**{"detail": code, **params})


class _Params(dict[str, Any]):
    """Placeholders without a value show as "?": a message must never fail to be shown."""

    def __missing__(self, key: str) -> str:
        return "?"


def _rebuild(cls: type[PhotoorgError], params: dict[str, Any]) -> PhotoorgError:
    return cls(**params)


# --- photos that cannot be read: these are remembered with the file -------------------------------------------------


class UnreadableImage(PhotoorgError):
    """A picture file that cannot be decoded; the file costs one line in the failures, never the run."""

    code = "unreadable"
    message = "The picture cannot be read ({detail})."


class EmptyFile(UnreadableImage):
    """Zero bytes."""

    code = "empty"
    message = "The file is empty."


class NotAPicture(UnreadableImage):
    """The content is not that of any picture format that photoorg knows."""

    code = "not-a-picture"
    message = "The file has a picture's name, but its content is not a picture that photoorg knows."


class TruncatedImage(UnreadableImage):
    """The picture ends too early."""

    code = "truncated"
    message = "The file ends before the picture does: it was not copied or saved completely."


class CorruptImage(UnreadableImage):
    """The decoder refuses the content."""

    code = "corrupt"
    message = "The picture is damaged ({detail})."


class TooManyPixels(UnreadableImage):
    """More pixels than the limit."""

    code = "too-many-pixels"
    message = "The picture has {width} x {height} pixels, more than the limit of {limit_megapixels} megapixels."


class FileTooLarge(UnreadableImage):
    """More bytes than a decode worker may read."""

    code = "file-too-large"
    message = "The file has {size_megabytes} MB, more than the limit of {limit_megabytes} MB."


class FileNotReadable(UnreadableImage):
    """The system does not let us read the file."""

    code = "no-permission"
    message = "The file may not be read by this user."


class FileReadFailed(UnreadableImage):
    """The disk or network reported an error while reading."""

    code = "read-error"
    message = "Reading the file failed ({detail})."


class DecoderTimeout(UnreadableImage):
    """Decoding took longer than the time-out."""

    code = "decoder-timeout"
    message = "Decoding took longer than {timeout_s} seconds and was stopped."


class DecoderCrashed(UnreadableImage):
    """The decode worker died on this file."""

    code = "decoder-crashed"
    message = "The decoder crashed on this file."


class DecoderOutOfMemory(UnreadableImage):
    """Decoding needs more memory than a worker may use."""

    code = "decoder-out-of-memory"
    message = "Decoding needs more memory than the limit of {limit_megabytes} MB."


class FileVanished(PhotoorgError):
    """The file was there when the folder was scanned and is gone now. Not a failure of the file."""

    code = "vanished"
    message = "The file is gone."


# --- the library ----------------------------------------------------------------------------------------------------


class CatalogTooNew(PhotoorgError):
    """The catalog was written by a newer photoorg."""

    code = "catalog-too-new"
    message = "The library was written by a newer photoorg (format {found}, this program knows {known})."
    hint = "Update photoorg, or use another folder with --data-dir. Nothing was changed."


class CatalogCorrupt(PhotoorgError):
    """SQLite refuses a file of the library."""

    code = "catalog-corrupt"
    message = "The library file {path} is damaged ({detail})."
    hint = (
        "Close photoorg, then run `photoorg doctor --repair`: it restores the newest backup, saves what can be read of "
        "the damaged file, and deletes neither."
    )


class LibraryInUse(PhotoorgError):
    """Files of the library are to be replaced, and another program has them open."""

    code = "library-in-use"
    message = "The library {path} is in use by another program."
    hint = "Close photoorg's window and its other commands (`watch`, `index`), then try again."


class CatalogBusy(PhotoorgError):
    """Another program holds the library's write lock for too long."""

    code = "catalog-busy"
    message = "The library is locked by another program."
    hint = "Close other programs that use {path}, then try again."


class DiskFull(PhotoorgError):
    """No space left on the disk of the library."""

    code = "disk-full"
    message = "The disk of {path} is full."
    hint = "Free some space, then run the same command again: it goes on where it stopped."


class DataFolderUnusable(PhotoorgError):
    """The data folder cannot be created or written."""

    code = "data-folder-unusable"
    message = "The data folder {path} cannot be used ({detail})."
    hint = "Choose another one with --data-dir, or mend its permissions."


class SettingsInvalid(PhotoorgError):
    """settings.toml cannot be read."""

    code = "settings-invalid"
    message = "The settings file {path} is not valid: {detail}"
    hint = "Mend or delete the file; a missing file means the defaults."


class FolderUnreachable(PhotoorgError):
    """A folder does not exist or cannot be listed."""

    code = "folder-unreachable"
    message = "The folder {path} cannot be reached ({detail})."
    hint = "Check the spelling, or connect the drive it is on."


class FolderIsLibrary(PhotoorgError):
    """A folder that is the library of another program."""

    code = "folder-is-library"
    message = "{path} is the library of another program. photoorg leaves those alone."
    hint = "Export the photos from that program into a folder; or, of Apple Photos, add the folder `originals` in it."


class FolderNotWatched(PhotoorgError):
    """A folder that is not among the watch folders."""

    code = "folder-not-watched"
    message = "The folder {path} is not a watch folder."
    hint = "`photoorg folders` lists them."


class NothingVanished(PhotoorgError):
    """Of a folder there is nothing to confirm."""

    code = "nothing-vanished"
    message = "No photos of {path} wait for a decision."
    hint = "`photoorg folders` lists the folders from which many photos are gone."


class MuchVanished(PhotoorgError):
    """A notice: most photos of a watch folder are gone at once, and nothing was marked missing. Not raised."""

    code = "much-vanished"
    message = "{gone} of {there} photos are gone from {path}. Nothing was changed: perhaps a drive is not connected."
    hint = "If that is right, say so: `photoorg folders --confirm-gone {path}`."


class WatchLimited(PhotoorgError):
    """A notice: the system does not let a watch folder be followed as a whole. Not raised."""

    code = "watch-limited"
    message = (
        "The system lets photoorg follow only a part of {path}: changes in the rest are noticed a minute late or more."
    )
    hint = (
        "Raise the limit with `sudo sysctl {name}={wanted}`; "
        "to keep that, write `{name}={wanted}` into /etc/sysctl.d/60-photoorg.conf."
    )


class LibraryUnwell(PhotoorgError):
    """Some checks of the library did not go well."""

    code = "library-unwell"
    message = "Not all is well: {checks}."


class NoSuchPhoto(PhotoorgError):
    """A path given as an example leads nowhere."""

    code = "no-such-photo"
    message = "There is no file {photo}."
    hint = "Check the path. The photo need not be in the library."


class ExampleUnreadable(PhotoorgError):
    """A file given as an example is no photo that can be read."""

    code = "example-unreadable"
    message = "{photo} cannot be searched with. {detail}"
    hint = "Give a picture file that opens in other programs."


class FileExists(PhotoorgError):
    """A file that is to be written is there already."""

    code = "file-exists"
    message = "There is a file {path} already."
    hint = "Choose another name, or let it be replaced with --force."


class WouldReplacePhoto(PhotoorgError):
    """A picture is to be written over a photo, which never happens."""

    code = "would-replace-photo"
    message = "{path} is a photo: photoorg does not write over photos."
    hint = "Choose another name."


class PictureNotWritten(PhotoorgError):
    """The system does not let us write a picture that was asked for."""

    code = "picture-not-written"
    message = "{path} cannot be written ({detail})."
    hint = "Choose a folder that is there and that you may write into."


class PhotoUnknown(PhotoorgError):
    """No such photo in the library."""

    code = "photo-unknown"
    message = "The photo {photo} is not in the library."
    hint = "Index its folder first, or check the path."


class PhotoOffline(PhotoorgError):
    """The drive or folder of a photo is not there."""

    code = "photo-offline"
    message = "The photo's file cannot be reached: its drive or folder is not there."
    hint = "Connect the drive, then try again."


class NothingToUndo(PhotoorgError):
    """The journal has nothing to undo or redo."""

    code = "nothing-to-undo"
    message = "There is nothing to {action}."


# --- the window -----------------------------------------------------------------------------------------------------


class NoDisplay(PhotoorgError):
    """There is no screen to open a window on."""

    code = "no-display"
    message = "The window cannot be opened: {detail}."
    hint = (
        "Start it in a desktop session. These need no display: `photoorg index`, `photoorg watch`, `photoorg search`, "
        "`photoorg similar`, `photoorg stats`, `photoorg demo --headless`."
    )


class QtLibrariesMissing(PhotoorgError):
    """Qt cannot start because libraries of the system are not installed."""

    code = "qt-libraries-missing"
    message = "The window needs system libraries that are not installed: {libraries}."
    hint = (
        "Debian and Ubuntu: `sudo apt install {debian}`. Fedora: `sudo dnf install {fedora}`. "
        "The other commands do without: `photoorg index`, `photoorg search`, `photoorg demo --headless` ..."
    )


class WindowNotAnswering(PhotoorgError):
    """Another program shows this library, and cannot be asked to come to the front."""

    code = "window-not-answering"
    message = "Another photoorg window has the library {path} open, and does not answer."
    hint = "Close that window, or end its program, then start again."


# --- models ---------------------------------------------------------------------------------------------------------


class ModelMissing(PhotoorgError):
    """A command needs a model and there is none."""

    code = "model-missing"
    message = "Searching by meaning needs a model, and none is in use yet."
    hint = "Get one with `photoorg model download`, then run `photoorg index`. Offline: `photoorg model add FOLDER`."


class ActiveModelGone(PhotoorgError):
    """The library's model was there once."""

    code = "active-model-gone"
    message = "The library's model {model} is not there any more."
    hint = (
        "Put it back, or get it again with `photoorg model download {model}`. "
        "Or choose another one: `photoorg model list` shows them, `photoorg model use MODEL` chooses."
    )


class ModelNotInstalled(PhotoorgError):
    """The named model is not on this machine."""

    code = "model-not-installed"
    message = "The model {model} is not installed."
    hint = "Download it with `photoorg model download {model}`."


class ModelUnknown(PhotoorgError):
    """Nothing is known by this name."""

    code = "model-unknown"
    message = "There is no model called {model}."
    hint = "`photoorg model list` shows some. Use `demo`, an open_clip NAME/TAG, hf-hub:ORG/NAME, or a folder."


class ModelCorrupt(PhotoorgError):
    """A model folder whose files do not load; photoorg never goes on with random weights."""

    code = "model-corrupt"
    message = "The model in {folder} cannot be loaded: {detail}"
    hint = "Download it again, or point to a folder with open_clip_config.json and its weights."


class ModelUnsupported(PhotoorgError):
    """The model is sound, but this program or machine cannot run it."""

    code = "model-unsupported"
    message = "The model {model} cannot be used: {detail}"


class ModelNotTrustworthy(PhotoorgError):
    """A model does not tell drawn pictures apart; `detail` is what its self-test said."""

    code = "model-not-trustworthy"
    message = "{model} failed its self-test. {detail}"
    hint = "Remove it and get it again, or choose another one: `photoorg model list` shows them."


class TextTooLong(PhotoorgError):
    """A notice: the end of a description is beyond what the model reads. Shown with the answer, not raised."""

    code = "text-too-long"
    message = 'The model {model} does not read the end of this description: "{left_out}".'
    hint = "Shorten the description, or begin with what matters most."


class ForeignScript(PhotoorgError):
    """A notice: a model for English was asked in another script. Shown with the answer, not raised."""

    code = "foreign-script"
    message = "The model {model} understands English only: these answers mean little."
    hint = "Ask in English, or use a model for many languages: `photoorg model download {multilingual}`."


class PerhapsForeignScript(ForeignScript):
    """The same for a model whose languages are not known, but can be guessed from its tokenizer."""

    code = "perhaps-foreign-script"
    message = "The model {model} probably understands English only: then these answers mean little."


class DeviceUnavailable(PhotoorgError):
    """The asked-for device is not on this machine."""

    code = "device-unavailable"
    message = "The device {device} is not available here."
    hint = "Use --device auto, or install the torch build for it."


class SelfTestMissing(PhotoorgError):
    """The pictures or captions that models are tried out with are not in the installation."""

    code = "self-test-missing"
    message = "Models cannot be tried out: the pictures of the self-test are missing or damaged ({detail})."
    hint = "Install photoorg again."


class EmbeddingInvalid(PhotoorgError):
    """The model computed something that is no embedding; it is not stored. `rows` are places in the batch."""

    code = "embedding-invalid"
    message = "The model {model} computed no usable embedding for {count} of {total} inputs."
    hint = "If it happens with every photo, use another model or --device cpu."


class EncoderLost(PhotoorgError):
    """The process that runs the model ended unexpectedly."""

    code = "encoder-lost"
    message = "The process that runs the model ended unexpectedly ({detail})."
    hint = "Run the same command again; nothing that was stored is lost. If it repeats, try --device cpu."


class Cancelled(PhotoorgError):
    """The user cancelled; what was done so far is kept."""

    code = "cancelled"
    message = "Cancelled. What was done so far is kept."
