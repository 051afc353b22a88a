#!/usr/bin/env bash
# Runs one command in a virtual machine with Debian's stock kernel, which has ESP, whatever this machine's kernel has.
# The machine's root is this machine's file system (by 9p), so nothing has to be installed or copied. Works without KVM.
#
#   test/lab/vm-run.sh [-m MEGABYTES] [-t SECONDS] -- COMMAND [ARG ...]
#
# The command runs as root in the current folder, its output is printed, its exit status is ours; 124 when the time was
# up. /tmp, /run and /dev/shm inside are private, every other write reaches the host. Arithmetic is several times slower
# than outside. Needs root and Debian's packages qemu-system-x86, busybox-static, kmod and cpio; the kernel is the one of
# linux-image-amd64, which apt fetches and verifies, unpacked into a cache and not installed.
set -euo pipefail

memory=1536
limit=600
cache=${SALLYPORT_VM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/sallyport-vm}

usage() {
  echo "usage: vm-run.sh [-m MEGABYTES] [-t SECONDS] -- COMMAND [ARG ...]" >&2
  exit 2
}
while getopts m:t: option; do
  case $option in
    m) memory=$OPTARG ;;
    t) limit=$OPTARG ;;
    *) usage ;;
  esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || usage
for tool in qemu-system-x86_64 busybox depmod cpio; do
  command -v "$tool" >/dev/null || {
    echo "vm-run: no $tool here: apt-get install qemu-system-x86 busybox-static kmod cpio" >&2
    exit 2
  }
done

unpack_kernel() {
  local package
  package=$(apt-cache depends linux-image-amd64 | sed -n 's/.*Depends: \(linux-image-[0-9].*\)/\1/p' | head -n 1)
  [ -n "$package" ] || { echo "vm-run: apt knows no linux-image-amd64: apt-get update" >&2; exit 2; }
  rm -rf kernel
  # apt drops its rights to download, and must be able to write here
  local download
  download=$(mktemp -d)
  chmod 777 "$download"
  (cd "$download" && apt-get -q download "$package") >&2
  dpkg-deb -x "$download"/*.deb kernel
  rm -rf "$download"
  version=$(ls kernel/lib/modules)
  depmod -b kernel "$version"
}

# The first user space: only what is needed to reach the host's file system, and then gone.
pack_initrd() {
  local tree
  tree=$(mktemp -d)
  mkdir -p "$tree"/{bin,modules,root,proc,sys,dev}
  cp "$(command -v busybox)" "$tree/bin/busybox"
  for module in virtio_pci 9pnet_virtio 9p; do
    modprobe -d "$cache/kernel" -S "$version" --show-depends "$module"
  done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' | while read -r file; do
    cp "$file" "$tree/modules/"
    echo "/bin/busybox insmod /modules/$(basename "$file")" >>"$tree/load-modules"
  done
  cat >"$tree/init" <<'INIT'
#!/bin/busybox sh
b=/bin/busybox
$b mount -t proc proc /proc
$b mount -t sysfs sys /sys
$b mount -t devtmpfs dev /dev
. /load-modules
$b mount -t 9p -o trans=virtio,version=9p2000.L,msize=512000,cache=loose,rw host /root
$b mount -t devtmpfs dev /root/dev
exec $b switch_root /root "$($b sed 's/.*second_init=//; s/ .*//' /proc/cmdline)"
INIT
  chmod +x "$tree/init"
  (cd "$tree" && find . | cpio -o -H newc 2>/dev/null | gzip -1) >initrd
  rm -rf "$tree"
}

