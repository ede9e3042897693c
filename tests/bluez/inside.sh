# Inside the machine of .ci/bluez: the system bus, the Bluetooth service, then the scenario.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PYTHONPATH=$REPO:$REPO/src
export HOME=/tmp COHERENCE_HOME=/tmp/home COHERENCE_DEBUG=1
cd "$REPO" || exit 1
mkdir -p /run/dbus
dbus-uuidgen --ensure
dbus-daemon --system --fork --nopidfile
/usr/libexec/bluetooth/bluetoothd -n -d >/bluez/bluetoothd 2>&1 &
export BLUETOOTHD=$!
exec timeout 260 "$PYTHON" -m tests.bluez
