"""Models in the window: the card that leads to one, the dialog that lists them, and what is dropped on the window."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QStandardPaths, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from photoorg.jobs.job import CallJob
from photoorg.library import Library, Overview
from photoorg.ui.dialogs.add_model_dialog import AddModelDialog
from photoorg.ui.dialogs.models_dialog import ModelsDialog
from photoorg.ui.job_bridge import JobBridge
from photoorg.ui.model_card_content import card_content
from photoorg.ui.model_jobs import ModelJobs
from photoorg.ui.model_texts import news_text, removal_text
from photoorg.ui.model_work import ModelWork, WorkKind
from photoorg.ui.views.model_card import ModelCard
from photoorg.ui.window_state import WindowState

_NOTICE = "model"
_CONFIG = "open_clip_config.json"  # what makes a folder a model's


class ModelControl(QObject):
    """Knows when to speak of models, and does what is asked for."""

    chosen = Signal()  # another model is in use, or none any more
    said = Signal(str)
    failed = Signal(object)

    def __init__(
        self, library: Library, bridge: JobBridge, card: ModelCard, state: WindowState, window: QWidget
    ) -> None:
        """`window`: for dialogs to belong to."""
        super().__init__(window)
        self._bridge = bridge
        self._card = card
        self._state = state
        self._window = window
        self._jobs = ModelJobs(library, bridge, self)
        self._overview: Overview | None = None
        self._is_asked = False  # somebody searched without a model
        self._news: list[ModelWork] = []  # what has ended, and is told when it is known how
        self._dialog: ModelsDialog | None = None
        self._jobs.changed.connect(self._on_changed)
        self._jobs.ended.connect(self._on_ended)
        self._jobs.failed.connect(self.failed)
        card.wanted.connect(self._on_wanted)

    def title(self, reference: str) -> str:
        """What a model is called."""
        return self._jobs.title(reference)

    def show_overview(self, overview: Overview) -> None:
        """Take over which model is in use, and whether there are folders."""
        before, self._overview = self._overview, overview
        has_new_model = before is None or before.active_model != overview.active_model
        if has_new_model and overview.active_model is not None:
            self._is_asked = False
        if self._dialog or has_new_model:
            self._jobs.read()
        self._show_card()

    def ask_for_model(self) -> None:
        """Somebody searched, and there is no model."""
        self._is_asked = True
        self._jobs.read()

    def open_dialog(self) -> None:
        """List all models."""
        if self._dialog is None:
            self._dialog = dialog = ModelsDialog(self._window)
            dialog.wanted.connect(self._on_wanted)
            dialog.folder_wanted.connect(self._on_folder_wanted)
            dialog.other_wanted.connect(self._on_other_wanted)
            dialog.finished.connect(self._on_dialog_closed)
            dialog.show_rows(self._jobs.rows())
            dialog.open()
        self._jobs.read()

    def take_models(self, paths: list[Path], others: Callable[[list[Path]], None]) -> None:
        """Add those folders that hold a model, and hand on the other paths."""

        def take(models: list[Path]) -> None:
            for folder in models:
                self._jobs.add(folder)
            if rest := [path for path in paths if path not in models]:
                others(rest)

        call = CallJob("tell models from photos", lambda: [path for path in paths if os.path.isfile(path / _CONFIG)])
        self._bridge.submit(call, "disk", on_result=take)

    # --- what happens ---

    def _on_changed(self) -> None:
        self._show_card()
        self._tell_news()
        if self._dialog is not None:
            self._dialog.show_rows(self._jobs.rows())

    def _on_ended(self, work: ModelWork, result: object) -> None:
        reference = str(getattr(result, "reference", work.reference))
        self._news.append(replace(work, reference=reference))
        if work.kind is WorkKind.ADD and self._dialog is not None:
            self._dialog.choose(reference)
        if work.kind is not WorkKind.VERIFY:
            self.chosen.emit()

    def _tell_news(self) -> None:
        worked_on = {row.reference for row in self._jobs.rows() if row.work}
        for work in [work for work in self._news if work.reference not in worked_on]:
            self._news.remove(work)
            self.said.emit(news_text(work.kind, self.title(work.reference), self._jobs.shelf.info(work.reference)))

    def _on_dialog_closed(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None

    def _show_card(self) -> None:
        overview = self._overview
        has_folders = overview is not None and bool(overview.folders)
        wants = has_folders and (self._is_asked or not self._state.was_dismissed(_NOTICE))
        content = card_content(self._jobs.shelf, self._jobs.rows(), wants_model=wants, is_asked=self._is_asked)
        self._card.show_content(content)

    # --- what is asked for ---

    def _on_wanted(self, action: str, reference: str) -> None:
        done: dict[str, Callable[[], None]] = {
            "download": lambda: self._download(reference),
            "cancel": lambda: self._jobs.cancel(reference),
            "again": lambda: self._jobs.again(reference),
            "latest": lambda: self._jobs.download(reference, latest=True),
            "dismiss": lambda: self._jobs.dismiss(reference),
            "use": lambda: self._jobs.use(reference),
            "verify": lambda: self._jobs.verify(reference),
            "remove": lambda: self._ask_to_remove(reference),
            "choose": self.open_dialog,
            "later": self._put_off,
        }
        done[action]()

    def _download(self, reference: str) -> None:
        self._state.dismiss(_NOTICE, dismissed=False)  # whoever begins wants to hear the end, also after a restart
        self._jobs.download(reference)

    def _put_off(self) -> None:
        self._is_asked = False
        self._state.dismiss(_NOTICE)
        self._show_card()

    def _on_folder_wanted(self) -> None:
        documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
        dialog = QFileDialog(self._dialog, "Choose the folder of a model", documents)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda chosen: self._jobs.add(Path(chosen)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_other_wanted(self) -> None:
        dialog = AddModelDialog(self._dialog)
        dialog.named.connect(self._on_named)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_named(self, reference: str) -> None:
        self._download(reference)
        if self._dialog is not None:
            self._dialog.choose(reference)

    def _ask_to_remove(self, reference: str) -> None:
        info = self._jobs.shelf.info(reference)
        if info is None:
            return
        box = QMessageBox(QMessageBox.Icon.NoIcon, "Models", f"Remove {info.title}?", parent=self._dialog)
        box.setInformativeText(removal_text(info))
        remove = box.addButton("Remove", QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(box.addButton(QMessageBox.StandardButton.Cancel))
        remove.clicked.connect(lambda: self._jobs.remove(reference))
        box.finished.connect(box.deleteLater)
        box.open()
