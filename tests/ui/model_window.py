"""What tests of models in the window look at: the card, the dialog, what the library knows."""

from model_hub import REFERENCE

from photoorg.ui.dialogs.models_dialog import ModelsDialog

ALL = 40  # photos of the library of drawn pictures


def card(window):
    """The card above the photos."""
    return window.browser.model_card


def content(window):
    """What it shows, or None."""
    return card(window).content


def offers(window):
    """What its buttons say."""
    return [offer.text for offer in content(window).offers] if content(window) else []


def info(window, reference=REFERENCE):
    """What the library knows of a model."""
    return next(info for info in window.library.models.infos() if info.reference == reference)


def models_dialog(window):
    """The list of models, opened and filled."""
    window.action("Models …").trigger()
    dialog = window.window.findChild(ModelsDialog)
    window.wait(lambda: dialog.isVisible() and dialog._model.rowCount() > 0)
    return dialog
