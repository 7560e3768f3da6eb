"""A small painter over Pillow that measures in short sides of the picture, from its centre, y downwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from random import Random

from PIL import Image, ImageDraw

Rgb = tuple[int, int, int]
Rgba = tuple[int, int, int, int]
Point = tuple[float, float]
ROUGH_PX = 200
SEE_THROUGH = 4  # channels: the last one says how much

# How much of each channel daylight, dusk, night and a grey sky leave: of the land, and of the lit subject before it.
LAND_LIGHT = {"day": (1, 1, 1), "sunset": (0.86, 0.66, 0.62), "night": (0.30, 0.37, 0.58), "grey": (0.80, 0.84, 0.88)}
SUBJECT_LIGHT = {"day": (1, 1, 1), "sunset": (0.98, 0.9, 0.84), "night": (0.8, 0.8, 0.86), "grey": (0.94, 0.95, 0.97)}


def mix(one: Rgb, other: Rgb, share: float) -> Rgb:
    """The colour between two, `share` (0 to 1) of the way to the other."""
    return _rgb(a + (b - a) * share for a, b in zip(one, other, strict=True))


def _rgb(channels: Iterable[float]) -> Rgb:
    red, green, blue = (max(0, min(255, round(channel))) for channel in channels)
    return red, green, blue


class Canvas:
    """A picture being drawn: larger than asked for, and scaled down at the end for smooth edges."""

    def __init__(self, size: tuple[int, int], light: str, rng: Random) -> None:
        self.size, self.light, self.rng = size, light, rng
        self.scale = 2 if min(size) >= ROUGH_PX else 3
        width, height = size[0] * self.scale, size[1] * self.scale
        self.unit = min(width, height)
        self.right, self.bottom = width / 2 / self.unit, height / 2 / self.unit
        self.image = Image.new("RGB", (width, height))
        self._draw = ImageDraw.Draw(self.image)
        self._veil = ImageDraw.Draw(self.image, "RGBA")

    def finish(self) -> Image.Image:
        """The picture in the size that was asked for."""
        return self.image.reduce(self.scale)

    def near(self, value: float, spread: float) -> float:
        """A random number within `spread` of the value."""
        return value + self.rng.uniform(-spread, spread)

    def land(self, colour: Rgb) -> Rgb:
        """A colour of the land in the light of this picture."""
        return self._lit(colour, LAND_LIGHT)

    def thing(self, colour: Rgb) -> Rgb:
        """A colour of the subject in the light of this picture."""
        return self._lit(colour, SUBJECT_LIGHT)

    def _lit(self, colour: Rgb, lights: dict[str, tuple[float, float, float]]) -> Rgb:
        return _rgb(channel * factor for channel, factor in zip(colour, lights[self.light], strict=True))

    def polygon(self, points: Sequence[Point], fill: Rgb | Rgba) -> None:
        """A filled polygon; a colour of four channels is see-through."""
        self._pen(fill).polygon([self._at(x, y) for x, y in points], fill=fill)

    def line(self, points: Sequence[Point], width: float, fill: Rgb | Rgba) -> None:
        """A line through the points, never thinner than a pixel of the canvas."""
        pixels = max(1, round(width * self.unit))
        self._pen(fill).line([self._at(x, y) for x, y in points], fill=fill, width=pixels, joint="curve")

    def ellipse(self, x: float, y: float, rx: float, ry: float, fill: Rgb | Rgba) -> None:
        """A filled ellipse around (x, y)."""
        self._pen(fill).ellipse([self._at(x - rx, y - ry), self._at(x + rx, y + ry)], fill=fill)

    def box(self, left: float, top: float, right: float, bottom: float, fill: Rgb | Rgba) -> None:
        """A filled upright rectangle."""
        self._pen(fill).rectangle([self._at(left, top), self._at(right, bottom)], fill=fill)

    def arc(self, x: float, y: float, radius: float, width: float, fill: Rgb | Rgba) -> None:
        """The upper half of a circle's outline."""
        corners = [self._at(x - radius, y - radius), self._at(x + radius, y + radius)]
        self._pen(fill).arc(corners, 180, 360, fill=fill, width=max(1, round(width * self.unit)))

    def gradient(self, top: float, bottom: float, colours: Sequence[Rgb]) -> None:
        """Bands across the whole width from `top` to `bottom` that run smoothly through the colours."""
        start, end = (max(0, min(self.image.height, round(self._at(0, y)[1]))) for y in (top, bottom))
        if end > start:
            strip = Image.new("RGB", (1, len(colours)))
            strip.putdata(colours)
            inner = (0, 0.5, 1, len(colours) - 0.5)
            column = strip.resize((1, end - start), Image.Resampling.BILINEAR, inner)
            self.image.paste(column.resize((self.image.width, end - start), Image.Resampling.NEAREST), (0, start))

    def glow(self, x: float, y: float, radius: float, colour: Rgb, strength: float) -> None:
        """A soft round light of the colour, `strength` (0 to 1) in the middle."""
        side = round(2 * radius * self.unit)
        mask = Image.radial_gradient("L").resize((side, side), Image.Resampling.BILINEAR)
        # Pillow's gradient reaches 255 at the edges' middles: black there, and the whole scaled to the strength.
        mask = mask.point([round(max(0, 1 - value / 180) ** 2 * 255 * strength) for value in range(256)])
        left, top = self._at(x - radius, y - radius)
        self.image.paste(colour, (round(left), round(top)), mask)

    def _at(self, x: float, y: float) -> Point:
        return (x + self.right) * self.unit, (y + self.bottom) * self.unit

    def _pen(self, fill: Rgb | Rgba) -> ImageDraw.ImageDraw:
        return self._veil if len(fill) == SEE_THROUGH else self._draw
