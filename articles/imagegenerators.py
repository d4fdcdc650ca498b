"""The sizes and kinds of a photo for readers, declared as imagekit's specs and made from one decoded picture.

Upright, in the web's colours, with credit and licence of the row and nothing of the original's metadata.
"""

import io
from xml.sax.saxutils import escape

from imagekit import ImageSpec, register
from imagekit.registry import generator_registry
from imagekit.utils import process_image
from PIL import Image, ImageCms, ImageOps
from pilkit.processors import ResizeToCover, ResizeToFit

from articles import photos
from articles.models import Photo

FORMATS = {"webp": ("WEBP", {"quality": 80, "method": 4}), "jpg": ("JPEG", {"quality": 82, "progressive": True})}
ARTIST, COPYRIGHT = 0x013B, 0x8298  # EXIF
XMP = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" \
xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:xmpRights="http://ns.adobe.com/xap/1.0/rights/">\
<photoshop:Credit>{credit}</photoshop:Credit>\
<dc:rights><rdf:Alt><rdf:li xml:lang="x-default">{licence}</rdf:li></rdf:Alt></dc:rights>\
<xmpRights:UsageTerms><rdf:Alt><rdf:li xml:lang="x-default">{licence}</rdf:li></rdf:Alt></xmpRights:UsageTerms>\
</rdf:Description></rdf:RDF></x:xmpmeta>"""


class Rendition(ImageSpec):
    """A spec that takes a picture which was decoded already; of its `source`, a photo's original, it asks the row."""

    autoconvert = False  # the picture is RGB, which both formats take

    def __init__(self, source, picture):
        super().__init__(source)
        self.picture, photo = picture, source.instance
        self.options = {**self.options, "exif": _exif(photo), "xmp": _xmp(photo)}

    def generate(self):
        return process_image(
            self.picture, processors=self.processors, format=self.format, autoconvert=self.autoconvert,
            options=self.options,
        )  # fmt: skip


class Share(Rendition):
    def __init__(self, source, picture):
        super().__init__(source, picture)
        self.processors = [AroundFocalPoint(source.instance), *self.processors]


class AroundFocalPoint:
    """Crops to the largest box of the sharing rendition's proportions, around the photo's focal point."""

    def __init__(self, photo):
        self.x, self.y = photo.focal_x / 100, photo.focal_y / 100

    def process(self, image):
        wide, high = Photo.SHARE
        scale = min(image.width / wide, image.height / high)
        width, height = max(round(wide * scale), 1), max(round(high * scale), 1)
        left = min(max(round(image.width * self.x - width / 2), 0), image.width - width)
        top = min(max(round(image.height * self.y - height / 2), 0), image.height - height)
        return image.crop((left, top, left + width, top + height))


def _name(size, kind):
    return f"articles:photo:{size}:{kind}"


for _size in Photo.SIZES:
    _spec, _box = (Share, Photo.SHARE) if _size == "share" else (Rendition, (int(_size), None))
    for _kind, (_format, _options) in FORMATS.items():
        _declared = {"processors": [ResizeToFit(*_box, upscale=False)], "format": _format, "options": _options}
        register.generator(_name(_size, _kind), type(f"{_spec.__name__}_{_size}_{_kind}", (_spec,), _declared))


def generate(photo, picture, size, kind):
    """This will return the bytes of a rendition; `picture` is what `decode` returned."""
    return generator_registry.get(_name(size, kind), source=photo.original, picture=picture).generate().read()


def decode(file):
    """This will return (the picture that every spec takes, no larger than they need; the size seen in its file)."""
    file.seek(0)
    image = Image.open(file, formats=photos.FORMATS)
    size = photos.seen_size(image)
    # A JPEG is read at a half or a quarter of its size where each side is still as large as the widest rendition.
    image.draft(None, (Photo.WIDTHS[-1], Photo.WIDTHS[-1]))
    image.load()
    ImageOps.exif_transpose(image, in_place=True)
    reduce = ResizeToCover(Photo.WIDTHS[-1], Photo.SHARE[1], upscale=False).process
    if image.mode in ("RGB", "L", "CMYK") and "transparency" not in image.info:  # the fewer have their colours reckoned
        picture = _in_web_colours(reduce(image))
    else:
        picture = reduce(_in_web_colours(image))
    picture.info = {}  # comments, texts and profiles of the original end here
    return picture, size


def _in_web_colours(image):
    """This will return the picture in sRGB without a profile: profiles name their maker, and browsers assume sRGB."""
    profile = image.info.get("icc_profile")
    if image.mode.startswith(("I", "F")):
        image = image.point(lambda value: value * (1 / 256)).convert("L")
    has_alpha = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    if profile and image.mode in ("RGB", "CMYK"):
        try:
            image = ImageCms.profileToProfile(
                image, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode="RGB"
            )
        except (ImageCms.PyCMSError, OSError):
            pass  # a broken profile: its colours are taken as they are
    if has_alpha:
        # Printed on white in both formats: what a drawing shows must not depend on the page's dark mode.
        image = image if image.mode == "RGBA" else image.convert("RGBA")  # a copy of 64 million pixels is 256 MB
        white = Image.new("RGB", image.size, "white")
        white.paste(image, mask=image.getchannel("A"))
        return white
    return image.convert("RGB")


def _exif(photo):
    """This will return EXIF data with the credit and the licence of the row, and nothing of the original's."""
    exif = Image.Exif()
    exif[ARTIST], exif[COPYRIGHT] = photo.credit.encode(), f"{photo.credit}. {photo.licence}".encode()
    return exif.tobytes()


def _xmp(photo):
    return XMP.format(credit=escape(photo.credit), licence=escape(photo.licence)).encode()
