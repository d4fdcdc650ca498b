"""Derives the fonts of the share pictures from their origin; run by hand, never by the site.

    pip download --no-deps --dest FOLDER fontpkg-source-serif-4==4.4 fontpkg-source-sans-3==3.52
    python -m articles.derive_fonts FOLDER

The origin is Adobe's Source Serif 4 (4.004) and Source Sans 3 (3.052) as PyPI's `fontpkg` carries them, unchanged from
Google Fonts, under the SIL Open Font License 1.1. What comes of it lies in `articles/fonts/` beside that licence: one
weight of each, with the letters that stories in Kazakh, Russian and English need. The licence reserves the name
"Source" for the unchanged fonts, so ours bear other names. `fonttools` is a dependency of development only.
"""

import argparse
import io
import zipfile
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

HERE = Path(__file__).resolve().parent / "fonts"
LETTERS = [
    *range(0x20, 0x7F), *range(0xA0, 0x180), 0x218, 0x219, 0x21A, 0x21B,  # Latin
    *range(0x400, 0x530),  # Cyrillic with the Kazakh letters
    *range(0x2010, 0x2028), 0x202F, *range(0x2030, 0x203B), 0x20AC, 0x20B8, 0x2116, 0x2122, 0x2212,  # signs
]  # fmt: skip
FONTS = {  # file: (wheel, file inside it, axes, name)
    "serif.ttf": (
        "fontpkg_source_serif_4", "SourceSerif4[opsz,wght].ttf", {"opsz": 40, "wght": 620}, "Record Serif",
    ),
    "sans.ttf": ("fontpkg_source_sans_3", "SourceSans3[wght].ttf", {"wght": 500}, "Record Sans"),
}  # fmt: skip
COPYRIGHT, FAMILY, STYLE, UNIQUE, FULL, POSTSCRIPT, LICENCE, LICENCE_AT = 0, 1, 2, 3, 4, 6, 13, 14


def derive(folder):
    """This will write each of `FONTS` and its licence from the wheels in `folder`."""
    for name, (package, file, axes, called) in FONTS.items():
        (wheel,) = folder.glob(f"{package}-*.whl")
        with zipfile.ZipFile(wheel) as packed:
            font = TTFont(io.BytesIO(packed.read(f"{package}/files/{file}")))
            licence = packed.read(f"{package}/LICENSE")
        font = instantiateVariableFont(font, axes)
        options = subset.Options(
            name_IDs=[COPYRIGHT, LICENCE, LICENCE_AT], hinting=False, layout_features=["kern", "mark"]
        )
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=LETTERS)
        cutter.subset(font)
        for number, text in {
            FAMILY: called, STYLE: "Regular", UNIQUE: called, FULL: called, POSTSCRIPT: called.replace(" ", ""),
        }.items():  # fmt: skip
            font["name"].setName(text, number, 3, 1, 0x409)
        font.save(HERE / name)
        (HERE / f"{Path(name).stem}-OFL.txt").write_bytes(licence)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where the two wheels lie")
    derive(parser.parse_args().folder)
