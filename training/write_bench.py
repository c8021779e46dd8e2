"""Write the held-out problems that the benchmark reads: bench/data/{family}.{valid,test}.jsonl and router.{set}.jsonl.

    python -m training.write_bench
"""

import json
from pathlib import Path

from .corpus import FAMILIES, held_out
from .problems import general

FOLDER = Path(__file__).parent.parent / "bench/data"


def main(count: int = 500) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for family in FAMILIES:
        for split in ("valid", "test"):
            rows = [json.dumps(p.row(), ensure_ascii=False) for p in held_out(family, split, count, seed=11)]
            (FOLDER / f"{family}.{split}.jsonl").write_text("\n".join(rows) + "\n", "utf8")
    write_router()


def write_router() -> None:
    """The questions in other words than those of training, each with the paradigm that suits it."""
    for origin in general.HELD_OUT:
        rows = [json.dumps({"question": q, "answer": general.PARADIGMS[label]}, ensure_ascii=False) for q, label in general.held_out(origin)]
        (FOLDER / f"router.{origin}.jsonl").write_text("\n".join(rows) + "\n", "utf8")


if __name__ == "__main__":
    main()
