"""The style sheet: what Fusion draws too heavily, drawn flat. Colours come from the palette."""

from PySide6.QtGui import QColor

_SHEET = """
QToolTip { color: palette(tool-tip-text); background: palette(tool-tip-base); border: 1px solid palette(mid);
  padding: 4px 6px; }

QPushButton { color: palette(button-text); background: HOVER; border: 2px solid transparent; border-radius: 8px;
  padding: 5px 12px; }
QPushButton:hover { background: PRESS; }
QPushButton:pressed { background: DEEP; }
QPushButton:disabled { color: FAINT; background: HOVER; }
QPushButton:focus { border-color: palette(highlight); }
QPushButton[look="plain"] { background: transparent; text-align: left; padding: 5px 6px; }
QPushButton[look="plain"]:hover { background: HOVER; }
QPushButton[look="plain"]:pressed { background: PRESS; }
QPushButton[look="link"] { color: palette(link); background: transparent; padding: 1px 4px; border-radius: 6px; }
QPushButton[look="link"]:hover { background: HOVER; }
ElidedButton[look="link"] { text-align: left; }
QPushButton[look="chip"] { border-radius: 12px; padding: 4px 12px; }
QPushButton[look="primary"] { color: palette(highlighted-text); background: palette(highlight); padding: 8px 20px; }
QPushButton[look="primary"]:hover { background: ACCENT_HOVER; }
QPushButton[look="primary"]:focus { border-color: palette(text); }
QPushButton[look="primary"]:disabled { color: FAINT; background: HOVER; }

QToolButton { background: transparent; border: 2px solid transparent; border-radius: 8px; padding: 3px; }
QToolButton:hover { background: HOVER; }
QToolButton:pressed, QToolButton:checked { background: PRESS; }
QToolButton[look="bare"]:checked { background: transparent; }
QToolButton[look="bare"]:hover { background: HOVER; }
QToolButton[look="tiny"] { border: none; border-radius: 10px; padding: 3px; }
QToolButton[look="tiny"]:hover { background: PRESS; }
QToolButton:focus { border-color: palette(highlight); }
QToolButton::menu-indicator { image: none; }

QLineEdit { color: palette(text); background: palette(base); border: 1px solid palette(mid); border-radius: 8px;
  padding: 5px 8px; placeholder-text-color: palette(placeholder-text); selection-background-color: palette(highlight); selection-color: palette(highlighted-text); }
QLineEdit:focus { border: 2px solid palette(highlight); padding: 4px 7px; }
QLineEdit[look="bare"], QLineEdit[look="bare"]:focus { background: transparent; border: none; padding: 0; }

QLineEdit[look="row"], QLineEdit[look="row"]:focus { border: 2px solid palette(highlight); border-radius: 6px; padding: 0 5px; }

QPlainTextEdit { color: palette(text); background: palette(base); border: 1px solid palette(mid); border-radius: 8px;
  padding: 3px 5px; placeholder-text-color: palette(placeholder-text); selection-background-color: palette(highlight); selection-color: palette(highlighted-text); }
QPlainTextEdit:focus { border: 2px solid palette(highlight); padding: 2px 4px; }

QSpinBox QLineEdit, QSpinBox QLineEdit:focus { background: transparent; border: none; padding: 0 4px; }

QMenu { color: palette(text); background: palette(base); border: 1px solid palette(mid); padding: 4px; }
QMenu::item { padding: 5px 24px 5px 10px; border-radius: 6px; }
QMenu::item:selected { background: PRESS; }
QMenu::item:disabled { color: palette(placeholder-text); }
QMenu::icon { padding-left: 8px; }
QMenu::separator { height: 1px; background: palette(mid); margin: 4px 8px; }

QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: 12px; }
QScrollBar:horizontal { height: 12px; }
QScrollBar::handle { background: HANDLE; border-radius: 3px; margin: 3px; }
QScrollBar::handle:vertical { min-height: 40px; }
QScrollBar::handle:horizontal { min-width: 40px; }
QScrollBar::handle:hover, QScrollBar::handle:pressed { background: HANDLE_HOVER; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page { background: none; border: none;
  width: 0; height: 0; }

QProgressBar { background: PRESS; border: none; border-radius: 2px; max-height: 4px; min-height: 4px; }
QProgressBar::chunk { background: palette(highlight); border-radius: 2px; }

QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: PRESS; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: HANDLE_HOVER; }
QSlider::handle:horizontal { width: 14px; height: 14px; margin: -5px 0; border-radius: 7px; background: palette(text); }
QSlider::handle:horizontal:hover { background: palette(highlight); }
QSlider:focus { border: none; }
QSlider::handle:horizontal:focus { background: palette(highlight); }

QSplitter::handle { background: palette(mid); }
QHeaderView { background: transparent; }
QHeaderView::section { color: palette(placeholder-text); background: palette(base); border: none;
  border-bottom: 1px solid palette(mid); padding: 6px 8px; }
QTableView { background: palette(base); border: 1px solid palette(mid); border-radius: 8px; outline: none;
  selection-background-color: palette(highlight); selection-color: palette(highlighted-text); }
QTableView::item { padding: 0 8px; border: none; }
"""
_ACCENT_HOVER = "palette(link)"
# How much of the text's colour lies over the background, of 255.
_SHADES = {"HOVER": 14, "PRESS": 28, "DEEP": 42, "HANDLE": 52, "HANDLE_HOVER": 104}


def style_sheet(text_colour: str, faint_colour: str) -> str:
    """The style sheet of the whole program; shades are made of the text's colour. Colours as #rrggbb."""
    colour = QColor(text_colour)
    sheet = _SHEET.replace("ACCENT_HOVER", _ACCENT_HOVER).replace("FAINT", faint_colour)
    for name, alpha in sorted(_SHADES.items(), reverse=True):
        sheet = sheet.replace(name, f"rgba({colour.red()}, {colour.green()}, {colour.blue()}, {alpha})")
    return sheet
