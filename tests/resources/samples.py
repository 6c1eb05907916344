"""Resources for tests, made by hand and by hypothesis."""

from __future__ import annotations

import zlib

from hypothesis import strategies as st

from oxidize.resources.layout import Codec, FileFlag, ModuleFlag
from oxidize.resources.model import Blob, File, Module, Resources

SMALL = Resources(
    modules={
        "app": Module("app", "app/__init__.py", ModuleFlag.PACKAGE, code={0: Blob(b"code")}),
        "app.näme": Module(
            "app.näme",
            "app/näme.py",
            source=Blob(zlib.compress(b"x = 1\n"), Codec.ZLIB, 6),
            code={0: Blob(b"zero"), 1: Blob(b"one"), 2: Blob(b"two")},
        ),
        "fast": Module(
            "fast",
            "fast.so",
            ModuleFlag.EXTENSION | ModuleFlag.STANDARD_LIBRARY,
            extension=Blob(b"\x7fELF"),
            libraries=("lib/libz.so.1", "lib/liba.so"),
        ),
        "shelf": Module("shelf", "shelf.py", beside="näher/lib"),
        "space": Module("space", "space", ModuleFlag.PACKAGE | ModuleFlag.NAMESPACE),
    },
    files={
        "app/data.txt": File("app/data.txt", Blob(b"data")),
        "app/same.txt": File("app/same.txt", Blob(b"data"), FileFlag.EXECUTABLE),
        "beside.txt": File("beside.txt", None, beside="."),
        "lib/liba.so": File("lib/liba.so", Blob(b"a"), FileFlag.SHARED_LIBRARY, ("lib/libz.so.1",)),
        "lib/libz.so.1": File("lib/libz.so.1", Blob(b"z"), FileFlag.SHARED_LIBRARY),
    },
    config={"run_module": "app", "utf8_mode": True, "x_options": ["dev", "utf8"]},
)

names = st.text(st.characters(exclude_characters="\0/", codec="utf-8"), min_size=1, max_size=12)
blobs = st.binary(max_size=40).map(Blob)
paths = (
    st.lists(names.filter(lambda n: n not in (".", "..")), min_size=1, max_size=3)
    .map("/".join)
    .filter(lambda path: not path.startswith("/"))
)

flags = st.integers(0, 7).map(FileFlag)


@st.composite
def resources(draw: st.DrawFn) -> Resources:
    """Any resources that a container can hold."""
    files = {
        path: draw(st.builds(File, st.just(path), blobs, flags, beside=st.just("") | paths))
        for path in draw(st.sets(paths, max_size=6))
    }
    libraries = st.lists(st.sampled_from(sorted(files)), max_size=3) if files else st.just([])
    modules = {
        name: Module(
            name,
            draw(paths),
            ModuleFlag(draw(st.integers(0, 15))),
            draw(st.none() | blobs),
            draw(st.dictionaries(st.sampled_from((0, 1, 2)), blobs)),
            draw(st.none() | blobs),
            tuple(draw(libraries)),
            beside=draw(st.just("") | paths),
        )
        for name in draw(st.sets(names, max_size=6))
    }
    config = draw(st.dictionaries(names, st.lists(names, min_size=2, max_size=3) | names))
    return Resources(modules, files, config)
