import numpy as np
import pytest
from grid_fakes import Grid, changes, days, photo, timeline
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QItemSelectionModel, QPersistentModelIndex, Qt

from photoorg.ui.models import photo_list_model
from photoorg.ui.models.photo_list_model import PhotoListModel


@pytest.fixture
def grid(qapp):
    made = Grid()
    yield made
    made.close()


class NoCells:
    """Stands for a loader that has nothing."""

    def __init__(self):
        self.loaded = self
        self.renewed = []

    def connect(self, slot):
        self.slot = slot

    def photo(self, _photo_id):
        return None

    def renew(self, photo_ids):
        self.renewed += photo_ids

    def renew_all(self):
        self.renewed.append("all")


def ids_in(model):
    return [model.data(model.index(row), PhotoListModel.PhotoIdRole) for row in range(model.rowCount())]


@pytest.fixture
def model(qapp):
    made = PhotoListModel(NoCells())
    made.show_timeline(timeline(days(50, 7)))
    return made


def test_the_model_keeps_qts_rules(qtmodeltester, model):
    qtmodeltester.check(model)
    model.apply_changes(changes(gone=[3, 4, 9], there={60: 20261128000000000, 61: 20261120000000000, 5: 0}))
    model.remove_photos([60, 12])
    model.show_results([5, 4, 3])
    model.remove_photos([4])
    qtmodeltester.check(model)


def test_rows_are_newest_first_in_days(model):
    assert ids_in(model) == list(range(50, 0, -1))
    assert model.sections.counts.tolist() == [7] * 7 + [1]
    assert [model.row_of(50), model.row_of(1), model.row_of(99), model.row_of(0)] == [0, 49, None, None]


def test_results_stand_in_their_own_order_each_once(model):
    model.show_results([4, 9, 4, 2])
    assert ids_in(model) == [4, 9, 2]
    assert model.sections is None
    model.apply_changes(changes(gone=[9], there={4: 1, 70: 2}))
    assert ids_in(model) == [4, 2]


TIMES = st.dictionaries(st.integers(1, 30), st.integers(20261101, 20261104).map(lambda day: day * 10**9), max_size=20)


@given(TIMES, TIMES, st.sets(st.integers(1, 30)), st.sampled_from([0, 1000]))
def test_changes_lead_to_the_same_rows_as_a_new_timeline(before, there, gone, most_runs):
    gone -= there.keys()
    model = PhotoListModel(NoCells())
    model.show_timeline(timeline(before))
    selection = QItemSelectionModel(model)
    kept = {i: QPersistentModelIndex(model.index(model.row_of(i))) for i in before}
    chosen = {i for i in before if i % 3 == 0}
    for photo_id in chosen:
        selection.select(model.index(model.row_of(photo_id)), QItemSelectionModel.SelectionFlag.Select)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(photo_list_model, "_MOST_RUNS", most_runs)
        model.apply_changes(changes(gone, there))
    after = {i: taken for i, taken in (before | there).items() if i not in gone}
    assert ids_in(model) == timeline(after).photo_ids.tolist()
    assert model.sections.counts.sum() == model.rowCount()
    if most_runs and all(before[i] == there[i] for i in before.keys() & there):
        assert {i: index.row() for i, index in kept.items() if index.isValid()} == {
            i: model.row_of(i) for i in before if i in after
        }
        assert {model.photo_id(index.row()) for index in selection.selectedIndexes()} == chosen & after.keys()


def test_rows_are_right_after_every_single_step(model):
    seen = []

    def note(*_):
        seen.append([model.photo_id(row) for row in range(model.rowCount())])
        assert [model.row_of(photo_id) for photo_id in seen[-1]] == list(range(model.rowCount()))

    model.rowsRemoved.connect(note)
    model.rowsInserted.connect(note)
    model.apply_changes(changes(gone=[50, 48, 47, 2], there={51: days(50, 7)[30], 52: 20261128999999999}))
    assert [len(rows) for rows in seen] == [49, 47, 46, 47, 48]
    assert seen[0] == [*range(49, 0, -1)]
    assert seen[-1] == ids_in(model)


def test_a_photo_that_changes_its_place_is_a_renewal(qtbot, model):
    with qtbot.waitSignals([model.modelReset, model.rows_renewed]):
        model.apply_changes(changes(there={10: 20261230000000000}))
    assert model.row_of(10) == 0
    assert model.rowCount() == 50


def test_very_many_runs_are_one_reset(qtbot, model, monkeypatch):
    monkeypatch.setattr(photo_list_model, "_MOST_RUNS", 3)
    with qtbot.waitSignals([model.modelReset, model.rows_renewed]):
        model.apply_changes(changes(gone=[2, 4, 6, 8, 10]))
    assert model.rowCount() == 45


def test_a_new_timeline_of_the_same_collection_changes_rows_in_place(qtbot, model):
    times = days(50, 7)
    del times[20]
    with qtbot.assertNotEmitted(model.modelReset), qtbot.waitSignal(model.rowsRemoved):
        model.update_timeline(timeline(times | {51: 20261201000000000}))
    assert ids_in(model)[:2] == [51, 50]


def test_changed_photos_are_loaded_again(qapp):
    cells = NoCells()
    model = PhotoListModel(cells)
    model.show_timeline(timeline(days(10, 3)))
    model.apply_changes(changes(gone=[2], there={3: days(10, 3)[3]}))
    assert sorted(cells.renewed) == [2, 3]


def test_what_is_loaded_is_told_by_rows(qtbot, grid):
    grid.model.show_timeline(timeline(days(50, 7)))
    grid.library.photos[49] = photo(49, favourite=True, rating=3, online=False)
    assert grid.model.data(grid.model.index(0)) is None
    told = []
    grid.model.dataChanged.connect(lambda first, last: told.append((first.row(), last.row())))
    for photo_id in (50, 49, 47, 999):
        grid.cells.cell(photo_id, 100)
    qtbot.waitUntil(lambda: told == [(0, 1), (3, 3)])
    index = grid.model.index(1)
    assert index.data() == "IMG_0049.jpg"
    assert index.data(PhotoListModel.PhotoRole) == grid.library.photos[49] == grid.model.photo(1)
    spoken = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "IMG_0049.jpg, Saturday, 21 November 2026, favourite, rated 3 of 5, offline"
    assert index.data(Qt.ItemDataRole.EditRole) is None


def test_a_million_rows_change_quickly(qapp):
    count = 1_000_000
    model = PhotoListModel(NoCells())
    line = timeline({})
    ids = np.arange(count, 0, -1, dtype=np.int64)
    model.show_timeline(type(line)(1, ids, 20000101 * 10**9 + ids * 1000))
    model.apply_changes(changes(gone=[7], there={count + k: 20000101 * 10**9 + 5000 * k + 1 for k in range(1, 200)}))
    assert model.rowCount() == count + 198
