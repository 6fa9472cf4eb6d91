#!/bin/sh
# Installs what the tests want beside Python, where this user may install packages. Never fails: the tests that
# lack something are skipped with a line that says how to get it.
set -u
newest() { ls -d /usr/lib/postgresql/*/bin 2>/dev/null | tail -n 1; }

if [ -z "$(newest)" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing PostgreSQL for the tests ..."
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql; } \
        >/dev/null 2>&1 || true
fi
if [ -z "$(newest)" ]; then
    echo "*** PostgreSQL is not installed: its tests will be SKIPPED. On Debian: sudo apt-get install postgresql ***"
fi
exit 0
