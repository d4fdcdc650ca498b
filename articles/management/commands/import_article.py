from django.core.management.base import BaseCommand, CommandError, no_translations
from django.utils import timezone

from articles.article_import import BrokenFile, ImportedAlready, import_article
from articles.models import Language, Section


class Command(BaseCommand):
    help = "Makes a draft edition from a plain-text feature and prints the numbers in it as suggested claims."

    def add_arguments(self, parser):
        parser.add_argument("file")
        parser.add_argument("--language", choices=Language.values, required=True)
        parser.add_argument("--section", default="missions", help="The address of the section; missions if not given.")

    @no_translations
    def handle(self, *, file, language, section, **options):
        if not Section.objects.filter(slug=section).exists():
            known = ", ".join(Section.objects.order_by("slug").values_list("slug", flat=True))
            raise CommandError(f"There is no section {section}. The sections are: {known}.")
        try:
            edition, suggestions = import_article(file, language=language, section=section, by=None, at=timezone.now())
        except BrokenFile as error:
            raise CommandError(str(error)) from error
        except ImportedAlready as already:
            self.stdout.write(f"{already} Nothing was made.")
            return
        places = edition.photo_uses.count()
        self.stdout.write(f"Draft {edition.pk}: {edition.title}")
        self.stdout.write(f"{edition.day}, /{language}/articles/{edition.slug}/ once approved, {places} photo places")
        self.stdout.write("Numbers found, with what the record answers at the article's date:")
        for suggestion in suggestions:
            self.stdout.write(f"  {suggestion.text:>6}  {self._answer(suggestion)}  “{suggestion.sentence[:90]}”")

    def _answer(self, suggestion):
        if not suggestion.candidates:
            return "no figure suggested"
        first = suggestion.candidates[0]
        if first.answer.value is None:
            return f"[[{first.asked}]]: {first.answer.reason}"
        answer = first.answer
        return f"[[{first.asked}]] = {answer.value} {answer.unit} as of {answer.as_of}: {first.agreement}"
