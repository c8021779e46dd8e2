"""Prints each run of a Thoughtlens trace as a line of JSON: python3 read_trace.py FILE"""
import json, sys

runs = []
for line in open(sys.argv[1], encoding="utf-8"):
    try:
        event = json.loads(line)
    except ValueError:  # The last line of a file that was cut.
        continue
    if event["t"] == "run":
        runs.append({"run": event, "text": [], "thinking": [], "exit": {}, "end": {}})
    elif event["t"] == "tokens":
        runs[-1]["text"][event["at"]:] = event["text"]
    elif event["t"] == "span" and event["kind"] == "thinking":
        runs[-1]["thinking"] += runs[-1]["text"][event["from"]:event["to"]]
    elif event["t"] in ("exit", "end"):
        runs[-1][event["t"]] = event
for run in runs:
    row = {"strategy": run["run"]["strategy"], "answer": run["end"].get("answer"), "tokens": len(run["text"])}
    print(json.dumps({**row, "exit": run["exit"].get("why"), "thinking": "".join(run["thinking"])}))
