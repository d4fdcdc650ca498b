# As Django's own, but without “г.” after the year in running text.
DATE_FORMAT = "j E Y"
YEAR_MONTH_FORMAT = "F Y"
DATETIME_FORMAT = "j E Y, H:i"
