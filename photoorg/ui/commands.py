"""The commands of the window: their names, keys and icons in one place; the same actions stand in menus and take keys."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from photoorg.ui.icons import set_icon

Keys = QKeySequence.StandardKey | str


@dataclass(frozen=True)
class Command:
    """A line of the menu; `keys` work wherever the focus is in the browser, and if said so in the viewer."""

    text: str
    run: Callable[[], object]
    keys: tuple[Keys, ...] = ()
    icon: str = ""
    needs_selection: bool = False
    in_viewer: bool = False
    shown_if: Callable[[], bool] | None = None


@dataclass
class Commands:
    """Actions made of commands; those that need a selection are switched with it."""

    browser: QWidget
    viewer: QWidget
    _selective: list[QAction] = field(default_factory=list)

    def add_to(self, menu: QMenu, commands: Sequence[Command | None]) -> None:
        """Append commands to a menu; None is a separator."""
        for command in commands:
            if command is None:
                menu.addSeparator()
            else:
                action = self._action(command)
                menu.addAction(action)
                if command.shown_if:
                    menu.aboutToShow.connect(partial(_show_if, action, command.shown_if))

    def enable_for_selection(self, selected: bool) -> None:
        """Switch the commands that need a photo."""
        for action in self._selective:
            action.setEnabled(selected)

    def _action(self, command: Command) -> QAction:
        action = QAction(command.text, self.browser)
        action.setShortcuts(_sequences(command.keys))
        # The viewer, beside the browser, has keys of its own.
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(lambda _checked: command.run())
        if command.icon:
            set_icon(action, command.icon)
        if command.needs_selection:
            self._selective.append(action)
        self.browser.addAction(action)
        if command.in_viewer:
            self.viewer.addAction(action)
        return action


def _show_if(action: QAction, is_wanted: Callable[[], bool]) -> None:
    action.setVisible(is_wanted())


def _sequences(keys: Sequence[Keys]) -> list[QKeySequence]:
    """Each of them once: a sequence that an action has twice is ambiguous, and does nothing."""
    found: list[QKeySequence] = []
    for key in keys:
        found += [QKeySequence(key)] if isinstance(key, str) else QKeySequence.keyBindings(key)
    return [sequence for place, sequence in enumerate(found) if sequence not in found[:place]]
