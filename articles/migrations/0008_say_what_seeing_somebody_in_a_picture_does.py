from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0007_bind_editions_to_places")]
    operations = [
        migrations.AlterField(
            model_name="photo",
            name="people",
            field=models.ManyToManyField(blank=True, help_text="People of the record whom it shows. Each must be cleared before an edition prints it. A story that has printed it leaves the public site at once when somebody is added who is not cleared.", related_name="photos", to="missions.person", verbose_name="people in the picture"),
        ),
    ]