# KVM where it works: in a virtual machine that is one of another's it may be there and never get on. A kernel whose only
# process is a busybox without a command prints its usage and is gone. Asked once while this machine is up.
choose_accelerator() {
  local boot
  boot=$(cat /proc/sys/kernel/random/boot_id)
  [ "$(head -n 1 accelerator 2>/dev/null)" != "$boot" ] || return 0
  local chosen=tcg
  if [ -w /dev/kvm ] && timeout 10 qemu-system-x86_64 -machine q35,accel=kvm -cpu max -m 256 \
    -kernel "kernel/boot/vmlinuz-$version" -initrd initrd -append 'console=ttyS0 panic=-1 rdinit=/bin/busybox' \
    -display none -monitor none -nic none -no-reboot -serial stdio </dev/null 2>/dev/null | grep -q '^BusyBox'; then
    chosen=kvm
  fi
  printf '%s\n' "$boot" "$chosen" >accelerator
}

# Once, and by one of us: `ready` is written last and holds the version.
prepare() {
  mkdir -p "$cache"
  exec 9>"$cache/lock"
  flock 9
  [ -s "$cache/ready" ] || (cd "$cache" && unpack_kernel && pack_initrd && echo "$version" >ready)
  version=$(cat "$cache/ready")
  (cd "$cache" && choose_accelerator)
  exec 9>&-
}
prepare
accelerator=$(tail -n 1 "$cache/accelerator")

work=$(mktemp -d /var/tmp/sallyport-vm.XXXXXX)
trap 'rm -rf "$work"' EXIT
{
  printf 'cd %q\n' "$PWD"
  for name in $(compgen -e SALLYPORT_); do printf 'export %s=%q\n' "$name" "${!name}"; done
  printf '%q ' "$@"
} >"$work/command"
# The pipe into cat keeps the command from seeing a terminal; the kernel asks for modules through our own modprobe,
# because /lib/modules is the host's. What the cells need is there from the beginning: loading it in the midst of a
# negotiation takes seconds.
cat >"$work/init" <<INIT
#!/bin/bash
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=$(printf %q "$HOME") LANG=C.UTF-8
mount -t proc proc /proc
mount -t sysfs sys /sys
for folder in /tmp /run /dev/shm /dev/pts; do mkdir -p \$folder; done
# A checkout in one of these folders stays where it is.
here=$(printf %q "$PWD")
mount --bind "\$here" /mnt
for folder in /tmp /run /dev/shm; do mount -t tmpfs tmpfs \$folder; done
mkdir -p "\$here"
mount --move /mnt "\$here"
mount -t devpts devpts /dev/pts
mkdir -p /run/modules/lib
ln -s "$cache/kernel/lib/modules" /run/modules/lib/modules
printf '#!/bin/sh\nexec /usr/sbin/modprobe -d /run/modules "\$@"\n' >/run/modprobe
chmod +x /run/modprobe
echo /run/modprobe >/proc/sys/kernel/modprobe
for module in veth tun esp4 esp6 xfrm_user authenc cbc ctr gcm ghash_generic des_generic sha1_generic sha256_generic \
  sha512_generic echainiv seqiv nft_chain_nat nft_masq nft_ct; do /run/modprobe \$module; done
ip link set lo up
bash "$work/command" 2>&1 </dev/null | cat >/dev/ttyS1
echo \${PIPESTATUS[0]} >"$work/status"
sync
poweroff -f
INIT
chmod +x "$work/init"

timeout "$limit" qemu-system-x86_64 -machine q35,accel=$accelerator -cpu max -smp 2 -m "$memory" \
  -kernel "$cache/kernel/boot/vmlinuz-$version" -initrd "$cache/initrd" \
  -append "console=ttyS0 quiet panic=1 mitigations=off second_init=$work/init" \
  -virtfs local,path=/,mount_tag=host,security_model=none,multidevs=remap \
  -display none -monitor none -nic none -no-reboot \
  -serial "file:$work/console" -serial stdio </dev/null 2>"$work/qemu" | tr -d '\r' || true
if [ ! -s "$work/status" ]; then
  echo "vm-run: the command did not end within $limit s; the last of the machine's console:" >&2
  tail -n 20 "$work/qemu" "$work/console" >&2
  exit 124
fi
exit "$(cat "$work/status")"
