from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('missions', '0007_keep_history_of_countries_and_aliases'),
    ]

    operations = [
        migrations.AlterField(
            model_name='clearance',
            name='basis',
            field=models.CharField(choices=[('consent', 'consent of the person, or for the dead of the next of kin'), ('official_release', 'official release'), ('un_publication', 'publication of the UN')], max_length=20, verbose_name='basis'),
        ),
        migrations.AlterField(
            model_name='historicalclearance',
            name='basis',
            field=models.CharField(choices=[('consent', 'consent of the person, or for the dead of the next of kin'), ('official_release', 'official release'), ('un_publication', 'publication of the UN')], max_length=20, verbose_name='basis'),
        ),
        migrations.AddConstraint(
            model_name='clearance',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('field', 'name'), _negated=True), ('basis', 'consent'), _connector='OR'), name='clearance_of_a_name_is_by_consent', violation_error_message='A name can be cleared only with the consent of the person.'),
        ),
    ]
