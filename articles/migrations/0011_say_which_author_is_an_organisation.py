from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('articles', '0010_ask_whether_another_place_is_meant'),
    ]
    operations = [
        migrations.AddField(
            model_name='author',
            name='is_organisation',
            field=models.BooleanField(default=False, help_text='An agency, a service or a press office: search engines are told so of the byline.', verbose_name='is an organisation'),
        ),
        migrations.AddField(
            model_name='historicalauthor',
            name='is_organisation',
            field=models.BooleanField(default=False, help_text='An agency, a service or a press office: search engines are told so of the byline.', verbose_name='is an organisation'),
        ),
        migrations.AlterField(
            model_name='article',
            name='authors',
            field=models.ManyToManyField(blank=True, help_text='Whom the byline names. They tell search engines whether it is people or an organisation.', related_name='articles', to='articles.author', verbose_name='authors'),
        ),
    ]
