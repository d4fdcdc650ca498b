from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('articles', '0008_say_what_seeing_somebody_in_a_picture_does'),
    ]
    operations = [
        migrations.AlterField(
            model_name='notice',
            name='kind',
            field=models.CharField(choices=[('for_review', 'waits for your review'), ('sent_back', 'was sent back'), ('approved', 'was approved'), ('withdrawn', 'was withdrawn'), ('suppressed', 'was suppressed'), ('suppression_ahead', 'rests on a clearance that ends'), ('comment', 'has a comment'), ('source_moved', 'is a translation of a text that moved on')], max_length=20, verbose_name='kind'),
        ),
    ]
