"""Make files that are small and ask for much: workbooks that unpack to more than they should."""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


def parts_of(sheet: str | bytes) -> dict[str, str | bytes]:
    """Give the least parts of an .xlsx around the XML of its one sheet."""
    return {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}"/>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_LINKS}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship '
        f'Id="rId1" Type="{_LINKS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet,
    }


def pack(path: Path, parts: dict[str, str | bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return path


def sheet_of(rows: str) -> str:
    return f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def cell_at(place: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>x</t></is></c>'


def pack_much(path: Path) -> Path:
    """Write a sheet of 40 MB that packs into 40 kB."""
    return pack(path, parts_of(b" " * 40_000_000))


def pack_a_lie(path: Path) -> Path:
    """Write a sheet that says it is 100 bytes long and unpacks to 40 MB."""
    pack_much(path)
    raw = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = -1
        while (at := raw.find(signature, at + 1)) >= 0:
            if struct.unpack_from("<I", raw, at + offset)[0] == 40_000_000:
                struct.pack_into("<I", raw, at + offset, 100)
    path.write_bytes(bytes(raw))
    return path


def pack_two_cells_far_apart(path: Path) -> Path:
    """Write a sheet whose two cells span a thousand rows and all of 16,384 columns."""
    rows = f'<row r="1">{cell_at("A1")}</row><row r="1000">{cell_at("XFD1000")}</row>'
    return pack(path, parts_of(sheet_of(rows)))


def pack_many_rows(path: Path) -> Path:
    rows = "".join(f'<row r="{n}">{cell_at(f"A{n}")}</row>' for n in range(1, 200_003))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as package:
        for name, content in parts_of(sheet_of(rows)).items():
            package.writestr(name, content)
    return path


def pack_a_wide_field(path: Path) -> Path:
    """Write a sheet of 150,000 rows and 900 columns with two cells: 135 million places."""
    rows = f'<row r="1">{cell_at("A1")}</row><row r="150000">{cell_at("AHP150000")}</row>'
    return pack(path, parts_of(sheet_of(rows)))


def pack_entities(path: Path) -> Path:
    laughs = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha" * 10}">' for n in range(10)
    )
    sheet = f"<!DOCTYPE worksheet [{laughs}]>" + sheet_of(
        '<row r="1"><c r="A1"><v>&l9;</v></c></row>'
    )
    return pack(path, parts_of(sheet))


def pack_repeats(path: Path) -> Path:
    """Write an OpenDocument table whose one cell says that it stands a thousand million times."""
    spaces = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{spaces}:office:1.0" xmlns:table="{spaces}:table:'
        f'1.0" xmlns:text="{spaces}:text:1.0"><office:body><office:spreadsheet><table:table '
        'table:name="S"><table:table-row table:number-rows-repeated="1000000"><table:table-cell '
        'office:value-type="string" table:number-columns-repeated="1000"><text:p>x</text:p>'
        "</table:table-cell></table:table-row></table:table></office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    mime = "application/vnd.oasis.opendocument.spreadsheet"
    return pack(path, {"mimetype": mime, "META-INF/manifest.xml": "<m/>", "content.xml": content})
