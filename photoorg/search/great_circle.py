"""Distances between places on the earth."""

import math

import numpy as np
from numpy.typing import NDArray

Degrees = NDArray[np.float32]

_EARTH_RADIUS_KM = 6371.0088  # the mean one, IUGG
_TURN, _POLE = 360.0, 90.0


def are_near(
    latitudes: Degrees, longitudes: Degrees, latitude: float, longitude: float, distance_km: float
) -> NDArray[np.bool_]:
    """Which places (n,), in degrees, lie within a distance of one; unknown ones (NaN) do not."""
    near = _in_box(latitudes, longitudes, latitude, longitude, distance_km)
    some = np.flatnonzero(near)
    near[some] = distances_km(latitudes[some], longitudes[some], latitude, longitude) <= distance_km
    return near


def distances_km(latitudes: Degrees, longitudes: Degrees, latitude: float, longitude: float) -> NDArray[np.float64]:
    """Great-circle distances (n,) by the haversine formula (R. W. Sinnott, Sky and Telescope 68, 1984)."""
    north, east = np.radians(latitudes.astype(np.float64)), np.radians(longitudes.astype(np.float64))
    here = math.radians(latitude)
    half_north, half_east = (north - here) / 2, (east - math.radians(longitude)) / 2
    haversine = np.sin(half_north) ** 2 + np.cos(north) * math.cos(here) * np.sin(half_east) ** 2
    return np.asarray(2 * _EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.minimum(haversine, 1.0))))


def _in_box(
    latitudes: Degrees, longitudes: Degrees, latitude: float, longitude: float, distance_km: float
) -> NDArray[np.bool_]:
    """Which places lie in the smallest box of degrees around the circle, and a little more."""
    angle = math.degrees(distance_km / _EARTH_RADIUS_KM) * 1.001 + 1e-4
    inside = np.abs(latitudes - latitude) <= angle
    if abs(latitude) + angle < _POLE:
        width = math.degrees(math.asin(min(1.0, math.sin(math.radians(angle)) / math.cos(math.radians(latitude)))))
        apart = np.abs(longitudes - longitude)
        inside &= np.minimum(apart, _TURN - apart) <= width + 1e-4
    else:
        inside &= ~np.isnan(longitudes)
    return np.asarray(inside, np.bool_)
