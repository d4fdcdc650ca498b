"""The card of an answer, with the address at which a reader asks it for another day."""

from urllib.parse import urlencode

from django.urls import reverse

from missions import asking


def answer_card(answer, day=None):
    """This will return the `Card` of an answer, with the address at which it can be asked for another day."""
    return asking.Card(
        answer, asking.shown(answer), figure_address("figure", answer.question, **({"on": day} if day else {}))
    )


def figure_address(page, question, **more):
    """This will return the address of a figure's page of that name, which asks the question."""
    query = urlencode({**question.parameters, **more})
    return f"{reverse(page, args=[question.key])}?{query}" if query else reverse(page, args=[question.key])
