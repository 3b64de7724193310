#!/bin/bash
# Signs the bundle from the inside out, then proves it. `codesign --deep` misses files that PyInstaller nests.
# Environment: SIGNING_IDENTITY, for example "Developer ID Application: … (TEAMID)".
set -eu
app=${1:?usage: sign.sh mqassist.app}
: "${SIGNING_IDENTITY:?the name of the identity in the keychain}"
here=$(cd "$(dirname "$0")" && pwd)
sign() { codesign --force --timestamp --options runtime --entitlements "$here/entitlements.plist" --sign "$SIGNING_IDENTITY" "$@"; }

# libraries and extension modules first; a Mach-O file is known by its first bytes, not by its name
find "$app/Contents" -type f ! -path "*/Contents/MacOS/*" -print0 | while IFS= read -r -d '' file; do
  case $(file -b "$file") in Mach-O*) sign "$file" ;; esac
done
find "$app/Contents" -type d -name "*.framework" -prune -print0 | while IFS= read -r -d '' framework; do sign "$framework"; done
sign "$app/Contents/MacOS/mqassist"
sign "$app/Contents/MacOS/mqassist-gui"
sign "$app"
codesign --verify --strict --verbose=2 "$app"
