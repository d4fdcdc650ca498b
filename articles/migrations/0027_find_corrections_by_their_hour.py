from django.db import migrations, models

from ledger.migrating import AddIndexBesideReaders, RemoveIndexBesideReaders


class Migration(migrations.Migration):
    """The first index serves the version before as the second did: it is there before the other goes."""

    atomic = False

    dependencies = [
        ('articles', '0026_keep_which_translations_wait'),
    ]

    operations = [
        AddIndexBesideReaders(
            model_name='edition',
            index=models.Index(condition=models.Q(('number__gt', 1)), fields=['-public_from'], name='edition_later_by_hour'),
        ),
        RemoveIndexBesideReaders(model_name='edition', name='edition_later_of_all'),
    ]
