from django.core.management.base import BaseCommand
from tqdm import tqdm

from articles.models import SearchEntry
from articles.search import indexing


class Command(BaseCommand):
    help = (
        "Puts into the search index the approved editions that it lacks, and takes out those that left. "
        "With --again it makes the index anew, which a change of how words are read asks for."
    )

    def add_arguments(self, parser):
        parser.add_argument("--again", action="store_true", help="empty the index first")

    def handle(self, *args, **options):
        lacking = indexing.missing().count() + (SearchEntry.objects.count() if options["again"] else 0)
        with tqdm(total=lacking, unit=" editions", disable=None) as bar:
            done = indexing.make(again=options["again"], tell=bar.update)
        self.stdout.write(f"{done} editions were put into the index; it holds {SearchEntry.objects.count()} now.")
