from django.db import migrations


def keep(apps, schema_editor):
    """This will give approved editions the photos that they print: the lead in place 0, and each with its texts."""
    Edition, PhotoUse = apps.get_model("articles", "Edition"), apps.get_model("articles", "PhotoUse")
    approved = Edition.objects.filter(approved_at__isnull=False).select_related("article__lead_photo")
    for edition in approved.order_by("pk").iterator():
        if edition.article.lead_photo:
            edition.lead = PhotoUse.objects.create(edition=edition, place=0, photo=edition.article.lead_photo)
            edition.save(update_fields=["lead"])
        for use in PhotoUse.objects.filter(edition=edition, photo__isnull=False).select_related("photo"):
            use.caption = getattr(use.photo, f"caption_{edition.language}")
            use.alt = getattr(use.photo, f"alt_{edition.language}")
            use.credit, use.licence = use.photo.credit, use.photo.licence
            use.save()


class Migration(migrations.Migration):
    dependencies = [("articles", "0005_build_the_newsroom")]
    operations = [migrations.RunPython(keep, migrations.RunPython.noop, elidable=True)]
