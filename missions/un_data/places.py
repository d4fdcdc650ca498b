"""Rough positions of headquarters towns, in whole degrees (longitude, latitude), to notice swapped coordinates."""

PLACES = {
    "Abidjan": (-4, 5), "Abyei": (28, 10), "Al Fashir": (25, 14), "Asmara": (39, 15), "Athens": (24, 38),
    "Baghdad": (44, 33), "Bamako": (-8, 13), "Bangui": (19, 4), "Bujumbura": (29, -3), "Camp Faouar": (36, 33),
    "Cavtat": (18, 43), "Damascus": (36, 33), "Dili": (126, -9), "Dushanbe": (69, 39), "Freetown": (-13, 8),
    "Gaza": (34, 31), "Guatemala City": (-91, 15), "Juba": (32, 5), "Kabale": (30, -1), "Kabul": (69, 35),
    "Khartoum": (33, 16), "Kigali": (30, -2), "Kinshasa": (15, -4), "Laayoune": (-13, 27), "Luanda": (13, -9),
    "Maputo": (33, -26), "Mogadishu": (45, 2), "Monrovia": (-11, 6), "N'Djamena": (15, 12), "Naqoura": (35, 33),
    "Nicosia": (33, 35), "Phnom Penh": (105, 12), "Port-au-Prince": (-72, 19), "Pristina": (21, 43),
    "San Salvador": (-89, 14), "Sarajevo": (18, 44), "Skopje": (21, 42), "Sukhumi": (41, 43),
    "Tegucigalpa": (-87, 14), "Tehran": (51, 36), "Umm Qasr": (48, 30), "Vukovar": (19, 45), "Zagreb": (16, 46),
}  # fmt: skip

NEAR = 3  # degrees: the towns are rounded, and headquarters stood in their outskirts


def looks_swapped(town, longitude, latitude):
    """This will say whether the pair lies far from `town` as given, and near it the other way round."""
    if town not in PLACES or longitude is None or latitude is None:
        return False
    east, north = PLACES[town]
    near_as_given = abs(longitude - east) <= NEAR and abs(latitude - north) <= NEAR
    near_swapped = abs(latitude - east) <= NEAR and abs(longitude - north) <= NEAR
    return near_swapped and not near_as_given
