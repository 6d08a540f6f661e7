# Runs in a mount namespace of its own, with the right to mount. Does what the pairs of words before -- say, one after the other, then
# becomes the command behind it, whose first words give that right up. At most six folders can be held, as files 3 to 8.
fail() { echo "autobuild: the walls around this command could not be made: $1" >&2; exit 126; }

# The mount table writes blanks in octal.
plain() { case $1 in *\\*) at=$(printf '%b' "$1") ;; *) at=$1 ;; esac; }

# Keeps the other flags of the mount, some of which an ordinary user may not take away.
remount() {
  flags=
  while read -r _ _ _ _ at own _; do
    plain "$at"
    if [ "$at" = "$2" ]; then flags=${own#r?}; fi
  done </proc/self/mountinfo
  mount -n -o "remount,bind,$1$flags" -- "$2" || fail "$2 as $1"
}

# What can't be remounted because another mount lies over it can't be reached either.
close() {
  table=$(cat /proc/self/mountinfo)
  while read -r _ _ _ _ at own rest; do
    case " $rest" in *' - proc '* | *' - autofs '*) continue ;; esac
    case $own in ro | ro,*) continue ;; esac
    plain "$at"
    mount -n -o "remount,bind,ro${own#r?}" -- "$at" 2>/dev/null || [ ! -w "$at" ] || fail "$at as ro"
  done <<TABLE
$table
TABLE
}

# The machine's own root may write what stands for its kernel and its disks.
guard() {
  for path in /proc/sys /proc/sysrq-trigger /proc/irq /proc/bus /proc/fs; do
    [ ! -e "$path" ] || { mount -n --bind "$path" "$path" && mount -n -o remount,bind,ro,nosuid,nodev,noexec "$path"; } || fail "$path"
  done
  for path in /dev/* /dev/mapper/*; do
    [ ! -b "$path" ] || mount -n --bind /dev/null "$path" || fail "$path"
  done
}

hide() {
  if [ -d "$1" ]; then
    mount -n -t tmpfs -o size=1m,mode=755 none "$1" || fail "$1"
  elif [ -e "$1" ]; then
    mount -n --bind /dev/null "$1" || fail "$1"
  fi
}

lay() {
  [ -e "$2" ] || return 0
  mount -n --rbind "$2" "$2" || fail "$2"
  remount "$1" "$2"
}

show() {
  mkdir -p -- "$2" && mount -n --no-canonicalize --rbind "/proc/self/fd/$shown" "$2" || fail "$2"
  remount "$1" "$2"
  eval "exec $shown<&-"
  shown=$((shown + 1))
}

held=3
shown=3
while [ "$1" != -- ]; do
  case $1 in
    hold) eval "exec $held<\"\$2\"" || fail "$2"; held=$((held + 1)) ;;
    guard) guard ;;
    close) close ;;
    open) lay rw "$2" ;;
    shut) lay ro "$2" ;;
    hide) hide "$2" ;;
    show-rw) show rw "$2" ;;
    show-ro) show ro "$2" ;;
    seal) [ ! -d "$2" ] || remount ro "$2" ;;
  esac
  shift 2
done
shift
# Where we stood lies below a mount now.
cd "$PWD" || fail "$PWD"
exec "$@"
