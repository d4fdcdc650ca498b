import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0004_find_by_parts_of_words'),
    ]

    operations = [
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('noun', models.CharField(help_text="The model's label, such as missions.person.", max_length=60, verbose_name='noun')),
                ('object_id', models.BigIntegerField(verbose_name='object')),
                ('kind', models.CharField(choices=[('anonymise', 'anonymise: dates and missions stay for the figures'), ('erase', 'erase: it was recorded by mistake')], max_length=10, verbose_name='what is done')),
                ('ground', models.CharField(choices=[('own_request', 'the person asked for it'), ('authority', 'a court or an authority ordered it'), ('retention', 'its time is over'), ('mistake', 'it was recorded by mistake'), ('repeated', 'again, after a backup was restored')], max_length=12, verbose_name='on what ground')),
                ('reference', models.CharField(blank=True, help_text='The number of the letter or of the file. It is kept for ever: name nobody here.', max_length=60, verbose_name='reference')),
                ('spared', models.JSONField(blank=True, default=list, help_text='Ids of stories that an editor keeps in the archive as they were printed, out of public.', verbose_name='stories whose text stays')),
                ('known_since', models.DateTimeField(null=True, verbose_name='in the house since')),
                ('asked_at', models.DateTimeField(verbose_name='asked at')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='confirmed and done at')),
                ('declined_at', models.DateTimeField(blank=True, null=True, verbose_name='declined at')),
                ('changed', models.JSONField(blank=True, default=dict, help_text='How many of each noun.', verbose_name='rows changed')),
                ('leftovers', models.JSONField(blank=True, default=list, help_text='They go once the change is committed.', verbose_name='files still to be deleted')),
                ('wiped_at', models.DateTimeField(blank=True, null=True, verbose_name='database wiped at')),
                ('asked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='asked by')),
                ('confirmed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='confirmed by')),
                ('declined_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='declined by')),
            ],
            options={
                'verbose_name': 'erasure',
                'verbose_name_plural': 'erasures',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('asked_by__isnull', True), ('confirmed_by__isnull', True), ('ground__in', ['retention', 'repeated'])), models.Q(('asked_by__isnull', False), ('confirmed_at__isnull', True), ('confirmed_by__isnull', True)), models.Q(('asked_by__isnull', False), ('confirmed_at__isnull', False), ('confirmed_by__isnull', False), models.Q(('confirmed_by', models.F('asked_by')), _negated=True)), _connector='OR'), name='erasure_is_the_word_of_two_people', violation_error_message='One person asks for an erasure, another one confirms it.'), models.CheckConstraint(condition=models.Q(('confirmed_at__isnull', True), ('declined_at__isnull', True), _connector='OR'), name='erasure_is_confirmed_or_declined', violation_error_message='An erasure is confirmed or declined, not both.'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'erase'), _negated=True), ('ground__in', ['mistake', 'repeated']), _connector='OR'), name='erasure_as_a_whole_is_of_a_mistake', violation_error_message='Only what was recorded by mistake is erased whole.'), models.UniqueConstraint(condition=models.Q(('confirmed_at__isnull', True), ('declined_at__isnull', True)), fields=('noun', 'object_id'), name='erasure_waits_once', violation_error_message='This is asked for already.')],
            },
        ),
        migrations.CreateModel(
            name='Lifted',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.entry')),
                ('never', models.ForeignKey(default=-1, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='ledger.lifted')),
            ],
            options={
                'default_permissions': (),
            },
        ),
    ]
