#!/bin/sh
# The same as `npm start`, `npm run worker` and `npm run admin --`, without npm. May be linked to from anywhere.
exec node --max-semi-space-size=4 "$(dirname -- "$(readlink -f -- "$0")")/../latchkey.mjs" "$@"
