"""Forms: WTForms with messages in both languages; what was typed always stays."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import wtforms
from starlette.requests import Request
from wtforms import Form as _WTForm
from wtforms.validators import StopValidation, ValidationError

from kazasu.foundation.text import Language, Text

REQUIRED = Text("入力してください", "Please fill this in")
TOO_LONG = Text("{most}文字までで入力してください", "Use at most {most} characters")
NOT_A_DATE = Text("年・月・日を数字で入力してください", "Enter year, month and day in digits")


class Form(_WTForm):  # type: ignore[misc]  # WTForms has no types
    """Build with the request: ``MoveForm(request)``; ``validate()`` only after a POST.

    While the person switches the language, ``validate()`` is false without errors, so the page
    shows the same answers in the other language.
    """

    def __init__(self, request: Request, obj: Any = None, **values: Any) -> None:
        posted = request.state.form if request.method == "POST" else None
        self.language: Language = request.state.language
        self._switching = bool(posted is not None and posted.get("_lang"))
        super().__init__(posted, obj, **values)

    def validate(self, extra_validators: Any = None) -> bool:
        if self._switching:
            return False
        return bool(super().validate(extra_validators))

    @property
    def summary(self) -> list[tuple[str, str]]:
        """``(field id, message)`` for the error summary, in page order."""
        return [(field.id, str(error)) for field in self for error in field.errors]

    def fail(self, field: wtforms.Field, message: Text) -> None:
        """Put an error that was found later onto its field."""
        field.errors = [*field.errors, message.to(self.language)]


class Required:
    """The field must not be empty."""

    field_flags = {"required": True}  # noqa: RUF012 - WTForms' protocol

    def __init__(self, message: Text = REQUIRED) -> None:
        self._message = message

    def __call__(self, form: Form, field: wtforms.Field) -> None:
        value = field.data
        if value is None or value == [] or (isinstance(value, str) and not value.strip()):
            field.errors = []
            raise StopValidation(self._message.to(form.language))


class MaxLength:
    """At most so many characters, as people count them."""

    def __init__(self, most: int) -> None:
        self._most = most

    def __call__(self, form: Form, field: wtforms.Field) -> None:
        if field.data and len(field.data) > self._most:
            raise ValidationError(TOO_LONG.fill(most=self._most).to(form.language))


class DateParts(wtforms.Field):  # type: ignore[misc]
    """年・月・日 in three inputs (``name-year`` …), the design system's separated date picker."""

    def __init__(self, label: Any = None, validators: Any = None, **options: Any) -> None:
        super().__init__(label, validators, **options)
        self.parts: list[str] = ["", "", ""]

    def process(
        self, formdata: Any, data: Any = wtforms.utils.unset_value, extra_filters: Any = None
    ) -> None:
        del extra_filters  # three inputs have no one text to filter
        self.process_errors = []
        self.errors: Sequence[str] = []
        self.data: date | None = None
        if formdata is not None and f"{self.name}-year" in formdata:
            self.parts = [
                formdata.get(f"{self.name}-{part}", "").strip() for part in ("year", "month", "day")
            ]
            if any(self.parts):
                try:
                    self.data = date(*(int(part) for part in self.parts))
                except (ValueError, OverflowError):
                    self.process_errors.append("date")
            return
        given = self.default if data is wtforms.utils.unset_value else data
        if callable(given):
            given = given()
        if isinstance(given, date):
            self.data = given
            self.parts = [str(given.year), str(given.month), str(given.day)]

    def validate(self, form: Form, extra_validators: Any = ()) -> bool:
        if self.process_errors:
            self.errors = [NOT_A_DATE.to(form.language)]
            return False
        return bool(super().validate(form, extra_validators))
