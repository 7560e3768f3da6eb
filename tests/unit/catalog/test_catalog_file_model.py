"""The life of files against a simple model: names, photos, and what was lost."""

from catalog_samples import failed, inode, known, place, read
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from photoorg.volumes import Volume

NAMES = st.sampled_from(["a.jpg", "b.jpg", "c.jpg"])
PICTURES = st.sampled_from(["sea", "hill", "wood"])
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("read"), NAMES, PICTURES),
        st.tuples(st.just("fail"), NAMES, st.none()),
        st.tuples(st.just("miss"), NAMES, st.none()),
        st.tuples(st.just("move"), NAMES, NAMES),
        st.tuples(st.just("swap"), NAMES, NAMES),
    ),
    max_size=25,
)


class Model:
    """What should be in the catalog: `here` name -> [photo or None, picture, readable]; `lost` (photo, picture)."""

    def __init__(self):
        self.here = {}
        self.lost = []
        self.photos = 0

    def read(self, name, picture):
        old = self.here.pop(name, None)
        photo = old[0] if old else None
        self.here[name] = [photo or self._found_again(picture) or self._new(), picture, True]

    def fail(self, name, _):
        self.here.setdefault(name, [None, None, False])[2] = False

    def miss(self, name, _):
        photo, picture, _readable = self.here.pop(name)
        self.lost.append((photo, picture))

    def move(self, name, new):
        mover = self.here.pop(name)
        if new in self.here:
            self.miss(new, None)
        self.here[new] = mover

    def swap(self, name, other):
        self.here[name], self.here[other] = self.here[other], self.here[name]

    def _found_again(self, picture):
        candidates = [lost for lost in reversed(self.lost) if lost[1] == picture and lost[0]]
        if not candidates:
            return None
        self.lost.remove(candidates[0])
        return candidates[0][0]

    def _new(self):
        self.photos += 1
        return self.photos


class Real:
    """The same steps on a catalog; photos are numbered in the order in which they were first seen."""

    def __init__(self, catalog, folder):
        self.catalog, self.folder = catalog, folder

    def files(self):
        return {name.decode(): file for name, file in known_present(self.catalog, self.folder).items()}

    def read(self, name, picture):
        self.catalog.files.record_read([read(self.folder, name, picture)])

    def fail(self, name, _):
        self.catalog.files.record_failed([failed(self.folder, name)])

    def miss(self, name, _):
        self.catalog.files.mark_missing([self.files()[name].id])

    def move(self, name, new):
        self.catalog.files.move([(self.files()[name].id, place(self.folder, new), inode(1))])

    def swap(self, name, other):
        files = self.files()
        self.catalog.files.move(
            [(files[old].id, place(self.folder, new), inode(1)) for old, new in ((name, other), (other, name))]
        )


def known_present(catalog, folder):
    prefix = folder.path + b"/"
    return {f.place.path.removeprefix(prefix): f for f in catalog.files.known_in(folder) if not f.missing}


def possible(model, step, first, second):
    if step in ("miss", "move"):
        return first in model.here and first != second
    if step == "swap":
        return first in model.here and second in model.here and first != second
    return True


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_files_live_as_the_model_says(catalog, steps):
    folder = catalog.folders.add(Volume("uuid:1234", b"/media"), b"pictures")
    with catalog.files._db.transaction() as write:
        write.execute("DELETE FROM file")
    start = catalog.photos._db.value("SELECT coalesce(max(id), 0) FROM photo")
    model, real = Model(), Real(catalog, folder)
    for step, first, second in steps:
        if possible(model, step, first, second):
            getattr(model, step)(first, second)
            getattr(real, step)(first, second)
    files = real.files()
    expected = {name: (photo and photo + start, readable) for name, (photo, _, readable) in model.here.items()}
    assert {name: (file.photo_id, file.failure_code is None) for name, file in files.items()} == expected
    assert len(known(catalog, folder)) <= len(files) + len(model.lost)
