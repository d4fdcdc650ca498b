from django.db import models
from django.db.backends.ddl_references import Statement, Table


class PartsIndex(models.Index):
    """An index of every three letters in a row of texts, for finding a part of a word; on SQLite see `ledger.parts`.

    On PostgreSQL it serves `icontains`, which compares in capitals. Statistics
    are taken at once: how common a word is decides between the index and the way through the rows in their order.
    """

    def create_sql(self, model, schema_editor, using="", **kwargs):
        if schema_editor.connection.vendor != "postgresql":
            return NOTHING
        quote = schema_editor.quote_name
        names = [model._meta.get_field(name).column for name in self.fields]
        return Statement(
            "CREATE INDEX %(name)s ON %(table)s USING gin (%(columns)s); ANALYZE %(table)s",
            name=quote(self.name),
            table=Table(model._meta.db_table, quote),
            columns=", ".join(f"(UPPER({quote(name)}::text)) gin_trgm_ops" for name in names),
        )

    def remove_sql(self, model, schema_editor, **kwargs):
        if schema_editor.connection.vendor != "postgresql":
            return NOTHING
        return super().remove_sql(model, schema_editor, **kwargs)


NOTHING = Statement("SELECT 1")  # Django executes whatever it is given
