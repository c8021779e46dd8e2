"""Write the problems that the base model's probe is trained on, from the validation split of each family.

    python -m training.write_probe_data probe.valid.jsonl [--each 1000]
"""

import argparse
import json
from pathlib import Path

from .corpus import held_out

FAMILIES = ("arithmetic", "prosqa", "triage")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("file", type=Path)
    parser.add_argument("--each", type=int, default=1000, help="problems of each family")
    args = parser.parse_args()
    rows = [json.dumps(p.row(), ensure_ascii=False) for f in FAMILIES for p in held_out(f, "valid", args.each)]
    args.file.write_text("\n".join(rows) + "\n", "utf8")


if __name__ == "__main__":
    main()
