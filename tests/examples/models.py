from django.db import models


class Note(models.Model):
    words = models.TextField(blank=True)
    kind = models.CharField(max_length=20, null=True)
    place = models.CharField(max_length=20, default="")

    class Meta:
        indexes = [
            models.Index(fields=["kind"], name="note_by_kind"),
            models.Index(fields=["place"], name="note_by_place"),
        ]
        constraints = [models.CheckConstraint(name="note_has_words", condition=~models.Q(words=""))]

    def __str__(self):
        return self.words
