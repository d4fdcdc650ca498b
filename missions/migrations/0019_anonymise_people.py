from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('missions', '0018_find_by_parts_of_words'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='person',
            options={'base_manager_name': 'objects', 'permissions': [('disclose_person', 'Can take out all that is held on a person'), ('erase_person', 'Can ask for the erasure of a person, and confirm one')], 'verbose_name': 'person', 'verbose_name_plural': 'people'},
        ),
        migrations.AddField(
            model_name='historicalperson',
            name='anonymised_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='anonymised at'),
        ),
        migrations.AddField(
            model_name='person',
            name='anonymised_at',
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name='anonymised at'),
        ),
    ]
