"""Take the pictures of the README from a running sample: `python -m docs.pictures MAIL`.

What is shown is what the `thads` command prints and what a message of the outbox says; nothing
is drawn by hand. Chromium turns it into pictures, with a font of this machine and no network.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from email import message_from_bytes
from email.policy import default
from html import escape
from io import StringIO
from pathlib import Path

from cyclopts import App
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "images"
COLUMNS = 112
OFFICE = "nghe-an/kv1"
SHOWN: dict[str, tuple[tuple[str, ...], ...]] = {
    "stuck": (("stuck", "--office", "nghe-an/kv1", "--most", "12"),),
    "agenda": (("agenda", "--person", "tt.nghe-an", "--most", "9"),),
    "why": (
        ("why", "docs/examples/november.json", "voluntary_period", "--as-of", "2026-11-23"),
        ("why", "docs/examples/july.json", "voluntary_period", "--as-of", "2026-07-02"),
    ),
}
"""Each picture of a terminal, with the commands whose output it shows."""

_MARKED_TWICE = re.compile("[\u1ea0-\u1ef9]")
"""Vietnamese letters that the font of equal widths lacks; another lends them, cell by cell."""

_THEME = TerminalTheme(
    (250, 250, 248),
    (36, 41, 47),
    [(36, 41, 47), (207, 34, 46), (17, 99, 41), (77, 45, 0), (9, 105, 218), (130, 80, 223),
     (27, 124, 131), (110, 119, 129)],
)  # fmt: skip
_PAGE = """<!doctype html><html><head><meta charset="utf-8"><style>
html {{ background: #fff }}
body {{ margin: 0; padding: 14px; width: {width}px; box-sizing: border-box }}
.frame {{ border: 1px solid #d0d7de; border-radius: 8px; overflow: hidden; background: #fafaf8 }}
.bar {{ background: #eaeef2; border-bottom: 1px solid #d0d7de; height: 22px; padding: 4px 12px }}
.bar i {{ display: inline-block; width: 11px; height: 11px; border-radius: 50%; margin: 5px 3px;
  background: #c3cad1 }}
pre {{ font: 13px/1.45 "DejaVu Sans Mono", monospace; margin: 0; padding: 12px 16px }}
pre u {{ display: inline-block; width: 7.83px; height: 1em; line-height: 1;
  text-align: center; text-decoration: none; font-family: "DejaVu Sans" }}
.mail {{ font: 15px/1.5 "DejaVu Sans", sans-serif; padding: 6px 24px }}
.head {{ background: #f0f3f6; border-bottom: 1px solid #d0d7de; padding: 12px 24px }}
.head {{ font: 14px/1.6 "DejaVu Sans", sans-serif }} .head b {{ color: #57606a }}
</style></head><body><div class="frame">{content}</div>
<script>document.title = document.documentElement.scrollHeight</script></body></html>"""
_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--hide-scrollbars", "--force-device-scale-factor=2",
)  # fmt: skip

app = App(name="docs.pictures", help=__doc__, help_format="plaintext")


def run_shown(command: Sequence[str]) -> str:
    """Run one `thads` command as on a terminal, and give its prompt and output as HTML."""
    done = subprocess.run(  # noqa: S603 - our own command with our own words
        (sys.executable, str(ROOT / "starter.py"), *command),
        capture_output=True, check=True, cwd=ROOT,
        env={**os.environ, "FORCE_COLOR": "1", "COLUMNS": str(COLUMNS), "TERM": "xterm-256color"},
    )  # fmt: skip
    console = Console(record=True, width=COLUMNS, file=StringIO())
    console.print(Text("$ thads " + " ".join(command), style="bold blue"))
    console.print(Text.from_ansi(done.stdout.decode().rstrip()))
    shown = console.export_html(theme=_THEME, inline_styles=True, code_format="{code}")
    return _MARKED_TWICE.sub(r"<u>\g<0></u>", shown)


def show_mail(path: Path) -> str:
    """Give a message's head and its HTML body, as a mail program shows them."""
    mail = message_from_bytes(path.read_bytes(), policy=default)
    body = mail.get_body(("html",))
    if body is None:
        raise SystemExit(f"{path} has no HTML body")
    head = "<br>".join(
        f"<b>{name}:</b> {escape(str(mail[name]))}" for name in ("Subject", "From", "To", "Date")
    )
    return f'<div class="head">{head}</div><div class="mail">{body_of(body.get_content())}</div>'


def show_digest(office: str) -> str:
    """Give the HTML of the digest that an office's head would get now."""
    with tempfile.TemporaryDirectory() as scratch:
        page = Path(scratch) / "digest.html"
        run_shown(("digest", "show", "--office", office, "--html", str(page)))
        return f'<div class="mail">{body_of(page.read_text("utf-8"))}</div>'


def body_of(page: str) -> str:
    """Give what stands in the body of a page."""
    found = re.search(r"<body[^>]*>(.*)</body>", page, re.DOTALL)
    return found[1] if found else ""


def take(content: str, target: Path, chromium: str, width: int) -> None:
    """Turn a page into a picture as high as the page is."""
    with tempfile.TemporaryDirectory() as scratch:
        page = Path(scratch) / "page.html"
        page.write_text(_PAGE.format(content=content, width=width), "utf-8")
        start = (chromium, *_FLAGS, f"--user-data-dir={scratch}/profile")
        measured = _call(*start, f"--window-size={width},400", "--dump-dom", page.as_uri())
        title = re.search(r"<title>(\d+)</title>", measured)
        height = int(title[1]) if title else 1000
        size = f"--window-size={width},{height}"
        _call(*start, size, f"--screenshot={target}", page.as_uri())


def _call(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, check=True, timeout=120)  # noqa: S603
    return done.stdout.decode()


@app.default
def main(mail: Path, /, *, chromium: str = "chromium") -> None:
    """Take all pictures of the README; THADS_VAR names the folder of the running sample.

    These are stuck.png, agenda.png, why.png, mail.png and digest.png.

    Args:
        mail: A message of the sample's outbox.
        chromium: The browser that takes the pictures.
    """
    FOLDER.mkdir(exist_ok=True)
    bar = '<div class="bar"><i></i><i></i><i></i></div>'
    for name, commands in SHOWN.items():
        shown = "\n\n".join(run_shown(command).rstrip() for command in commands)
        take(f"{bar}<pre>{shown}</pre>", FOLDER / f"{name}.png", chromium, 960)
    take(show_mail(mail), FOLDER / "mail.png", chromium, 960)
    take(show_digest(OFFICE), FOLDER / "digest.png", chromium, 960)


if __name__ == "__main__":
    app()
