"""Derives the house's fonts from their origin; run by hand, never by the site.

    pip download --no-deps --dest FOLDER fontpkg-source-serif-4==4.4 fontpkg-source-sans-3==3.52
    python -m peacekeeping.derive_fonts FOLDER

The origin is Adobe's Source Serif 4 (4.004) and Source Sans 3 (3.052) as PyPI's `fontpkg` carries them, unchanged from
Google Fonts, under the SIL Open Font License 1.1, which lies beside what comes of them. The licence reserves the name
"Source" for the unchanged fonts, so ours bear other names. `fonttools` is a dependency of development only.

Pages get two cuts in `static/site/fonts/`, the text at its size for reading and the headline at its size for display,
each in one file of Latin and one of Cyrillic with the Kazakh letters, so that a page loads what it prints and no more.
Share pictures are drawn with two weights in `articles/fonts/`, with every letter that a name may need. Reports on paper
are set in two weights of the sans in `reports/fonts/`, with the letters of `reports.printable`; their figures are of
one width as they stand.
"""

import argparse
import copy
import io
import zipfile
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from reports.printable import LETTERS

ROOT = Path(__file__).resolve().parent.parent
PAGES, PICTURES = ROOT / "static" / "site" / "fonts", ROOT / "articles" / "fonts"
PAPER = ROOT / "reports" / "fonts"
SERIF = ("fontpkg_source_serif_4", "SourceSerif4[opsz,wght].ttf")
SANS = ("fontpkg_source_sans_3", "SourceSans3[wght].ttf")
LATIN = [*range(0x20, 0x7F), *map(ord, "\u00a0«»“”„‘’–—…·•×°−§éäöü")]
CYRILLIC = [*range(0x410, 0x450), *map(ord, "ЁёӘәҒғҚқҢңӨөҰұҮүҺһІі№")]
OF_NAMES = [
    *range(0x20, 0x7F), *range(0xA0, 0x180), 0x218, 0x219, 0x21A, 0x21B,  # Latin
    *range(0x400, 0x530),  # Cyrillic with the Kazakh letters
    *range(0x2010, 0x2028), 0x202F, *range(0x2030, 0x203B), 0x20AC, 0x20B8, 0x2116, 0x2122, 0x2212,  # signs
]  # fmt: skip
TEXT, HEADLINE = {"wght": 400, "opsz": 14}, {"wght": 600, "opsz": 32}
FONTS = {  # file: (origin, axes, letters, name)
    PAGES / "text-latin.woff2": (SERIF, TEXT, LATIN, "Record Serif Text"),
    PAGES / "text-cyrillic.woff2": (SERIF, TEXT, CYRILLIC, "Record Serif Text"),
    PAGES / "headline-latin.woff2": (SERIF, HEADLINE, LATIN, "Record Serif Headline"),
    PAGES / "headline-cyrillic.woff2": (SERIF, HEADLINE, CYRILLIC, "Record Serif Headline"),
    PICTURES / "serif.ttf": (SERIF, {"opsz": 40, "wght": 620}, OF_NAMES, "Record Serif"),
    PICTURES / "sans.ttf": (SANS, {"wght": 500}, OF_NAMES, "Record Sans"),
    PAPER / "paper.ttf": (SANS, {"wght": 400}, [*map(ord, LETTERS)], "Record Paper"),
    PAPER / "paper-strong.ttf": (SANS, {"wght": 600}, [*map(ord, LETTERS)], "Record Paper Strong"),
    PAPER / "paper-title.ttf": (SERIF, HEADLINE, OF_NAMES, "Record Paper Title"),
}  # fmt: skip
COPYRIGHT, FAMILY, STYLE, UNIQUE, FULL, POSTSCRIPT, LICENCE, LICENCE_AT = 0, 1, 2, 3, 4, 6, 13, 14


def derive(folder):
    """This will write each of `FONTS` and its licence from the wheels in `folder`."""
    for path, ((package, file), axes, letters, called) in FONTS.items():
        (wheel,) = folder.glob(f"{package}-*.whl")
        with zipfile.ZipFile(wheel) as packed:
            font = TTFont(io.BytesIO(packed.read(f"{package}/files/{file}")))
            licence = packed.read(f"{package}/LICENSE")
        font = instantiateVariableFont(font, axes)
        options = subset.Options(
            flavor="woff2" if path.suffix == ".woff2" else None, name_IDs=[COPYRIGHT, LICENCE, LICENCE_AT],
            hinting=False, layout_features=["kern", "mark"],
        )  # fmt: skip
        cutter = subset.Subsetter(options)
        cutter.populate(unicodes=letters)
        cutter.subset(font)
        if path.parent == PAPER:
            part(font)
        for number, text in {
            FAMILY: called, STYLE: "Regular", UNIQUE: called, FULL: called, POSTSCRIPT: called.replace(" ", ""),
        }.items():  # fmt: skip
            font["name"].setName(text, number, 3, 1, 0x409)
        subset.save_font(font, path, options)
        (path.parent / f"{'OFL' if path.parent == PAGES else f'{path.stem}-OFL'}.txt").write_bytes(licence)
        print(f"{path.stat().st_size:7,} {path.relative_to(ROOT)}")


def part(font):
    """This will give each letter a glyph of its own: a PDF tells a text by its glyphs, and two hyphens would be one."""
    for table in font["cmap"].tables:
        known = set()
        for code, glyph in sorted(table.cmap.items()):
            if glyph in known and not chr(code).isspace():
                own = table.cmap[code] = f"uni{code:04X}.own"
                if own not in font["hmtx"].metrics:
                    font["glyf"][own] = copy.deepcopy(font["glyf"][glyph])
                    font["hmtx"][own] = font["hmtx"][glyph]
            known.add(glyph)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where the two wheels lie")
    derive(parser.parse_args().folder)
