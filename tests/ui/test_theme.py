import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QColor, QIcon, QPalette
from PySide6.QtWidgets import QApplication, QPushButton, QWidget

from photoorg.paths import resources
from photoorg.ui.icons import application_icon, application_pixmap, icon, icon_pixmap, set_icon
from photoorg.ui.theme import DARK, LIGHT, apply_theme, palette_of, scaled_font
from photoorg.ui.views.buttons import text_button

NAMES = sorted(file.stem for file in (resources() / "icons").glob("*.svg"))


def luminance(colour):
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in QColor(colour).getRgbF()[:3]]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


def contrast(one, other):
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def main_colour(shown: QIcon, mode=QIcon.Mode.Normal):
    image = shown.pixmap(24, 24, mode).toImage()
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    return next(pixel.name() for pixel in pixels if pixel.alpha() == 255)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("text", ["text", "muted", "link", "alert"])
@pytest.mark.parametrize("ground", ["window", "base", "tool_tip"])
def test_texts_can_be_read(colours, text, ground):
    assert contrast(getattr(colours, text), getattr(colours, ground)) >= 4.5


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_text_on_the_accent_can_be_read(colours):
    assert contrast(colours.on_accent, colours.accent) >= 4.5


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_the_palette_has_the_colours_that_views_use(colours):
    palette, role = palette_of(colours), QPalette.ColorRole
    used = {role.Window: "window", role.Base: "base", role.Text: "text", role.PlaceholderText: "muted"}
    used |= {role.Mid: "line", role.Highlight: "accent", role.BrightText: "alert"}
    assert {r: palette.color(r).name() for r in used} == {r: getattr(colours, name) for r, name in used.items()}
    for r in (role.Text, role.WindowText, role.ButtonText):
        assert palette.color(QPalette.ColorGroup.Disabled, r).name() == colours.faint


def is_dark():
    """Whether the palette in use is the dark one."""
    return QApplication.palette().color(QPalette.ColorRole.Window).name() == DARK.window


def test_the_theme_changes_palette_and_widgets(qtbot, qapp, theme):
    widget = QWidget()
    qtbot.addWidget(widget)
    assert not is_dark()
    theme(True)
    assert is_dark()
    widget.ensurePolished()
    assert widget.palette().color(QPalette.ColorRole.Window).name() == DARK.window


def test_the_theme_follows_the_system(qapp, theme):
    apply_theme(qapp)
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert is_dark()
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert not is_dark()


def test_a_chosen_theme_does_not_follow(qapp, theme):
    apply_theme(qapp)
    apply_theme(qapp)
    theme(False)
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    assert not is_dark()


def test_icons_follow_the_theme(qtbot, theme):
    parent = QWidget()
    qtbot.addWidget(parent)
    button, action = text_button("Copy", parent, icon_name="copy"), QAction(parent)
    parent.addAction(action)
    set_icon(action, "undo", QPalette.ColorRole.PlaceholderText)
    assert (main_colour(button.icon()), main_colour(action.icon())) == (LIGHT.text, LIGHT.muted)
    theme(True)
    assert (main_colour(button.icon()), main_colour(action.icon())) == (DARK.text, DARK.muted)


def test_a_button_without_an_icon_is_left_alone(qtbot, theme):
    button = QPushButton("plain")
    qtbot.addWidget(button)
    theme(True)
    assert button.icon().isNull()


@pytest.mark.parametrize("name", NAMES)
def test_every_icon_can_be_drawn(theme, name):
    assert not icon_pixmap(name, QColor("#123456"), 18).toImage().allGray()


def test_icons_have_a_disabled_look(theme):
    assert main_colour(icon("pause"), QIcon.Mode.Disabled) == LIGHT.faint


def test_icons_are_sharp_on_dense_screens(theme):
    pixmap = icon_pixmap("heart", QColor("red"), 18, 2.0)
    assert (pixmap.width(), pixmap.devicePixelRatio()) == (36, 2.0)


def test_the_programs_own_icon(theme):
    assert {size.width() for size in application_icon().availableSizes()} == {16, 24, 32, 48, 64, 128, 256}
    assert application_pixmap(64, 2.0).width() == 128


def test_an_unknown_icon_is_a_bug(theme):
    with pytest.raises(FileNotFoundError):
        icon("no-such-icon")


def test_fonts_are_scaled_from_the_programs(qapp, theme):
    assert scaled_font(2.0).pointSizeF() == pytest.approx(2 * qapp.font().pointSizeF())
