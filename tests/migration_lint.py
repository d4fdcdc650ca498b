"""Refuses migrations for which readers would have to wait, or with which the version before could not go on serving.

`python -m tests.migration_lint` looks at every migration of the house since `BASELINE`, on a PostgreSQL that it finds as
the suite does: what a migration locks is seen in its SQL alone.
"""

import os
import re
import sys

from tests import postgres

# Up to these no house had readers who would have waited: nobody had installed it.
BASELINE = {"ledger": 6, "missions": 19, "articles": 25, "reports": 3}
# Migrations that are known to be harmless all the same: {("articles", "0030_name"): "why"}.
EXCUSED = {}
WAITS = {"CREATE_INDEX", "CREATE_INDEX_EXCLUSIVE", "DROP_INDEX", "REINDEX"}  # what the library only warns of
LOOKS_AT_ALL = re.compile(r'ALTER TABLE ("\w+") ADD CONSTRAINT .*?(CHECK|FOREIGN KEY)(?!.*NOT VALID)')


def wrong_with(app, name):
    """This will return what is wrong with a migration, as sentences; none where nothing is."""
    from django_migration_linter import MigrationLinter
    from django_migration_linter.sql_analyser import analyse_sql_statements

    linter = MigrationLinter(no_cache=True, no_output=True)
    statements = linter.get_sql(app, name)
    errors, _ignored, warnings = analyse_sql_statements(linter.sql_analyser_class, statements)
    found = [issue.message for issue in [*errors, *(one for one in warnings if one.code in WAITS)]]
    for statement in statements:
        looked = LOOKS_AT_ALL.search(statement)
        if looked and not any(other.startswith(f"CREATE TABLE {looked[1]}") for other in statements):
            found.append(
                f"A new {looked[2]} looks at every row of {looked[1]} while readers wait: add it NOT VALID first"
            )
    return found


def since_the_baseline():
    """This will yield (app, name) of every migration that is looked at."""
    from django.db.migrations.loader import MigrationLoader

    for app, name in sorted(MigrationLoader(None).disk_migrations):
        if app in BASELINE and int(name[:4]) > BASELINE[app] and (app, name) not in EXCUSED:
            yield app, name


def main():
    try:
        with postgres.server() as (address, _origin):
            os.environ.update(DATABASE_URL=address, DEBUG="on", LOG_LEVEL="WARNING")
            os.environ["DJANGO_SETTINGS_MODULE"] = "peacekeeping.settings"
            import django

            django.setup()
            return _print_what_is_wrong()
    except postgres.NoPostgres as error:
        print(f"NO POSTGRESQL: MIGRATIONS WERE NOT LOOKED AT: {error}".upper())
        return 1 if os.environ.get("CI") == "true" else 0


def _print_what_is_wrong():
    from django.db import connection

    looked_at = list(since_the_baseline())
    wrong = [f"{app} {name}: {what}" for app, name in looked_at for what in wrong_with(app, name)]
    connection.close()
    print("\n".join(wrong) or f"Readers wait for none of {len(looked_at)} migrations.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
