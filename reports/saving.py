"""Saved reports: what they keep, and what it means on a day."""

from missions import dates
from reports import parameters


def resolve(kept, *, today, at):
    """This will return (values, on, known_at) of what a saved report keeps, its words meant on the day `today`."""
    values = parameters.read({name: value for name, value in kept.items() if name in parameters.PARAMETERS and value})
    if word := kept.get("period"):
        values["start"], values["end"] = parameters.period(word, today)
    known_on = kept.get("known_on")
    known_at = min(dates.moment(parameters.day(known_on, today).isoformat()), at) if known_on else at
    return values, parameters.day(kept.get("on", ""), today), known_at
