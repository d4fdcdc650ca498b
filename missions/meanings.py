"""What each figure of the vocabulary means and how it is reckoned, in plain words for readers."""

from django.utils.translation import gettext_lazy

MEANINGS = {
    "strength": gettext_lazy(
        "How many of the country's people were serving under the UN on that day. Where the UN publishes the month, "
        "it is the UN's count on its last day; else the deployments in force are added up as their sources state "
        "them. It is not the number of people who have ever served: each rotation replaces the one before."
    ),
    "women": gettext_lazy(
        "How many women were among the strength of that day. Where a source does not say how many women there were, "
        "the record gives the bounds within which the number must lie."
    ),
    "authorised_strength": gettext_lazy(
        "The ceiling that the mandate or parliament set for the deployments in the mission. It says how many people "
        "may serve, not how many did."
    ),
    "missions_joined": gettext_lazy(
        "To how many UN missions the country had sent at least one deployment by that day. Each mission counts "
        "once, and coalitions never count as missions of the UN."
    ),
    "years_since_first_tour": gettext_lazy(
        "How many full years had passed by that day since the country's first deployment to a UN mission began, of "
        "whatever kind it was."
    ),
    "years_since_first_contingent": gettext_lazy(
        "How many full years had passed by that day since the country's first formed unit went to a UN mission. "
        "Observers and staff officers, who are sent one by one, do not count here."
    ),
    "tours": gettext_lazy(
        "How many tours of duty under the UN had begun by that day. Somebody who went twice counts twice. People "
        "are also replaced within a rotation, so that the record often knows only that there were at least so many."
    ),
    "persons_served": gettext_lazy(
        "How many different people had begun a tour of duty under the UN by that day. Somebody who went twice "
        "counts once. While not everybody is named in the record, it knows only the least number: the largest "
        "rotation."
    ),
    "rank": gettext_lazy(
        "The country's place among all contributors by strength at the end of the month, as the UN publishes it: 1 "
        "is the largest contributor, and equal contributors share a place."
    ),
    "fatalities": gettext_lazy(
        "How many people of all nations have lost their lives in the mission up to that day, as the UN reports it: "
        "in malicious acts, by accident, by illness or otherwise."
    ),
    "own_fatalities": gettext_lazy(
        "How many people of the country's nationality have lost their lives in UN missions up to that day, as the "
        "UN reports it."
    ),
}
