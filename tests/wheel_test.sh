#!/usr/bin/env bash
# Builds the wheel, installs it into an empty environment, and runs the main job from a folder outside the checkout.
set -euo pipefail
python=$(realpath -s "$1")
root=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$python" -m build --wheel --outdir "$work/dist" "$root" >"$work/build.log" 2>&1 || { cat "$work/build.log"; exit 1; }
"$python" -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet --disable-pip-version-check --constraint "$root/constraints.txt" "$work"/dist/*.whl
cp -r "$root/corpus/samples" "$work/reports"
cd "$work"
"$work/venv/bin/zicha" analyze reports -o tables
for table in reports sections findings quantities remedies checks; do
  lines=$(wc -l <"tables/$table.csv")
  test "$lines" -gt 1 || { echo "$table.csv is empty"; exit 1; }
done
"$work/venv/bin/python" - <<'PY'
import pathlib

import pipeline

package = pathlib.Path(pipeline.__file__).parent
assert "site-packages" in str(package), package
assert (package / "data" / "corpus" / "taxonomy.toml").is_file()
report = pipeline.analyze("reports/township-self-report.docx")
assert report.findings and all(finding.category for finding in report.findings)
PY
echo "wheel test passed"
