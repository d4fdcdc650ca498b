"""Draws the picture that other sites show beside a link: words over a photo, or over the house's own paper.

Words are wrapped and made smaller until they fit, and a word that is wider than the picture is broken between letters;
nothing is cut off.
"""

from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont, ImageOps

SIZE = WIDE, HIGH = (1200, 630)
MARGIN = 64
LINE = HIGH - 122  # over the foot
TITLE_ENDS = LINE - 26
FONTS = Path(__file__).resolve().parent / "fonts"
PAPER, INK, SOFT, SKY, SKY_TINT, GOLD = "#fbfaf7", "#15191d", "#545d66", "#00708a", "#e3f2f5", "#f2c14e"
WHITE, PALE, PALE_SKY = "#ffffff", "#dfe5e8", "#8fe0f0"
LARGEST, SMALLEST, STEP = 82, 30, 2
LEADING = 1.16
FINE = 4  # edges are drawn so many times larger, since Pillow does not smooth them


@lru_cache(maxsize=64)
def font(name, size):
    return ImageFont.truetype(FONTS / f"{name}.ttf", size)


def draw(*, title, kicker, note, house, photo=None, credit=""):
    """This will return the picture, 1200 by 630 pixels.

    `kicker` stands over the title, `house` and `note` at the foot, `photo` (an image) lies under all of it.
    """
    ink, soft, sky = (WHITE, PALE, PALE_SKY) if photo else (INK, SOFT, SKY)
    ceiling = 190 if photo else MARGIN + 64
    lines, size = fit(title, WIDE - 2 * MARGIN, TITLE_ENDS - ceiling)
    step = round(size * LEADING)
    top = TITLE_ENDS - step * len(lines) if photo else ceiling
    image = _over_photo(photo, top - 60) if photo else _paper()
    pen = ImageDraw.Draw(image)
    pen.text((MARGIN, top - 50), _cut(kicker, font("sans", 30), WIDE - 2 * MARGIN), font=font("sans", 30), fill=sky)
    for number, line in enumerate(lines):
        pen.text((MARGIN, top + number * step), line, font=font("serif", size), fill=ink)
    _foot(image, pen, house, note, ink=ink, soft=soft)
    if credit and photo:
        _credit(image, credit)
    return image


def fit(text, width, height):
    """This will return (lines, size of the letters): the largest size at which the text stands in the box."""
    text = " ".join(text.replace("‑", "-").replace("\u00ad", "").split())
    for size in range(LARGEST, SMALLEST - 1, -STEP):
        if _breaks_a_word(text, size, width):
            continue
        if len(wrap(text, size, width)) * round(size * LEADING) <= height:
            return balanced(text, size, width), size
    return balanced(text, SMALLEST, width), SMALLEST


def balanced(text, size, width):
    """This will return the lines of the text, none wider than `width`, and as even as their number allows."""
    lines = wrap(text, size, width)
    while width > 300 and not _breaks_a_word(text, size, width - 20):
        narrower = wrap(text, size, width - 20)
        if len(narrower) > len(lines):
            break
        lines, width = narrower, width - 20
    return lines


def wrap(text, size, width):
    letters, lines, line = font("serif", size), [], ""
    for word in text.split():
        if line and letters.getlength(f"{line} {word}") <= width:
            line = f"{line} {word}"
            continue
        if line:
            lines.append(line)
        line = word
        while letters.getlength(line) > width:  # a word that no line holds
            end = next(end for end in range(len(line) - 1, 0, -1) if letters.getlength(line[:end] + "-") <= width)
            lines.append(line[:end] + "-")
            line = line[end:]
    return [*lines, line] if line else lines


def _breaks_a_word(text, size, width):
    letters = font("serif", size)
    return any(letters.getlength(word) > width for word in text.split())


def _cut(text, letters, width):
    """This will return the text, or as much of it as one line holds and an ellipsis: whole words where it has any."""
    if letters.getlength(text) <= width:
        return text
    while text and letters.getlength(text + " …") > width:
        text = text.rpartition(" ")[0] or text[:-1]
    return text + " …"


def _over_photo(photo, top):
    """This will return the photo, filling the picture, dark from `top` on, where words will stand."""
    image = ImageOps.fit(photo.convert("RGB"), SIZE, Image.Resampling.LANCZOS)
    shade = Image.new("L", (1, HIGH))
    for y in range(HIGH):
        falling = min(max((y - top + 130) / 130, 0), 1)
        shade.putpixel((0, y), round(255 * (0.1 + 0.64 * falling + 0.18 * y / HIGH)))
    image.paste("#0a1216", mask=shade.resize(SIZE))
    return image


def _paper():
    """This will return the house's own paper: its mark, large and pale, stands on the line at the foot."""
    image = Image.new("RGB", SIZE, PAPER)
    radius = 260
    dome = Image.new("RGB", (2 * radius * FINE, radius * FINE), PAPER)
    ImageDraw.Draw(dome).pieslice((0, 0, 2 * radius * FINE, 2 * radius * FINE), 180, 360, fill=SKY_TINT)
    image.paste(
        dome.resize((2 * radius, radius), Image.Resampling.LANCZOS), (WIDE - MARGIN - 2 * radius, LINE - radius)
    )
    ImageDraw.Draw(image).rectangle((0, 0, WIDE, 15), fill=SKY)
    return image


def _foot(image, pen, house, note, *, ink, soft):
    """This will set the house's mark and name to the left and the note to the right, under one golden line."""
    pen.rectangle((MARGIN, LINE, WIDE - MARGIN, LINE + 3), fill=GOLD)
    image.paste(_mark(44), (MARGIN, LINE + 22), mask=_corners(44))
    letters, middle = font("sans", 27), LINE + 44
    pen.text((MARGIN + 60, middle), house, font=letters, fill=ink, anchor="lm")
    room = WIDE - 2 * MARGIN - 100 - letters.getlength(house)
    pen.text((WIDE - MARGIN, middle), _cut(note, letters, room), font=letters, fill=soft, anchor="rm")


def _mark(size):
    """This will return the house's mark, as in `static/site/mark.svg`."""
    unit = size * FINE / 32
    image = Image.new("RGB", (size * FINE, size * FINE), "#00758f")
    pen = ImageDraw.Draw(image)
    pen.pieslice((6 * unit, 10 * unit, 26 * unit, 30 * unit), 180, 360, fill=WHITE)
    pen.rounded_rectangle((3.75 * unit, 20.75 * unit, 28.25 * unit, 23.25 * unit), 1.25 * unit, fill=GOLD)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def _corners(size):
    mask = Image.new("L", (size * FINE, size * FINE), 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, size * FINE - 1, size * FINE - 1), size * FINE * 6 / 32, fill=255)
    return mask.resize((size, size), Image.Resampling.LANCZOS)


def _credit(image, credit):
    """This will print the photo's credit in the upper corner, dark enough behind it to be read on any picture."""
    letters = font("sans", 20)
    text = _cut(credit, letters, WIDE - 2 * MARGIN)
    width = round(letters.getlength(text))
    box = (WIDE - width - 44, 18, WIDE - 18, 54)
    dark = Image.new("L", (box[2] - box[0], box[3] - box[1]), 150)
    image.paste("#0a1216", box, mask=dark)
    ImageDraw.Draw(image).text((WIDE - 31, 36), text, font=letters, fill=WHITE, anchor="rm")
