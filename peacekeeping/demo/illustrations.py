"""Draws the demo's illustrations: flat posters that nobody could take for photographs."""

import io
import math

from PIL import Image, ImageDraw

SIZE = (1600, 1000)
SCALE = 2  # drawn at twice the size and made smaller, which smooths every edge

INK, DEEP, SKY, PALE = "#12323d", "#0b5568", "#00afca", "#d9eef1"
GOLD, SAND, WARM, PAPER = "#f2c14e", "#e8d3a0", "#c8642b", "#faf6ec"


class Canvas:
    """A drawing surface in the final picture's coordinates."""

    def __init__(self, background):
        self.image = Image.new("RGB", (SIZE[0] * SCALE, SIZE[1] * SCALE), background)
        self.pen = ImageDraw.Draw(self.image)

    def disc(self, x, y, radius, colour):
        box = [(x - radius) * SCALE, (y - radius) * SCALE, (x + radius) * SCALE, (y + radius) * SCALE]
        self.pen.ellipse(box, fill=colour)

    def dome(self, x, y, radius, colour):
        box = [(x - radius) * SCALE, (y - radius) * SCALE, (x + radius) * SCALE, (y + radius) * SCALE]
        self.pen.pieslice(box, 180, 360, fill=colour)

    def shape(self, points, colour):
        self.pen.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=colour)

    def box(self, left, top, right, bottom, colour):
        self.pen.rectangle([left * SCALE, top * SCALE, right * SCALE, bottom * SCALE], fill=colour)

    def hills(self, base, height, waves, shift, colour):
        """This will fill everything below a rolling line."""
        width, bottom = SIZE
        line = [
            (
                x,
                base
                - height * (0.6 * math.sin(waves * x / width * math.tau + shift) + 0.4 * math.sin(x / 210 + shift)),
            )
            for x in range(0, width + 9, 8)
        ]
        self.shape([(0, bottom), *line, (width, bottom)], colour)

    def png(self):
        buffer = io.BytesIO()
        self.image.resize(SIZE, Image.Resampling.LANCZOS).save(buffer, "PNG", optimize=True)
        return buffer.getvalue()


def golan():
    c = Canvas(PALE)
    c.disc(1180, 330, 170, GOLD)
    c.hills(560, 70, 1.2, 0.4, "#8fcbd6")
    c.hills(680, 80, 1.0, 2.1, SKY)
    c.hills(800, 60, 1.4, 4.0, DEEP)
    for x in (500, 620):
        c.shape([(x - 8, 800), (x + 8, 800), (560 + (x - 560) * 0.55 + 6, 470), (560 + (x - 560) * 0.55 - 6, 470)], INK)
    for y in (560, 650, 735):
        c.box(515, y, 605, y + 9, INK)
    c.box(480, 400, 640, 480, PAPER)
    c.box(505, 420, 615, 450, INK)
    c.shape([(460, 402), (660, 402), (560, 340)], SKY)
    c.hills(910, 45, 1.1, 5.2, INK)
    return c


def sahara():
    c = Canvas(SAND)
    for radius, colour in ((330, "#eec97a"), (250, "#f0b95a"), (170, WARM)):
        c.disc(560, 430, radius, colour)
    c.hills(600, 90, 0.8, 1.0, "#d9a65a")
    c.hills(730, 80, 1.1, 3.0, "#c08541")
    c.shape([(0, 1000), (0, 820), (420, 760), (900, 850), (1600, 700), (1600, 1000)], "#8a5527")
    c.box(1150, 545, 1157, 775, INK)
    c.shape([(1157, 548), (1320, 572), (1157, 640)], SKY)
    for x in (1060, 1230):
        c.dome(x, 790, 26, SKY)
        c.box(x - 16, 790, x + 16, 850, INK)
    return c


def kazbat():
    c = Canvas(DEEP)
    c.disc(800, 520, 300, GOLD)
    for step in range(36):
        angle = step / 36 * math.tau
        near, far = 320, 400 if step % 2 else 370
        spread = 0.035
        c.shape(
            [
                (800 + near * math.cos(angle - spread), 520 + near * math.sin(angle - spread)),
                (800 + far * math.cos(angle), 520 + far * math.sin(angle)),
                (800 + near * math.cos(angle + spread), 520 + near * math.sin(angle + spread)),
            ],
            GOLD,
        )
    for row, (count, y, radius) in enumerate(((5, 650, 70), (6, 770, 80), (7, 900, 92))):
        for place in range(count):
            x = 800 + (place - (count - 1) / 2) * radius * 2.25
            c.dome(x, y, radius, ("#66cfdf", "#22bdd4", SKY)[row])
            c.box(x - radius * 1.1, y, x + radius * 1.1, y + 12, PAPER)
            c.box(x - radius * 0.75, y + 12, x + radius * 0.75, 1000, INK)
    return c


