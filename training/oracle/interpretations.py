"""Makes tests/golden/interpretations: one table of interpretations in the formats in which such tables are published.

    pip install pandas pyarrow
    python training/oracle/interpretations.py
"""

from pathlib import Path

import pandas as pd

OUT = Path(__file__).resolve().parents[2] / "tests" / "golden" / "interpretations"

TABLE = pd.DataFrame({
    "latent": [0, 3, 7, 39],
    "explanation": ["Small left pleural effusion", 'Words such as "unchanged", and commas', "", "Röntgen: pacemaker\nleads"],
    "detection": [0.91, 0.5, None, 0.775],
    "fires": ["1.5e-2", "0.25", "0", "0.001"],
})


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    TABLE.to_csv(OUT / "comma.csv", index=False)
    TABLE.to_csv(OUT / "semicolon.csv", index=False, sep=";", encoding="utf-8-sig", lineterminator="\r\n")
    TABLE.to_csv(OUT / "tab.tsv", index=False, sep="\t")
    TABLE.to_json(OUT / "records.json", orient="records", force_ascii=False)
    TABLE.to_json(OUT / "lines.jsonl", orient="records", lines=True, force_ascii=False)
    for compression in ("snappy", "gzip", "brotli", "zstd", "none"):
        TABLE.to_parquet(OUT / f"{compression}.parquet", index=False, compression=None if compression == "none" else compression)


if __name__ == "__main__":
    main()
