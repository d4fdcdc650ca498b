"""Where a place lies on the site's map of the world: the Equal Earth projection (Šavrič, Patterson and Jenny, 2018).

It keeps areas: Africa, where most missions are, is as large beside Europe as it is on the earth. The map is `WIDTH`
units wide; what lies south of `SOUTH` is left out.
"""

from math import asin, cos, radians, sin, sqrt

WIDTH = 1000
NORTH, SOUTH = 84, -56
_A = (1.340264, -0.081106, 0.000893, 0.003796)  # the polynomial's coefficients of θ, θ³, θ⁷, θ⁹


def _equal_earth(longitude, latitude):
    theta = asin(sqrt(3) / 2 * sin(radians(latitude)))
    a1, a2, a3, a4 = _A
    slope = a1 + 3 * a2 * theta**2 + 7 * a3 * theta**6 + 9 * a4 * theta**8
    x = 2 / sqrt(3) * radians(longitude) * cos(theta) / slope
    return x, a1 * theta + a2 * theta**3 + a3 * theta**7 + a4 * theta**9


_EAST, _TOP, _BOTTOM = _equal_earth(180, 0)[0], _equal_earth(0, NORTH)[1], _equal_earth(0, SOUTH)[1]
_SCALE = WIDTH / (2 * _EAST)
HEIGHT = round((_TOP - _BOTTOM) * _SCALE)


def place(longitude, latitude):
    """This will return (x, y) of a place in the map's units, from the upper left; degrees east and north."""
    x, y = _equal_earth(float(longitude), float(latitude))
    return (x + _EAST) * _SCALE, (_TOP - y) * _SCALE
