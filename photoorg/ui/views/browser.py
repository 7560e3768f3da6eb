"""The page that people browse in: sidebar, search, photos, details, and the line at the bottom."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSlider, QSplitter, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from photoorg.ui.chip_content import NO_CHIPS, ChipLanguage
from photoorg.ui.models.photo_list_model import PhotoListModel
from photoorg.ui.views.buttons import icon_button
from photoorg.ui.views.details_pane import DetailsPane
from photoorg.ui.views.empty_page import EmptyPage
from photoorg.ui.views.model_card import ModelCard
from photoorg.ui.views.notice_card import NoticeCard
from photoorg.ui.views.photo_grid_view import CELL_SIZES, PhotoGridView
from photoorg.ui.views.results_bar import ResultsBar
from photoorg.ui.views.search_bar import SearchBar
from photoorg.ui.views.sidebar import Sidebar
from photoorg.ui.views.status_bar import StatusBar
from photoorg.ui.views.welcome_page import WelcomePage

_SEARCH_WIDTH = 640
_SLIDER_WIDTH = 96
_LEAST_PAGE_HEIGHT = 120
_LEAST_WIDTH_WITH_DETAILS = 960
_LEAST_WIDTH_WITH_SLIDER = 800
_LEAST_WIDTH_WITH_SIDEBAR = 680
_LEAST_HEIGHT_WITH_CARDS = 560  # with more than one


class Browser(QWidget):
    """Lays the widgets out; what they mean to each other is the window's business."""

    def __init__(
        self, model: PhotoListModel, menu: QMenu, parent: QWidget | None = None, *, language: ChipLanguage = NO_CHIPS
    ) -> None:
        """`language` says which parts of a search are shown as chips."""
        super().__init__(parent)
        self.sidebar = Sidebar()
        self.search = SearchBar(language=language)
        self.model_card = ModelCard()
        self.notice = NoticeCard()
        self.results = ResultsBar()
        self.grid = PhotoGridView(model)
        self.welcome = WelcomePage()
        self.empty = EmptyPage()
        self.details = DetailsPane()
        self.status = StatusBar()
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.sidebar_button = icon_button("sidebar", "Show or hide the sidebar (F9)", self)
        self.details_button = icon_button("details", "Show or hide the details (Ctrl+I)", self)
        self.menu_button = _menu_button(menu, self)
        self._pages = QStackedWidget()
        self._slider = self._make_slider()
        self._lay_out()
        self.wants_sidebar = self.wants_details = True
        self.sidebar_button.clicked.connect(self._on_sidebar_clicked)
        self.details_button.clicked.connect(self._on_details_clicked)
        self.notice.installEventFilter(self)

    def want_panes(self, *, sidebar: bool, details: bool) -> None:
        """Which panes are to be seen where there is room for them."""
        self.wants_sidebar, self.wants_details = sidebar, details
        self._fit_panes()

    def show_page(self, page: QWidget | None) -> None:
        """Show the grid, the welcome page, the empty page, or nothing yet."""
        if (page or self._blank) is not self.page:
            self._pages.setCurrentWidget(page or self._blank)
            self._fit_panes()

    @property
    def page(self) -> QWidget:
        """What is shown in the middle."""
        return self._pages.currentWidget() or self._blank

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow window is for the photos."""
        super().resizeEvent(event)
        self._fit_panes()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Where there is room for one card, the notice comes first."""
        if event.type() in {QEvent.Type.ShowToParent, QEvent.Type.HideToParent}:
            self._fit_cards()
        return super().eventFilter(watched, event)

    def _fit_cards(self) -> None:
        self.model_card.stand_back(not self.notice.isHidden() and self.height() < _LEAST_HEIGHT_WITH_CARDS)

    def _fit_panes(self) -> None:
        self._fit_cards()
        is_welcome = self.page is self.welcome
        self.sidebar.setVisible(self.wants_sidebar and self.width() >= _LEAST_WIDTH_WITH_SIDEBAR)
        self.details.setVisible(self.wants_details and self.width() >= _LEAST_WIDTH_WITH_DETAILS and not is_welcome)
        self._slider.setVisible(self.width() >= _LEAST_WIDTH_WITH_SLIDER and not is_welcome)
        self.details_button.setVisible(not is_welcome)
        self.search.setVisible(not is_welcome)

    def _on_sidebar_clicked(self) -> None:
        # What is seen counts: in a narrow window a wanted pane may be hidden, and is then shown all the same.
        self.wants_sidebar = self.sidebar.isHidden()
        self.sidebar.setVisible(self.wants_sidebar)

    def _on_details_clicked(self) -> None:
        self.wants_details = self.details.isHidden()
        self.details.setVisible(self.wants_details)

    def _make_slider(self) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(CELL_SIZES[0], CELL_SIZES[-1])
        slider.setValue(self.grid.cell_size)
        slider.setFixedWidth(_SLIDER_WIDTH)
        slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        slider.setAccessibleName("Size of the photos")
        slider.setToolTip("Size of the photos (Ctrl+wheel)")
        slider.valueChanged.connect(self.grid.set_cell_size)
        self.grid.cell_size_changed.connect(slider.setValue)
        return slider

    def _lay_out(self) -> None:
        self._blank = QWidget()
        self._blank.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for page in (self._blank, self.grid, self.welcome, self.empty):
            self._pages.addWidget(page)
        self._pages.setMinimumHeight(_LEAST_PAGE_HEIGHT)  # not that of the tallest page, which may not be shown
        for part in (self.sidebar, self._centre(), self.details):
            self.splitter.addWidget(part)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.setHandleWidth(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.splitter, 1)
        layout.addWidget(self.status)

    def _centre(self) -> QWidget:
        centre = QWidget()
        layout = QVBoxLayout(centre)
        layout.setContentsMargins(0, 8, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(self._top_row())
        layout.addLayout(_inset(self.search.chips))
        layout.addLayout(_inset(self.model_card))
        layout.addLayout(_inset(self.notice))
        layout.addWidget(self.results)
        layout.addWidget(self._pages, 1)
        return centre

    def _top_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(12, 0, 12, 4)
        row.setSpacing(8)
        top = Qt.AlignmentFlag.AlignTop
        self.search.setMaximumWidth(_SEARCH_WIDTH)
        row.addWidget(self.sidebar_button, 0, top)
        row.addStretch(1)
        row.addWidget(self.search, 100, top)
        row.addStretch(1)
        row.addWidget(self._slider, 0, top)
        row.addWidget(self.details_button, 0, top)
        row.addWidget(self.menu_button, 0, top)
        for button in (self.sidebar_button, self.details_button, self.menu_button):
            button.setFixedSize(QSize(36, 36))
        self._slider.setFixedHeight(36)
        return row


def _inset(part: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setContentsMargins(12, 0, 12, 0)
    row.addWidget(part)
    return row


def _menu_button(menu: QMenu, parent: QWidget) -> QToolButton:
    button = icon_button("more", "Menu", parent)
    button.setMenu(menu)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    return button
