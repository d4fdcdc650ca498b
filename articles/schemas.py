"""What the interface for machines takes and tells of stories: every parameter and every field, named and described."""

from datetime import date, datetime
from typing import Literal

from django.utils.translation import gettext_noop
from ninja import Schema
from pydantic import Field

from articles.models.claim import Claim
from missions.schemas import FROM, LANGUAGE, NAME, OF_MISSION, TO, Day, InThree, Name, Page, Paged, Source

RELATION = Literal[tuple(Claim.Relation.values)]
VERDICT = Literal[tuple(Claim.Verdict.values)]
STORY = gettext_noop("The story's number, the same in every language.")
EDITION_LANGUAGE = gettext_noop("Language of the edition.")


class ArticlesAsked(Paged):
    language: LANGUAGE | None = Field(None, description=gettext_noop("Only in this language."))
    from_: Day | None = Field(None, alias="from", description=FROM)
    to: Day | None = Field(None, description=TO)
    section: str | None = Field(None, pattern=NAME, description=gettext_noop("Only of this section: its slug."))
    topic: str | None = Field(None, pattern=NAME, description=gettext_noop("Only on this topic: its slug."))
    mission: Name | None = Field(None, description=OF_MISSION)
    as_of: Day | None = Field(
        None,
        description=gettext_noop(
            "Only stories that bear a day up to this one. They are told as they stand today: a text that was withdrawn "
            "or corrected since cannot be had through the past."
        ),
    )


class CorrectionsAsked(Paged):
    language: LANGUAGE | None = Field(None, description=gettext_noop("Only in this language."))
    from_: Day | None = Field(None, alias="from", description=FROM)
    to: Day | None = Field(None, description=TO)
    as_of: Day | None = Field(
        None, description=gettext_noop("Only corrections that were public by the end of this day and still are.")
    )


class Named(Schema):
    slug: str = Field(description="Its name in addresses and in the filter of the list.")
    names: InThree = Field(description="Its name.")


class FigurePrinted(Schema):
    key: str = Field(description="Key of the figure in the vocabulary (/api/v1/figures).")
    parameters: dict[str, str] = Field(description="What it was asked of.")
    label: str = Field(description="What it is, in the story's language.")
    printed: str = Field(description="The number as the text prints it, in the story's language.")
    relation: RELATION = Field(description="What the words say of the number: exactly, at least, about and so on.")
    value: int = Field(description="The number, in `unit`. It is frozen with the edition.")
    unit: str = Field(description="What is counted: persons, missions, years, tours or place.")
    as_of: date = Field(description="The day for which the number is true.")
    sources: list[Source] = Field(description="The documents it rests on, as printed.")
    verdict: VERDICT | None = Field(
        description="What the record says of it now; null where today's answer is not cleared for the public."
    )


class CorrectionShort(Schema):
    published: datetime = Field(description="When the correction became public.")
    text: str = Field(description="What was wrong and what is right.")


class Alternate(Schema):
    language: LANGUAGE = Field(description="Language of the other edition.")
    title: str = Field(description="Its title.")
    url: str = Field(description="Address of its page.")
    address: str = Field(description="Where this interface tells of it.")


class Photo(Schema):
    url: str = Field(description="Address of the picture, as JPEG.")
    alt: str = Field(description="What it shows, in words.")
    caption: str = Field(description="The caption as printed.")
    credit: str = Field(description="Whom to name.")
    licence: str = Field(description="On which terms it may be used.")


class ArticleTold(Schema):
    id: int = Field(description="The story's number, the same in every language.")
    language: LANGUAGE = Field(description="Language of this edition.")
    number: int = Field(description="Number of the edition: 1 for the first, one more with each new one.")
    title: str = Field(description="The title.")
    slug: str = Field(description="The story's name in addresses.")
    url: str = Field(description="Address of the page.")
    address: str = Field(description="Where this interface tells of it, with its text.")
    standfirst: str = Field(description="One or two sentences under the title.")
    byline: str = Field(description="Who signs it, as printed.")
    day: date = Field(description="The day that the story bears.")
    published: datetime = Field(description="When it first became public in this language.")
    modified: datetime = Field(description="When this edition became public.")
    section: Named = Field(description="The part of the paper that it stands in.")
    topics: list[Named] = Field(description="Its topics.")
    missions: list[str] = Field(description="Acronyms of the missions that it is about.")
    photo: Photo | None = Field(description="The lead photo.")
    figures: list[FigurePrinted] = Field(description="The numbers of the record that it prints, in their order.")
    corrections: list[CorrectionShort] = Field(description="What was corrected in it, the newest first.")
    alternates: list[Alternate] = Field(description="The same story in other languages.")


class ArticleWhole(ArticleTold):
    body: str = Field(
        description="The text as HTML with figures, photos and related stories; its addresses are relative to the site."
    )


class Articles(Page):
    items: list[ArticleTold] = Field(description="The newest first.")


class CorrectionTold(Schema):
    id: int = Field(description="The correction's number, unique.")
    language: LANGUAGE = Field(description="Language of the story.")
    published: datetime = Field(description="When the correction became public.")
    text: str = Field(description="What was wrong and what is right.")
    article: int = Field(description="The story's number.")
    title: str = Field(description="The story's title today.")
    url: str = Field(description="Address of the story's page.")
    wrong_in: int = Field(description="Number of the edition that was wrong.")
    right_in: int = Field(description="Number of the edition that sets it right.")


class Corrections(Page):
    items: list[CorrectionTold] = Field(description="The newest first.")
