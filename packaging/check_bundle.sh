#!/usr/bin/env bash
# Checks a bundle: the demo by command line, then in the window without a display, until SIGTERM closes it.
#
#   packaging/check_bundle.sh BUNDLE ENVIRONMENT      ENVIRONMENT: where the bundle's photoorg was installed from
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
bundle=$(cd "$1" && pwd)
environment=$2
work=$(mktemp -d)
window=
trap '[ -z "$window" ] || kill "$window" 2>/dev/null || true; rm -rf "$work"' EXIT
# Nothing of this machine's Python, and no network where it can be cut off.
clean=(env -i "PATH=/usr/bin:/bin" "HOME=$work/home" "TMPDIR=$work" "LANG=C.UTF-8" "QT_QPA_PLATFORM=offscreen")
if unshare -n true 2>/dev/null; then clean=(unshare -n "${clean[@]}"); fi
mkdir "$work/home"
cd "$work"

share="$bundle/share"
if command -v desktop-file-validate >/dev/null; then desktop-file-validate "$share/applications/photoorg.desktop"; fi
if command -v appstreamcli >/dev/null; then appstreamcli validate --no-net "$share"/metainfo/*.xml; fi

for part in catalog-3.sql derived-3.sql grammar.lark '_rawpy.*' 'libraw_r.so*'; do
    if [ -z "$(find "$bundle" -name "$part" -print -quit)" ]; then
        echo "the bundle lacks $part" >&2
        exit 1
    fi
done
if [ -n "$(find "$bundle" -iname '*pillow_jxl*' -print -quit)" ]; then
    echo "the bundle holds pillow-jxl-plugin, which is under the GPL" >&2
    exit 1
fi

printf 'version: '
"${clean[@]}" "$bundle/photoorg" --version

"${clean[@]}" "$bundle/photoorg" demo --headless --json --data-dir "$work/demo" >demo.json
"$environment/bin/python" "$top/.ci/check_demo.py" demo.json "$environment"

# The window with a library of its own: it draws, and indexes with its child processes while it is open.
"${clean[@]}" "$bundle/photoorg" demo --data-dir "$work/shown" &
window=$!
for _ in $(seq 120); do
    "${clean[@]}" "$bundle/photoorg" stats --json --data-dir "$work/shown" >stats.json
    if grep -q '"demo": 240' stats.json || ! kill -0 "$window"; then break; fi
    sleep 1
done
grep '"demo": 240' stats.json
grep "the window is open" "$work/shown/photoorg.log"
"${clean[@]}" "$bundle/photoorg" gui --data-dir "$work/shown" # the second one ends at once
kill -TERM "$window"
exit_code=0
wait "$window" || exit_code=$?
window=
if [ "$exit_code" != 130 ]; then
    echo "the window ended with $exit_code, not with 130" >&2
    exit 1
fi
if grep -E "ERROR|CRITICAL|Traceback" "$work/shown/photoorg.log"; then exit 1; fi
echo "the bundle works"
