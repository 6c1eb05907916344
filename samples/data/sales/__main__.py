"""Prints the sales by month, as pandas and as SQLite see them."""

import sqlite3
import sys
from pathlib import Path

import pandas as pd

CSV = Path(__file__).parent / "data" / "sales.csv"


def main() -> int:
    """Reads the file that lies beside this module."""
    sales = pd.read_csv(CSV, parse_dates=["day"])
    by_month = sales.groupby(sales["day"].dt.to_period("M"))["amount"].sum()
    for month, amount in by_month.items():
        print(f"{month} {amount:.2f}")
    with sqlite3.connect(":memory:") as database:
        sales.to_sql("sales", database, index=False)
        (total,) = database.execute("select round(sum(amount), 2) from sales").fetchone()
    print(f"total {total}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
