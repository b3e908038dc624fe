#!/bin/sh
# Puts a release into the root file system of an image: Dockerfile runs it, and so does `npm run proof -- release`, in a
# root made by debootstrap. Needs a Debian with Node.js. image.sh latchkey-VERSION.tar.gz
set -eu

# A number of its own, so that a volume belongs to the same user in every version of the image.
groupadd --gid 10001 latchkey
useradd --uid 10001 --gid latchkey --home-dir /var/lib/latchkey --no-create-home --shell /usr/sbin/nologin latchkey

# All of it belongs to root: what runs cannot change what runs.
mkdir -p /opt/latchkey
tar --extract --gzip --file "$1" --directory /opt/latchkey --strip-components 1 --no-same-owner
ln -s /opt/latchkey/bin/latchkey /usr/local/bin/latchkey

# The one place that it writes to, beside /tmp.
install --directory --owner latchkey --group latchkey --mode 0700 /var/lib/latchkey
