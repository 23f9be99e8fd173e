#!/bin/sh
# Print the browser the tests drive: CHROMIUM, or the first one on PATH; exit 1 when there is none.
for name in "$CHROMIUM" chromium chromium-browser google-chrome microsoft-edge; do
    [ -n "$name" ] && command -v "$name" && exit 0
done
exit 1
