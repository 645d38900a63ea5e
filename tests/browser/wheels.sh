#!/bin/sh
# Downloads the wheels of wheels.txt into .wheels, with $PYTHON's pip (python3's when that is not set).
# They are for Python in the browser: the same files whatever this machine and its Python are.
set -eu
cd "$(dirname "$0")"
rm -rf .wheels
trap 'rm -rf .wheels.new' EXIT
"${PYTHON:-python3}" -m pip download --quiet --disable-pip-version-check --require-hashes --requirement wheels.txt --no-deps \
    --only-binary :all: --platform any --implementation py --abi none --python-version 3.14 --dest .wheels.new
mv .wheels.new .wheels
