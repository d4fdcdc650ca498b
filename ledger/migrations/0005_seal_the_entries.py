from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0004_find_by_parts_of_words'),
    ]

    operations = [
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('number', models.PositiveBigIntegerField(primary_key=True, serialize=False, verbose_name='number')),
                ('at', models.DateTimeField(verbose_name='sealed at')),
                ('first', models.PositiveBigIntegerField(verbose_name='first entry')),
                ('last', models.PositiveBigIntegerField(verbose_name='last entry')),
                ('count', models.PositiveIntegerField(verbose_name='entries')),
                ('ranges', models.JSONField(help_text='Pairs: the first and the last id of each range.', verbose_name='ids of the entries')),
                ('is_late', models.BooleanField(help_text='Its entries were committed after later ones had been sealed already.', verbose_name='late')),
                ('closed_up_to', models.PositiveBigIntegerField(help_text='No entry of the house comes below that id any more.', verbose_name='closed up to entry')),
                ('entries_sha256', models.CharField(max_length=64, verbose_name='checksum of the entries')),
                ('before', models.CharField(blank=True, max_length=64, unique=True, verbose_name='hash of the seal before')),
                ('sha256', models.CharField(max_length=64, unique=True, verbose_name='hash')),
            ],
            options={
                'verbose_name': 'seal of the ledger',
                'verbose_name_plural': 'seals of the ledger',
                'indexes': [models.Index(fields=['is_late', 'last'], name='seal_of_entry')],
                'constraints': [models.CheckConstraint(condition=models.Q(('count__gte', 1), ('first__lte', models.F('last'))), name='seal_covers_something', violation_error_message='A seal covers at least one entry.')],
            },
        ),
    ]
