from articles.models.article import Article, Author, Section, Topic
from articles.models.claim import Claim
from articles.models.edition import Bundle, Edition, Language, State
from articles.models.front_page import FrontPage, Pin
from articles.models.photo import Photo, PhotoUse
from articles.models.review import Comment, ReviewLink
from articles.models.trail import Correction, Redirect, Revision, Transition

__all__ = [
    "Article", "Author", "Bundle", "Claim", "Comment", "Correction", "Edition", "FrontPage", "Language", "Photo",
    "PhotoUse", "Pin", "Redirect", "ReviewLink", "Revision", "Section", "State", "Topic", "Transition",
]  # fmt: skip
