# Shared by tools/run, tools/test, tools/bench and tools/nightly: where things lie, set-up and build.
# To be sourced, not run.
set -euo pipefail

FATHOM_ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
FATHOM_PRESET="${FATHOM_PRESET:-release}"
FATHOM_BUILD="$FATHOM_ROOT/build/$FATHOM_PRESET"
FATHOM_TORCH_VERSION=2.11.0
FATHOM_CUDA_WHEELS='cuda-toolkit[nvcc,cccl,crt,nvvm,cudart]==13.0.2'
FATHOM_CACHE="${FATHOM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/fathom}"
FATHOM_VENV="$FATHOM_CACHE/libtorch-$FATHOM_TORCH_VERSION"

say() { printf 'fathom: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# Packages of tools/packages.txt that this machine lacks, one per line.
missing_packages() {
  local name mark
  while read -r name mark _; do
    [[ -z "$name" || "$name" == \#* ]] && continue
    dpkg-query -W -f='${Status}' "$name" 2>/dev/null | grep -q 'ok installed' && continue
    if [[ "$mark" == '?' ]]; then printf '%s ?\n' "$name"; else printf '%s\n' "$name"; fi
  done <"$FATHOM_ROOT/tools/packages.txt"
}

as_root() {
  if [[ $(id -u) -eq 0 ]]; then "$@"; return; fi
  command -v sudo >/dev/null || die "packages are missing and neither root nor sudo is at hand. Ask an administrator to run: $*"
  sudo "$@"
}

# Installs what is missing. An optional package that the release does not carry is passed over;
# the stamp keeps a second run from asking the package manager about it again.
install_packages() {
  local stamp="$FATHOM_CACHE/optional-packages-asked" wanted=() name mark missing
  command -v dpkg-query >/dev/null ||
    { say "not a Debian or Ubuntu system: install the packages of tools/packages.txt by hand"; return; }
  missing="$(missing_packages)"
  if [[ -f "$stamp" && "$stamp" -nt "$FATHOM_ROOT/tools/packages.txt" ]]; then
    missing="$(grep -v ' ?$' <<<"$missing" || true)"
  fi
  [[ -z "$missing" ]] && return
  say "looking up system packages"
  as_root apt-get update -q >&2
  while read -r name mark; do
    [[ -z "$name" ]] && continue
    if [[ "$mark" == '?' ]] && ! apt-cache policy "$name" | grep -q 'Candidate: [0-9]'; then continue; fi
    wanted+=("$name")
  done <<<"$missing"
  if ((${#wanted[@]})); then
    say "installing ${wanted[*]}"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${wanted[@]}" >&2
  fi
  mkdir -p "$FATHOM_CACHE"
  touch "$stamp"
}

# True where CMAKE_PREFIX_PATH names a LibTorch: a user's own always wins.
has_own_libtorch() {
  local folder
  local -a folders
  IFS=':;' read -ra folders <<<"${CMAKE_PREFIX_PATH:-}"
  for folder in "${folders[@]}"; do
    [[ -n "$folder" && -f "$folder/include/ATen/ATen.h" ]] && return 0
  done
  return 1
}

# A CUDA compiler that knows the newest architecture we compile for (12.8 and later).
has_cuda_compiler() {
  local nvcc version
  for nvcc in "${CUDACXX:-}" "$(command -v nvcc || true)" /usr/local/cuda/bin/nvcc; do
    [[ -n "$nvcc" && -x "$nvcc" ]] || continue
    version="$("$nvcc" --version | sed -n 's/.*release \([0-9]*\)\.\([0-9]*\).*/\1 \2/p')"
    read -r major minor <<<"$version"
    ((major > 12 || (major == 12 && minor >= 8))) && return 0
  done
  return 1
}

# pip into our own environment, never the user's Python. $1: stamp name, $2: requirement.
install_wheel() {
  local stamp="$FATHOM_VENV/.complete-$1"
  [[ -f "$stamp" ]] && return
  say "downloading $2 into $FATHOM_VENV (once)"
  [[ -x "$FATHOM_VENV/bin/pip" ]] || /usr/bin/python3 -m venv "$FATHOM_VENV"
  "$FATHOM_VENV/bin/pip" install --quiet --disable-pip-version-check "$2" ||
    die "could not install $2. Check the network and run the same command again, or set CMAKE_PREFIX_PATH to a LibTorch of your own."
  touch "$stamp"
}

install_libtorch() {
  has_own_libtorch && return
  mkdir -p "$FATHOM_CACHE"
  install_wheel "torch-$FATHOM_TORCH_VERSION" "torch==$FATHOM_TORCH_VERSION"
  if [[ "$FATHOM_PRESET" != cpu-only ]] && ! has_cuda_compiler; then
    install_wheel "cuda-13.0.2" "$FATHOM_CUDA_WHEELS"
  fi
}

set_up() {
  install_packages
  install_libtorch
}

# Configures where needed and builds the given targets (none: everything).
build() {
  local targets=()
  (($#)) && targets=(--target "$@")
  cd "$FATHOM_ROOT"
  if [[ ! -f "$FATHOM_BUILD/build.ninja" ]]; then
    say "configuring $FATHOM_BUILD"
    cmake --preset "$FATHOM_PRESET" -DFATHOM_VENV="$FATHOM_VENV" >&2
  fi
  cmake --build "$FATHOM_BUILD" "${targets[@]}" >&2
}

# A screen of our own: OpenGL widgets need one. -displayfd lets the server choose a free number.
# Sets DISPLAY and FATHOM_TEMP, a folder for the caller too; both go away when the script ends.
start_screen() {
  local number
  FATHOM_TEMP="$(mktemp -d)"
  mkfifo "$FATHOM_TEMP/number"
  Xvfb -displayfd 3 -screen 0 1920x1200x24 -nolisten tcp 3>"$FATHOM_TEMP/number" 2>/dev/null &
  FATHOM_SCREEN=$!
  trap 'kill "$FATHOM_SCREEN" 2>/dev/null; wait "$FATHOM_SCREEN" 2>/dev/null; rm -rf "$FATHOM_TEMP"' EXIT
  read -r number <"$FATHOM_TEMP/number" || die "Xvfb did not start: run it by hand to see why"
  export DISPLAY=":$number"
  unset WAYLAND_DISPLAY
}
