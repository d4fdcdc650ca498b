"""Makes the site's fonts in static/site/fonts/ from Source Serif 4 (Adobe, SIL Open Font License 1.1).

    pip download --no-deps fontpkg-source-serif-4==4.4 && unzip fontpkg_source_serif_4-4.4-py3-none-any.whl
    python -m peacekeeping.derive_fonts 'fontpkg_source_serif_4/files/SourceSerif4[opsz,wght].ttf'

Two cuts of the variable font, the text at its size for reading and the headline at its size for display, each in one
file of Latin and one of Cyrillic with the Kazakh letters, so that a page loads what it prints and no more. The licence
reserves the word "Source" for the original, so the cuts bear a name of their own.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

OUT = Path(__file__).resolve().parent.parent / "static" / "site" / "fonts"
FAMILY = "Record Serif"
CUTS = {"text": {"wght": 400, "opsz": 14}, "headline": {"wght": 600, "opsz": 32}}
LATIN = [chr(code) for code in range(0x20, 0x7F)] + list("\u00a0«»“”„‘’–—…·•×°−§éäöü")
CYRILLIC = [chr(code) for code in range(0x410, 0x450)] + list("ЁёӘәҒғҚқҢңӨөҰұҮүҺһІі№")


def derive(source):
    """This will write the four files and return {name: bytes}."""
    sizes = {}
    for cut, axes in CUTS.items():
        for script, letters in (("latin", LATIN), ("cyrillic", CYRILLIC)):
            font = instancer.instantiateVariableFont(TTFont(source), axes)
            options = subset.Options(
                flavor="woff2", layout_features=["kern", "mark"], hinting=False, notdef_outline=True,
                name_IDs=[0, 1, 2, 13, 14],  # whose work it is and under which licence stays in the file
            )  # fmt: skip
            cutter = subset.Subsetter(options)
            cutter.populate(text="".join(letters))
            cutter.subset(font)
            missing = {ord(letter) for letter in letters} - set(font.getBestCmap())
            if missing:
                raise SystemExit(f"The font has no {''.join(map(chr, sorted(missing)))}.")
            for record in font["name"].names:
                if record.nameID in (1, 16):
                    record.string = f"{FAMILY} {cut.capitalize()}"
            path = OUT / f"{cut}-{script}.woff2"
            subset.save_font(font, path, options)
            sizes[path.name] = path.stat().st_size
    return sizes


if __name__ == "__main__":
    for name, size in derive(sys.argv[1]).items():
        print(f"{size:7,} {name}")
