from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from photoorg.ui.views.welcome_page import WelcomePage


def test_one_button_leads_to_the_first_folder(qtbot, theme):
    page = WelcomePage()
    qtbot.addWidget(page)
    (button,) = page.findChildren(QPushButton)
    with qtbot.waitSignal(page.add_folder_clicked):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(page.add_folder_clicked):
        qtbot.keyClick(button, Qt.Key.Key_Space)
    assert page.focusProxy() is button


def test_the_page_says_what_people_want_to_know_first(qtbot, theme):
    page = WelcomePage()
    qtbot.addWidget(page)
    texts = " ".join(label.text() for label in page.findChildren(QLabel))
    for said in ("describing", "drop a folder", "stays on this computer", "never changed"):
        assert said in texts
