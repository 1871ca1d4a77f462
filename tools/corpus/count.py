#!/usr/bin/env python3
"""Counts the endpoints of a corpus without eplint's loader.

usage: count.py CORPUS [LIST]

Prints each file's path and its number of endpoints. With a LIST, a
corpus.tsv, it writes that list's column "independent" instead and leaves
the others alone; a file that the list lacks gets a row.
"""

import csv
import json
import os
import re
import sys

COLUMNS = ["path", "outcome", "endpoints", "independent", "place", "why"]

# An unquoted, quoted or flow-style "Type: AWS::EC2::VPCEndpoint", and nothing
# longer (AWS::EC2::VPCEndpointService is another type).
YAML_TYPE = re.compile(
    r"""^(?!\s*\#).*?(?:^|[\s{,])["']?Type["']?\s*:\s+["']?AWS::EC2::VPCEndpoint["']?\s*(?:[,}#].*)?$""",
    re.MULTILINE,
)


class Object:
    """A JSON object that keeps names given twice."""

    def __init__(self, pairs):
        self.pairs = pairs

    def get(self, name):
        values = [v for k, v in self.pairs if k == name]
        return values[-1] if values else None


def children(value):
    if isinstance(value, Object):
        return [v for _, v in value.pairs]
    return value if isinstance(value, list) else []


def objects(value):
    """Yields every object in a value, at any depth."""
    stack = [value]
    while stack:
        v = stack.pop()
        if isinstance(v, Object):
            yield v
        stack.extend(children(v))


def resources_of_templates(value):
    """Counts the resources of the type in every Resources of a value."""
    n = 0
    for o in objects(value):
        for name, resources in o.pairs:
            if name == "Resources" and isinstance(resources, Object):
                for r in children(resources):
                    if isinstance(r, Object) and r.get("Type") == "AWS::EC2::VPCEndpoint":
                        n += 1
    return n


def described(value):
    """Counts the objects with a VpcEndpointId in every VpcEndpoints list."""
    n = 0
    for o in objects(value):
        listed = o.get("VpcEndpoints")
        if isinstance(listed, list):
            n += sum(isinstance(e, Object) and e.get("VpcEndpointId") is not None for e in listed)
    return n


def planned(value):
    """Counts the managed aws_vpc_endpoint resources of a plan's result."""
    n = 0
    for o in objects(value.get("planned_values")):
        if o.get("type") == "aws_vpc_endpoint" and o.get("mode") != "data":
            n += 1
    return n


def named_after_endpoints(path):
    return any("endpoint" in s or "vpce" in s for s in path.lower().split("/"))


def count(path, text):
    try:
        value = json.loads(text, object_pairs_hook=Object)
    except ValueError:
        # What starts like JSON and is none holds nothing that can be counted.
        if text.lstrip().startswith(("{", "[")):
            return 0
        return len(YAML_TYPE.findall(text))
    if isinstance(value, Object):
        if value.get("planned_values") is not None:
            return planned(value)
        if value.get("Statement") is not None:
            return int(named_after_endpoints(path))
    return resources_of_templates(value) + described(value)


def counts(root):
    found = {}
    for folder, inner, files in os.walk(root):
        inner[:] = [d for d in inner if d != ".git"]
        for name in files:
            full = os.path.join(folder, name)
            path = os.path.relpath(full, root).replace(os.sep, "/")
            if "/" not in path:  # the corpus's own list and README
                continue
            with open(full, encoding="utf-8-sig", errors="replace", newline="") as f:
                found[path] = count(path, f.read().replace("\r\n", "\n"))
    return found


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    found = counts(sys.argv[1])
    if len(sys.argv) == 2:
        for path in sorted(found):
            print(path, found[path], sep="\t")
        return
    rows = {}
    if os.path.exists(sys.argv[2]):
        with open(sys.argv[2], encoding="utf-8", newline="") as f:
            rows = {r["path"]: r for r in csv.DictReader(f, delimiter="\t", quoting=csv.QUOTE_NONE)}
    for path, n in found.items():
        rows.setdefault(path, dict.fromkeys(COLUMNS, "") | {"path": path})["independent"] = str(n)
    with open(sys.argv[2], "w", encoding="utf-8", newline="\n") as f:
        f.write("\t".join(COLUMNS) + "\n")
        for path in sorted(rows):
            f.write("\t".join(rows[path][c] for c in COLUMNS) + "\n")


main()
