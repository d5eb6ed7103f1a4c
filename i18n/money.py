"""Write amounts of money: whole đồng."""

from __future__ import annotations

from i18n.texts import Lang


def spell_vnd(amount: int, lang: Lang) -> str:
    """Write an amount: '1.250.000 đồng' or 'VND 1,250,000'."""
    grouped = f"{amount:,}"
    return f"{grouped.replace(',', '.')} đồng" if lang == "vi" else f"VND {grouped}"
