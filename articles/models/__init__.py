from articles.models.article import Article, Author, OtherPlace, Section, Topic
from articles.models.attachment import Attachment
from articles.models.claim import Claim
from articles.models.desk import Notice, Presence
from articles.models.edition import Bundle, Edition, Language, State
from articles.models.error_report import ErrorReport
from articles.models.following import Following
from articles.models.front_page import FrontPage, Pin
from articles.models.photo import Photo, PhotoUse
from articles.models.review import Comment, ReviewLink
from articles.models.search import SearchEntry, SearchWord
from articles.models.story_total import Settled, StoryTotal
from articles.models.trail import Correction, Redirect, Revision, Transition

__all__ = [
    "Article", "Attachment", "Author", "Bundle", "Claim", "Comment", "Correction", "Edition", "ErrorReport",
    "Following", "FrontPage", "Language", "Notice", "OtherPlace", "Photo", "PhotoUse", "Pin", "Presence", "Redirect",
    "ReviewLink", "Revision", "SearchEntry", "SearchWord", "Section", "Settled", "State", "StoryTotal", "Topic",
    "Transition",
]  # fmt: skip
