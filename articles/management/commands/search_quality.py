from django.core.management.base import BaseCommand, CommandError

from articles.search import quality


class Command(BaseCommand):
    help = (
        "Measures search by a test set of queries: recall and precision by language, beside plain matching. "
        "It touches no story."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--queries", action="append", metavar="FILE",
            help="another set: CSV with the columns language,query,must_match,must_not_match, forms separated by |",
        )  # fmt: skip
        parser.add_argument("--slips", action="store_true", help="name every form that was missed or found wrongly")

    def handle(self, *args, **options):
        problems = []
        for path in options["queries"] or sorted(quality.QUERIES.glob("*.csv")):
            try:
                cases, bad = quality.read(path)
            except quality.BadQueries as error:
                raise CommandError(str(error)) from error
            problems += bad
            for problem in bad:
                self.stderr.write(problem)
            self.report(path, cases, options["slips"])
        if problems:
            raise CommandError(f"{len(problems)} lines could not be read; the figures are of the others.")

    def report(self, path, cases, with_slips):
        counts = quality.languages_of(cases)
        self.stdout.write(f"{path}: {len(cases)} queries")
        self.stdout.write("language  queries  forms  recall precision   plain matching: recall precision")
        for language, scores in sorted(quality.measure(cases).items()):
            ours, plain = scores["search"], scores["plain"]
            self.stdout.write(
                f"{language:9} {counts[language]:7} {ours.wanted:6} {ours.recall:7.3f} {ours.precision:9.3f}"
                f"                   {plain.recall:6.3f} {plain.precision:9.3f}"
            )
            for line, query, form, what in ours.slips if with_slips else ():
                self.stdout.write(f"    line {line}: {query}: {form} {what}")
