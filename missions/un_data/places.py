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

# Host countries: the middle (longitude, latitude) and half the extent, all in whole degrees.
COUNTRIES = {
    "AFG": (66, 34, 7), "AGO": (18, -12, 7), "BDI": (30, -3, 2), "BIH": (18, 44, 2), "CAF": (21, 7, 6),
    "CIV": (-6, 8, 3), "COD": (24, -3, 9), "COL": (-74, 4, 8), "CYP": (33, 35, 1), "DOM": (-70, 19, 2),
    "EGY": (30, 27, 6), "ERI": (39, 15, 4), "ESH": (-13, 24, 4), "ETH": (40, 9, 8), "GEO": (43, 42, 3),
    "GTM": (-90, 16, 2), "HRV": (16, 45, 3), "HTI": (-73, 19, 2), "IND": (79, 22, 15), "IRN": (54, 32, 10),
    "IRQ": (44, 33, 5), "ISR": (35, 31, 2), "KHM": (105, 13, 3), "KWT": (48, 29, 1), "LBN": (36, 34, 1),
    "LBR": (-9, 6, 3), "MLI": (-2, 17, 8), "MKD": (22, 42, 1), "MOZ": (35, -18, 8), "NAM": (17, -22, 6),
    "NPL": (84, 28, 4), "PAK": (69, 30, 8), "PSE": (35, 32, 1), "RWA": (30, -2, 1), "SDN": (30, 16, 8),
    "SLE": (-12, 8, 2), "SLV": (-89, 14, 1), "SOM": (46, 6, 6), "SSD": (30, 7, 6), "SYR": (38, 35, 4),
    "TCD": (19, 15, 7), "TJK": (71, 39, 4), "TLS": (126, -9, 2), "XKX": (21, 43, 1), "YEM": (48, 15, 6),
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
