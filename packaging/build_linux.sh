#!/usr/bin/env bash
# Builds photoorg for Linux as one folder, and checks that the folder works on its own.
#
#   packaging/build_linux.sh [FOLDER]      the bundle comes to FOLDER/dist/photoorg (default: build/linux)
#
# TORCH_INDEX_URL: where torch and torchvision are taken from, for instance https://download.pytorch.org/whl/cpu: the
# CUDA build that plain pip gets makes the bundle several gigabytes large.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$here")
work=$(mkdir -p "${1:-$top/build/linux}" && cd "${1:-$top/build/linux}" && pwd)
export PIP_DISABLE_PIP_VERSION_CHECK=1

step() { printf '\n== %s (after %s s)\n' "$*" "$SECONDS"; }

step "install into a new environment"
python3 -m venv --clear "$work/venv"
python="$work/venv/bin/python"
# For any processor of the architecture, not for this machine's; a wheel in pip's cache may be of the other kind.
HNSWLIB_NO_NATIVE=1 "$python" -m pip install -q --no-cache-dir --no-binary hnswlib "hnswlib>=0.8"
if [ -n "${TORCH_INDEX_URL:-}" ]; then
    "$python" -m pip install -q --index-url "$TORCH_INDEX_URL" torch torchvision
fi
"$python" -m pip install -q "$top" "pyinstaller>=6.10"

step "bundle"
# Not in the source tree: from there Python would take the package without the resources that the wheel has in it.
cd "$work"
"$python" -m PyInstaller --noconfirm --log-level WARN --distpath "$work/dist" --workpath "$work/pyinstaller" \
    "$here/photoorg.spec"
share="$work/dist/photoorg/share"
install -Dm644 "$here/photoorg.desktop" "$share/applications/photoorg.desktop"
install -Dm644 "$here/arpa.home.photoorg.metainfo.xml" "$share/metainfo/arpa.home.photoorg.metainfo.xml"
install -Dm644 "$top/resources/icons/photoorg.svg" "$share/icons/hicolor/scalable/apps/photoorg.svg"
install -Dm644 "$top/LICENSE" "$share/licenses/photoorg/LICENSE"

step "check"
"$here/check_bundle.sh" "$work/dist/photoorg" "$work/venv"
step "done: $(du -sh "$work/dist/photoorg" | cut -f1) in $work/dist/photoorg"
