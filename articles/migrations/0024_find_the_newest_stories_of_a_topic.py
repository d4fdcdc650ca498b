from django.db import migrations

# The tables that join stories to topics and missions have no class of their own that could hold the index.
LINKS = {"articles_article_topics": "topic_id", "articles_article_missions": "mission_id"}


class Migration(migrations.Migration):
    dependencies = [("articles", "0023_find_by_parts_of_words")]

    operations = [
        migrations.RunSQL(
            f"CREATE INDEX {table}_newest ON {table} ({column}, article_id)", f"DROP INDEX {table}_newest"
        )
        for table, column in LINKS.items()
    ]
