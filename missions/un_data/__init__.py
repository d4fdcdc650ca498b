"""The UN's official files: read (`source`), compare with the record (`plan`), write (`apply`)."""
