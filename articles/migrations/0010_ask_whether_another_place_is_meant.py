import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('articles', '0009_tell_of_a_clearance_that_will_end'),
    ]
    operations = [
        migrations.CreateModel(
            name='OtherPlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.CharField(max_length=200)),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='other_places', to='articles.article', verbose_name='article')),
                ('deployment', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='missions.deployment')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('article', 'deployment', 'words'), name='other_place_is_noted_once')],
            },
        ),
    ]
