from django.db import models

from articles.models.edition import Edition


class SearchEntry(models.Model):
    """An edition as search finds it. It can always be built again: `manage.py index_search`.

    `place` is the edition's day in the high half and its id in the low one, so that what is newest stands last on
    every engine and a year is a range. The rest lies out of line: a search reads thousands of rows, and of each its
    place alone.
    """

    DAY = 1 << 32

    place = models.BigIntegerField(primary_key=True)
    edition = models.OneToOneField(Edition, on_delete=models.CASCADE, related_name="search_entry")
    words = models.TextField()  # keys, each once
    tags = models.CharField(max_length=500)  # language, section and missions, as words that no text has
    text = models.TextField()  # the body as readers see it, to show passages of

    class Meta:
        default_permissions = ()

    def __str__(self):
        return str(self.edition_id)

    @classmethod
    def place_of(cls, day, pk):
        return day.toordinal() * cls.DAY + pk


class SearchWord(models.Model):
    """A key that some edition was indexed under, for the nearest word to one that nobody wrote.

    What stands here may come from a text that the public does not see: nothing of it is shown, it is only looked for.
    """

    word = models.CharField(max_length=80, primary_key=True)
    sound = models.CharField(max_length=80, db_index=True)
    head = models.CharField(max_length=2)
    tail = models.CharField(max_length=2)
    length = models.PositiveSmallIntegerField()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["head", "length"], name="search_word_by_head"),
            models.Index(fields=["tail", "length"], name="search_word_by_tail"),
        ]

    def __str__(self):
        return self.word