def nepal():
    c = Canvas("#cfe7ee")
    c.disc(360, 260, 110, PAPER)
    for peak, left, right, foot, colour in (
        (250, -100, 760, 900, "#7fb6c6"), (180, 420, 1320, 900, "#4f93a8"), (300, 980, 1750, 900, "#7fb6c6"),
    ):  # fmt: skip
        top = (left + right) / 2
        c.shape([(left, foot), (top, peak), (right, foot)], colour)
        c.shape(
            [
                (top - 92, peak + 140),
                (top, peak),
                (top + 92, peak + 140),
                (top + 30, peak + 110),
                (top - 20, peak + 160),
            ],
            PAPER,
        )
    c.hills(830, 40, 1.3, 1.2, DEEP)
    c.hills(920, 30, 0.9, 3.2, INK)
    c.dome(1010, 800, 34, SKY)
    c.box(990, 800, 1030, 905, INK)
    for step, colour in enumerate((SKY, PAPER, WARM, GOLD, "#6fae7a", SKY, PAPER, WARM)):
        x, y = 90 + step * 95, 560 + 60 * math.sin(step / 7 * math.pi)
        c.shape([(x, y), (x + 70, y + 4), (x + 35, y + 80)], colour)
    return c


def women():
    c = Canvas(PAPER)
    for row in range(6):
        for column in range(12):
            x, y = 150 + column * 118, 150 + row * 140
            chosen = (row, column) in {(1, 3), (2, 8), (3, 1), (3, 10), (4, 5), (0, 9), (5, 7)}
            c.dome(x, y + 30, 44, GOLD if chosen else SKY)
            c.box(x - 50, y + 30, x + 50, y + 38, INK)
            c.disc(x, y + 66, 24, WARM if chosen else "#b9c8cc")
    return c


def figures():
    c = Canvas(INK)
    heights = [60, 60, 90, 90, 120, 420, 430, 440, 420, 430, 120, 300, 620, 630, 625, 640]
    for place, height in enumerate(heights):
        left = 140 + place * 84
        c.box(left, 860 - height, left + 52, 860, SKY if place < 12 else GOLD)
    c.box(110, 862, 1490, 868, PAPER)
    for y in (260, 460, 660):
        for x in range(110, 1490, 28):
            c.box(x, y, x + 10, y + 2, "#5d7f8a")
    c.disc(140 + 12 * 84 + 26, 180, 16, PAPER)
    c.box(140 + 12 * 84 + 24, 180, 140 + 12 * 84 + 28, 240, PAPER)
    return c


def ceiling():
    c = Canvas("#f3e6c8")
    for column in range(16):
        left = 130 + column * 84
        filled = 5 if column < 5 else 0
        for row in range(9):
            c.disc(left + 30, 830 - row * 62, 24, SKY if row < filled else "#dccfae")
    c.box(90, 250, 1510, 268, WARM)
    for x in range(110, 1500, 70):
        c.shape([(x, 250), (x + 30, 250), (x + 15, 205)], WARM)
    c.box(90, 880, 1510, 890, INK)
    return c


def lebanon():
    c = Canvas("#e4f1f3")
    c.disc(330, 300, 130, GOLD)
    c.hills(560, 90, 0.9, 2.6, "#9bb9a5")
    c.hills(660, 70, 1.3, 0.8, "#6f9a82")
    c.box(0, 760, 1600, 1000, SKY)
    for y, shift in ((820, 0), (880, 60), (940, 20)):
        for x in range(-40 + shift, 1600, 200):
            c.box(x, y, x + 90, y + 7, PALE)
    c.box(1070, 560, 1106, 800, "#5d4630")
    for width, y in ((330, 600), (270, 520), (200, 440), (120, 365)):
        c.shape(
            [(1088 - width, y), (1088 + width, y), (1088 + width * 0.45, y - 62), (1088 - width * 0.45, y - 62)], INK
        )
    c.shape([(0, 1000), (0, 780), (900, 800), (1600, 770), (1600, 810), (700, 850), (240, 1000)], SAND)
    return c


def names():
    c = Canvas(DEEP)
    for place, colour in enumerate((SKY, "#66cfdf", GOLD, "#66cfdf", SKY)):
        x = 270 + place * 265
        c.disc(x, 470, 92, SAND)
        c.dome(x, 430, 122, colour)
        c.box(x - 132, 426, x + 132, 446, INK)
        c.shape([(x - 150, 1000), (x - 110, 590), (x + 110, 590), (x + 150, 1000)], INK)
        c.box(x - 62, 690, x + 62, 728, PAPER)
        c.box(x - 44, 704, x + 44, 714, "#b9c8cc")
    return c


