"""Texts and trees to try the query language with."""

from hypothesis import strategies as st

from photoorg.search.language.expression import Filter, Like, Phrase, Words
from photoorg.search.language.normal_form import all_of, either_of, not_of

FRAGMENTS = (
    *(
        " ",
        " ",
        " ",
        "-",
        '"',
        "“",
        "”",
        "„",
        "(",
        ")",
        "|",
        " OR ",
        " AND ",
        " not ",
        "NOT ",
        "^2",
        "^0.5",
        "^-1",
        "^99",
    ),
    *(
        "^",
        ",",
        ";",
        ":",
        "..",
        "*",
        "snow",
        "a dog",
        "on the",
        "t-shirt",
        "犬",
        "🌲",
        "\N{RIGHT SINGLE QUOTATION MARK}",
        "date:",
        "2023",
        "tag:",
        "album:",
    ),
    *(
        "like:",
        "#12",
        "near:",
        "48.2,16.4,10km",
        "size:",
        ">5MB",
        "rating:>=4",
        "is:favourite",
        "has:",
        "last summer",
        "dat:1",
    ),
    *(
        "folder:",
        "/a/b",
        "\\",
        "C:\\x",
        "http://",
        "12:30",
        "\x00",
        "\udcff",
        "\n",
        "\u200b",
        "type:jpeg",
        "wearing a",
        "but",
    ),
)
texts = st.one_of(
    st.text(max_size=40),
    st.lists(st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=3)), max_size=16).map("".join),
)

_weights = st.one_of(st.just(1.0), st.sampled_from((0.5, 2.0, 0.01, 10.0)), st.floats(0.01, 10))
_word = st.sampled_from(
    (
        "dog",
        "snow",
        "t-shirt",
        "犬",
        "o'clock",
        "12:30",
        "and",
        "or",
        '24"',
        "-5",
        "a,",
        "x^y",
        "dog(s)",
        "^o^",
        "5",
        "🌲",
    )
)
_name = st.text(min_size=1, max_size=12).map(str.strip).filter(lambda name: name.isprintable() and name)
_words = st.builds(Words, st.lists(_word, min_size=1, max_size=3).map(" ".join), _weights)
_phrases = st.builds(Phrase, st.sampled_from(("a", "at the lake", 'say "hi"', "“x”", '"', "x (1).jpg", "OR b")))
_phrases = _phrases.filter(lambda phrase: phrase.text != '"')
_likes = st.builds(
    Like, st.one_of(st.just("#12"), st.just("/a b/c(1).jpg"), st.just("x^2"), st.just("\udcff.jpg"), _name), _weights
)
_filters = st.one_of(
    st.builds(Filter, st.sampled_from(("tag", "album", "camera", "lens")), _name),
    st.sampled_from(
        (
            Filter("date", "last summer"),
            Filter("date", "2020.."),
            Filter("size", ">5MB"),
            Filter("near", "48.2,16.4,10km"),
        )
    ),
)
singles = st.one_of(_words, _phrases, _likes, _filters)


def _wider(parts):
    several = st.lists(parts, min_size=2, max_size=4)
    return st.one_of(several.map(all_of), several.map(either_of), parts.map(not_of))


trees = st.recursive(singles, _wider, max_leaves=10)
