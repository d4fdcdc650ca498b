"""Tables to take away."""

from django.http import StreamingHttpResponse

from missions import csv_files


def csv_download(name, heads, rows):
    # The rows are made now, in the reader's language and with the record as it stands; only the file is streamed.
    return StreamingHttpResponse(
        csv_files.stream(heads, list(rows)), content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )  # fmt: skip
