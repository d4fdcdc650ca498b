"""Ids held as ranges: of a ledger of a million entries without gaps that is one range."""

from bisect import bisect_right


class IdRanges:
    """A set of ids. It grows with the gaps between them and not with their number."""

    def __init__(self, ranges=()):
        self._firsts, self._lasts = [], []
        for first, last in ranges:
            self.add(first, last)

    def __contains__(self, id):
        place = bisect_right(self._firsts, id)
        return place > 0 and id <= self._lasts[place - 1]

    def __iter__(self):
        """This will yield the ranges as pairs, the lowest first."""
        return zip(self._firsts, self._lasts, strict=True)

    def __bool__(self):
        return bool(self._firsts)

    def add(self, first, last):
        """This will add the ids from `first` to `last`, or none and return False where one of them is there already."""
        place = bisect_right(self._firsts, first)
        if place > 0 and self._lasts[place - 1] >= first:
            return False
        if place < len(self._firsts) and self._firsts[place] <= last:
            return False
        joins_left = place > 0 and self._lasts[place - 1] == first - 1
        joins_right = place < len(self._firsts) and self._firsts[place] == last + 1
        if joins_left and joins_right:
            del self._firsts[place], self._lasts[place - 1]
        elif joins_left:
            self._lasts[place - 1] = last
        elif joins_right:
            self._firsts[place] = first
        else:
            self._firsts.insert(place, first)
            self._lasts.insert(place, last)
        return True

    def __str__(self):
        return ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in self)