DRAWINGS = {
    drawing.__name__: drawing for drawing in (golan, sahara, kazbat, nepal, women, figures, ceiling, lebanon, names)
}
# The invented house of the demonstration: a name reads in each language, and the captions say that it is a drawing.
CREDIT, LICENCE = "Demo Press", "CC0 1.0"
TEXTS = {
    "golan": {
        "alt_kk": "Сурет: төбелердің үстіндегі бақылау мұнарасы мен күн",
        "caption_kk": "Бақылау мұнарасы. Иллюстрация.",
        "alt_ru": "Рисунок: наблюдательная вышка над холмами и солнце",
        "caption_ru": "Наблюдательная вышка. Иллюстрация.",
        "alt_en": "Drawing: an observation tower above hills, and a sun",
        "caption_en": "An observation tower. Illustration.",
    },
    "sahara": {
        "alt_kk": "Сурет: құм төбелер, үлкен күн және көгілдір жалау",
        "caption_kk": "Шөл. Иллюстрация.",
        "alt_ru": "Рисунок: дюны, большое солнце и голубой флажок",
        "caption_ru": "Пустыня. Иллюстрация.",
        "alt_en": "Drawing: dunes, a large sun and a light-blue pennant",
        "caption_en": "The desert. Illustration.",
    },
    "kazbat": {
        "alt_kk": "Сурет: алтын күннің алдындағы көгілдір дулыға қатарлары",
        "caption_kk": "Көгілдір дулығалар. Иллюстрация.",
        "alt_ru": "Рисунок: ряды голубых касок перед золотым солнцем",
        "caption_ru": "Голубые каски. Иллюстрация.",
        "alt_en": "Drawing: rows of blue helmets before a golden sun",
        "caption_en": "Blue helmets. Illustration.",
    },
    "nepal": {
        "alt_kk": "Сурет: қарлы шыңдардың етегіндегі жалғыз байқаушы",
        "caption_kk": "Жалғыз байқаушы. Иллюстрация.",
        "alt_ru": "Рисунок: один наблюдатель у подножия снежных вершин",
        "caption_ru": "Один наблюдатель. Иллюстрация.",
        "alt_en": "Drawing: a single observer below snowy peaks",
        "caption_en": "A single observer. Illustration.",
    },
    "women": {
        "alt_kk": "Сурет: көгілдір дулығалар қатары, жетеуі алтын түсті",
        "caption_kk": "Жетпіс екінің жетеуі. Иллюстрация.",
        "alt_ru": "Рисунок: ряды голубых касок, семь из них золотые",
        "caption_ru": "Семь из семидесяти двух. Иллюстрация.",
        "alt_en": "Drawing: rows of blue helmets, seven of them golden",
        "caption_en": "Seven of seventy-two. Illustration.",
    },
    "figures": {
        "alt_kk": "Сурет: бағаналы диаграмма, соңғы бағаналары алтын түсті",
        "caption_kk": "Ойдан салынған диаграмма. Иллюстрация.",
        "alt_ru": "Рисунок: столбчатая диаграмма, последние столбцы золотые",
        "caption_ru": "Диаграмма без данных. Иллюстрация.",
        "alt_en": "Drawing: a bar chart whose last bars are golden",
        "caption_en": "A chart of nothing in particular. Illustration.",
    },
    "ceiling": {
        "alt_kk": "Сурет: жоғарғы сызықтың астындағы нүктелер, аз бөлігі ғана боялған",
        "caption_kk": "Шек пен оның астындағылар. Иллюстрация.",
        "alt_ru": "Рисунок: точки под верхней чертой, закрашена лишь малая часть",
        "caption_ru": "Предел и то, что под ним. Иллюстрация.",
        "alt_en": "Drawing: dots below an upper line, only a few of them filled",
        "caption_en": "A limit, and what lies below it. Illustration.",
    },
    "lebanon": {
        "alt_kk": "Сурет: теңіз жағасындағы балқарағай, төбелер мен күн",
        "caption_kk": "Балқарағай. Иллюстрация.",
        "alt_ru": "Рисунок: кедр на берегу моря, холмы и солнце",
        "caption_ru": "Кедр. Иллюстрация.",
        "alt_en": "Drawing: a cedar by the sea, hills and a sun",
        "caption_en": "A cedar. Illustration.",
    },
    "names": {
        "alt_kk": "Сурет: көгілдір дулыға киген бес адам, есім тақтайшалары бос",
        "caption_kk": "Бос тақтайшалар. Иллюстрация.",
        "alt_ru": "Рисунок: пятеро в голубых касках, нашивки для имён пусты",
        "caption_ru": "Пустые нашивки. Иллюстрация.",
        "alt_en": "Drawing: five people in blue helmets whose name tags are blank",
        "caption_en": "Blank name tags. Illustration.",
    },
}  # fmt: skip


def draw(key):
    """This will return the illustration `key` as PNG bytes, 1600 × 1000 pixels."""
    return DRAWINGS[key]().png()
