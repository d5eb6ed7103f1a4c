"""Read a data file of TOML, and say of a fault in it where it stands and how it is mended."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from law.errors import DataFileError, StatuteFileError
from law.places import FieldPath, find_line

M = TypeVar("M", bound=BaseModel)
Said = tuple[str, str]
"""One sentence in English and in Vietnamese."""

_AT = re.compile(r"\(at line (\d+), column \d+\)")
_MOST = 80
_BYTES_MOST = 5_000_000
"""A hundred and seventy times the longest file of the book; TOML is parsed whole."""

_MISFIT = "misfit"

_WHAT: dict[str, Said] = {
    "missing": ("is missing; add it", "còn thiếu; hãy thêm vào"),
    "extra_forbidden": ("is no field that is known", "là trường không có trong mẫu"),
    "string_type": ("must be a text in quotes", "phải là văn bản đặt trong dấu ngoặc kép"),
    "string_pattern_mismatch": (
        "must be of the form {pattern}", "phải theo dạng {pattern}",
    ),
    "bool_type": ("must be true or false", "phải là true hoặc false"),
    "bool_parsing": ("must be true or false", "phải là true hoặc false"),
    "int_type": ("must be a whole number", "phải là số nguyên"),
    "int_parsing": ("must be a whole number", "phải là số nguyên"),
    "int_from_float": ("must be a whole number", "phải là số nguyên"),
    "greater_than": ("must be above {gt}", "phải lớn hơn {gt}"),
    "greater_than_equal": ("must be {ge} or more", "phải từ {ge} trở lên"),
    "enum": ("must be one of {expected}", "phải là một trong {expected}"),
    "literal_error": ("must be one of {expected}", "phải là một trong {expected}"),
    "tuple_type": ("must be a list in brackets [ ]", "phải là danh sách trong ngoặc vuông [ ]"),
    "dict_type": ("must be a table in braces { }", "phải là bảng trong ngoặc nhọn { }"),
    "model_type": ("must be a table in braces { }", "phải là bảng trong ngoặc nhọn { }"),
    "model_attributes_type": (
        "must be a table in braces { }", "phải là bảng trong ngoặc nhọn { }",
    ),
}  # fmt: skip
_A_DAY: Said = ("must be a day such as 2026-11-23", "phải là một ngày như 2026-11-23")
_A_TIME: Said = ("must be a time such as 22:00", "phải là một giờ như 22:00")


@dataclass(frozen=True)
class Source:
    """A data file as it was read, once: its name from its folder, its bytes, its text."""

    name: str
    data: bytes
    refusal: type[DataFileError]

    @cached_property
    def text(self) -> str:
        """Decode the file; raise the refusal for bytes that are not UTF-8."""
        try:
            return self.data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = self.data.count(b"\n", 0, error.start) + 1
            raise self.refusal(
                "is not UTF-8 text; save it as UTF-8",
                "không phải văn bản UTF-8; hãy lưu lại tệp theo mã UTF-8",
                file=self.name,
                line=line,
            ) from error

    @cached_property
    def table(self) -> dict[str, Any]:
        """Parse the file; raise the refusal with the line on which it stops to be TOML."""
        try:
            return tomllib.loads(self.text)
        except tomllib.TOMLDecodeError as error:
            found = _AT.search(str(error))
            line = int(found[1]) if found else max(1, len(self.text.splitlines()))
            raise self.refusal(
                f"{error}; the line does not read as TOML",
                f"dòng này không đúng cú pháp TOML ({error})",
                file=self.name,
                line=line,
            ) from error
        except (ValueError, RecursionError) as error:
            # Python bounds the digits of a number and the depth of a nest.
            raise self.refusal(
                f"does not read as TOML: {error}",
                f"không đọc được theo cú pháp TOML: {error}",
                file=self.name,
                line=1,
            ) from error

    def validate(self, model: type[M]) -> M:
        """Read the file as `model`; raise the refusal naming line, field and value."""
        return self.validate_at((), self.table, model)

    def validate_at(self, path: FieldPath, value: object, model: type[M]) -> M:
        """Read as `model` what stands in the file at `path`, or was made of it."""
        try:
            return model.model_validate(value)
        except ValidationError as error:
            found = error.errors()
            # A key that is written wrongly is missing too; the line that is there says more.
            first = next((e for e in found if e["type"] == "extra_forbidden"), found[0])
            raise self.refuse((*path, *first["loc"]), *_explain(first, model, path)) from error

    def refuse(self, path: Sequence[str | int], en: str, vi: str) -> DataFileError:
        """Make the refusal that stands at the field `path`."""
        return self.refusal(en, vi, file=self.name, line=find_line(self.text, path))

    def line(self, *path: str | int) -> int:
        """Give the line of a field."""
        return find_line(self.text, path)


def read_source(path: Path, name: str, refusal: type[DataFileError] = StatuteFileError) -> Source:
    """Read a file's bytes; raise `refusal` where the system does not give them, or too many."""
    try:
        with path.open("rb") as stream:
            data = stream.read(_BYTES_MOST + 1)
    except OSError as error:
        raise _unreadable(error, name, refusal) from error
    if len(data) > _BYTES_MOST:
        most = _BYTES_MOST // 1_000_000
        raise refusal(
            f"is above {most} MB, more than such a file can hold; split it",
            f"lớn hơn {most} MB, quá mức của một tệp như vậy; hãy chia nhỏ tệp",
            file=name,
        )
    return Source(name, data, refusal)


