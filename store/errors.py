"""Refusals of the register: what is wrong with the database, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from law.errors import SpokenError

_ABSENT = (
    psycopg.errors.UndefinedTable,
    psycopg.errors.InvalidSchemaName,
    psycopg.errors.UndefinedColumn,
)


class StoreError(SpokenError):
    """The register cannot answer or take what it was given."""


class RegisterAwayError(StoreError):
    """The database is not reachable, or did not answer in time; trying again is right."""


class RegisterNotPreparedError(StoreError):
    """The database is there and its tables are not those of this release."""


class ErasedError(StoreError):
    """A dossier was erased; nothing more is taken for it."""

    def __init__(self, dossier: str) -> None:
        """Say so of the dossier's id, and what to do."""
        super().__init__(
            f"dossier {dossier!r} was erased; nothing more is taken for it: open a new one under "
            "another id",
            f"Hồ sơ {dossier!r} đã bị xóa, không nhận thêm gì nữa; hãy mở hồ sơ mới với số khác",
        )


class DatabaseAddressError(StoreError):
    """The database's address cannot be read."""

    vi_otherwise = (
        "Không đọc được địa chỉ cơ sở dữ liệu; "
        "cho phép postgresql://user:password@host:port/database"
    )


@contextmanager
def told_plainly(url: URL) -> Iterator[None]:
    """Turn the driver's failures into the register's own; others pass as they are.

    Raises RegisterAwayError, RegisterNotPreparedError. The password is never shown.
    """
    where = f"{url.host}:{url.port}/{url.database}"
    try:
        yield
    except (OSError, TimeoutError, PoolTimeoutError) as error:
        raise _away(where, error) from error
    except (psycopg.Error, DBAPIError) as error:
        cause = error.orig if isinstance(error, DBAPIError) else error
        if isinstance(cause, _ABSENT):
            raise RegisterNotPreparedError(
                f"the database {where} does not have the register's tables as this release "
                f"needs them ({_first_line(cause)}); next: upgrade it with store.migrate.upgrade",
                f"Cơ sở dữ liệu {where} chưa có các bảng của sổ đúng với phiên bản này "
                f"({_first_line(cause)}); hãy nâng cấp bằng store.migrate.upgrade",
            ) from error
        if isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError):
            raise _away(where, cause) from error
        raise


def _away(where: str, cause: BaseException | None) -> RegisterAwayError:
    if isinstance(cause, psycopg.errors.QueryCanceled):
        return RegisterAwayError(
            f"the database {where} took longer than it is given ({_first_line(cause)}); "
            "next: try again, and look for what holds it up",
            f"Cơ sở dữ liệu {where} trả lời quá thời gian cho phép ({_first_line(cause)}); "
            "hãy thử lại và tìm nguyên nhân gây chậm",
        )
    return RegisterAwayError(
        f"the database {where} is not reachable ({_first_line(cause)}); "
        "next: see that PostgreSQL runs there, then try again",
        f"Không kết nối được cơ sở dữ liệu {where} ({_first_line(cause)}); "
        "hãy kiểm tra PostgreSQL có đang chạy ở đó không, rồi thử lại",
    )


def _first_line(cause: BaseException | None) -> str:
    said = str(cause).strip()
    return said.splitlines()[0] if said else type(cause).__name__
