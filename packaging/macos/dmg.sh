#!/bin/sh
# The disk image: the program beside a link to Applications. Signs, notarizes and staples it if identities are given.
# Environment, all optional together: SIGNING_IDENTITY, NOTARY_APPLE_ID, NOTARY_TEAM_ID, NOTARY_PASSWORD.
set -eu
app=${1:?usage: dmg.sh mqassist.app TARGET.dmg}
target=${2:?usage: dmg.sh mqassist.app TARGET.dmg}
layout=$(mktemp -d)
trap 'rm -rf "$layout"' EXIT
cp -R "$app" "$layout/mqassist.app"
ln -s /Applications "$layout/Applications"
hdiutil create -volname mqassist -srcfolder "$layout" -fs HFS+ -format UDZO -imagekey zlib-level=9 -ov "$target"
[ -n "${SIGNING_IDENTITY:-}" ] || { echo "not signed: Gatekeeper lets it run on this Mac only"; exit 0; }
codesign --force --timestamp --sign "$SIGNING_IDENTITY" "$target"
[ -n "${NOTARY_APPLE_ID:-}" ] || { echo "not notarized"; exit 0; }
xcrun notarytool submit "$target" --wait --apple-id "$NOTARY_APPLE_ID" --team-id "$NOTARY_TEAM_ID" --password "$NOTARY_PASSWORD"
xcrun stapler staple "$target"
spctl --assess --type open --context context:primary-signature --verbose "$target"