def read_model(
    model: type[M], path: Path, name: str, refusal: type[DataFileError] = StatuteFileError
) -> M:
    """Read a TOML file as `model`; raise `refusal` naming file, line, field and value."""
    return read_source(path, name, refusal).validate(model)


def list_folder(folder: Path, name: str, refusal: type[DataFileError]) -> list[Path]:
    """List what a folder holds, in order and without hidden entries; raise `refusal`."""
    try:
        found = sorted(path for path in folder.iterdir() if not path.name.startswith((".", "__")))
    except OSError as error:
        raise _unreadable(error, name, refusal) from error
    for path in found:
        if not path.exists():
            raise refusal(
                "is a link that leads nowhere; mend it or take it out of the folder",
                "là liên kết không dẫn tới đâu; hãy sửa hoặc đưa ra khỏi thư mục",
                file=f"{name}/{path.name}",
            )
    return found


def _unreadable(error: OSError, name: str, refusal: type[DataFileError]) -> DataFileError:
    reason = error.strerror or str(error)
    return refusal(
        f"cannot be read ({reason}); see that it is there and that the engine may read it",
        f"không đọc được ({reason}); hãy kiểm tra tệp hoặc thư mục có ở đó và được quyền đọc",
        file=name,
    )


def misfit(en: str, vi: str) -> PydanticCustomError:
    """Make what a model raises of values that do not fit together, in both languages."""
    return PydanticCustomError(_MISFIT, "{en}", {"en": en, "vi": vi})


def _explain(error: ErrorDetails, model: type[BaseModel], at: FieldPath) -> Said:
    """Say what is wrong with a field, in both languages, with what is allowed."""
    kind, path = error["type"], error["loc"]
    what = _WHAT.get(kind)
    if kind.startswith("date"):
        what = _A_DAY
    elif kind.startswith("time"):
        what = _A_TIME
    said = what or (error["msg"], f"không hợp lệ ({error['msg']})")
    context = error.get("ctx", {})
    en, vi = _filled(said[0], context), _filled(said[1], context).replace("' or '", "' hoặc '")
    where = ".".join(str(part) for part in (*at, *path))
    if kind == _MISFIT:
        return f"field {where!r}: {context['en']}", f"trường {where!r}: {context['vi']}"
    if kind == "extra_forbidden":
        near = _alike(str(path[-1]), _fields_at(model, path[:-1]))
        en, vi = f"{en}; {near[0]}", f"{vi}; {near[1]}"
    given = _shown(error.get("input"))
    value, gia_tri = ("", "") if kind == "missing" else (f" (value {given})", f" (giá trị {given})")
    return f"field {where!r}{value} {en}", f"trường {where!r}{gia_tri} {vi}"


def _filled(text: str, context: dict[str, Any]) -> str:
    for name, value in context.items():
        text = text.replace(f"{{{name}}}", str(value))
    return text


def _alike(name: str, known: Iterable[str]) -> Said:
    names = list(known)
    close = get_close_matches(name, names, 1)
    if close:
        return f"write {close[0]!r} or take it out", f"hãy ghi {close[0]!r} hoặc xóa trường này"
    listed = ", ".join(names)
    return f"take it out; known are: {listed}", f"hãy xóa trường này; các trường có: {listed}"


def _fields_at(model: type[BaseModel], path: Sequence[str | int]) -> list[str]:
    """List the fields that a table at `path` can have."""
    for part in path:
        if isinstance(part, int):
            continue
        field = model.model_fields.get(part)
        inner = None if field is None else _model_in(field.annotation)
        if inner is None:
            return []
        model = inner
    return list(model.model_fields)


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_in(inner) for inner in get_args(annotation))
    return next((model for model in found if model is not None), None)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _MOST else f"{text[: _MOST - 1]}…"
