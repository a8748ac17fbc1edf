# For the scripts that need PgBouncer (Debian's package): installs it if it is missing, which needs root. To be sourced.
export PATH="$PATH:/usr/sbin"

install_pgbouncer() {
    if [ "$(id -u)" -ne 0 ]; then
        echo "pgbouncer is not installed, and installing it needs root: apt-get install pgbouncer" >&2
        exit 2
    fi
    apt-get update -q
    DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends pgbouncer
    # The package starts a service, where services are started at all; this needs only the program.
    if [ -d /run/systemd/system ]; then
        systemctl disable --now pgbouncer.service
    fi
}

command -v pgbouncer >/dev/null || install_pgbouncer
