#!/bin/bash
# Makes a tree with every oddity that blit must keep: odd_tree.sh DIRECTORY [FEATURE...]
# Features: bytes (names that are not UTF-8), xattrs, acls, sparse, root (owners, a file with mode
# 0000, a capability), trusted (attributes of that name space), devices, deep (paths past PATH_MAX),
# early-links (links with fractions of seconds before 1970), odd-links (hard links of what is not a regular file), fifo.
set -euo pipefail
umask 022
root=$1
shift
has() { case " $features " in *" $1 "*) ;; *) return 1 ;; esac; }
features="$*"
mkdir -p "$root"
cd "$root"

# Modes.
mkdir modes
for mode in 0400 0444 0600 0644 0700 0755 1644 2755 4755 6711 0604; do
  echo "mode $mode" >"modes/$mode"
  chmod "$mode" "modes/$mode"
done
for mode in 0700 0755 1777 2755 3770; do
  mkdir "modes/directory-$mode"
  chmod "$mode" "modes/directory-$mode"
done
mkdir modes/read-only
echo kept >modes/read-only/file
mkdir modes/read-only/below
echo kept >modes/read-only/below/file

# Sizes around every limit a copier may have.
mkdir sizes empty-directory
: >sizes/0
for size in 1 4095 4096 4097 131072 262144 262145 1048575 1048576 3000001; do
  head -c "$size" /dev/urandom >"sizes/$size"
done

# Times; the directories' own come last.
mkdir times
while read -r name time; do
  echo "$name" >"times/$name"
  touch -d "$time" "times/$name"
  case $name in
    *before-1970) has early-links || time=@0.25 ;;
  esac
  ln -s "$name" "times/link-$name"
  touch -h -d "$time" "times/link-$name"
  mkdir "times/directory-$name"
done <<TIMES
epoch @0
one-ns @1700000000.000000001
most-ns @1700000000.999999999
before-1970 @-1000000.123456789
half-second-before-1970 @-0.5
year-1902 @-2147483648
year-2100 @4102444800.987654321
TIMES

# Names.
mkdir names
cd names
long=$(printf 'n%.0s' {1..255})
for name in -dash --delete -- ' leading' 'trailing ' $'new\nline' $'tab\there' $'\x01\x1b[31mred' \
  'back\slash' "quote'\"" '*' '[a]' '?' '~' '#' '$HOME' 'a:b' ... ..a '%s' \
  $'caf\xc3\xa9' $'cafe\xcc\x81' $'\xf0\x9f\xa6\x95' $'\xe2\x80\xaertl' "$long"; do
  echo "name $name" >"./$name"
done
mkdir "./${long:1}d"
echo inside >"./${long:1}d/$long"
if has bytes; then
  echo latin-1 >$'caf\xe9'
  echo bytes >$'\xff\xfe\x80'
  mkdir $'directory-\xff'
  echo inside >$'directory-\xff/\xc0\x80'
  ln -s $'\xff/\xfe' $'link-\xff'
fi
cd ..

# Symbolic links.
mkdir links
ln -s ../names links/to-directory
ln -s ../sizes/4096 links/to-file
ln -s nowhere links/dangling
ln -s itself links/itself
ln -s loop-b links/loop-a
ln -s loop-a links/loop-b
ln -s /etc/passwd links/absolute
ln -s .. links/up
ln -s "$(printf 'x%.0s' {1..1000})" links/long

# Hard links across directories, one name sorted before its directory's, one after.
mkdir -p hard/a hard/z/y
echo one >hard/m
ln hard/m hard/a/first
ln hard/m hard/z/y/third
head -c 2000000 /dev/urandom >hard/z/big
ln hard/z/big hard/a/big
ln hard/z/big hard/other
: >hard/empty
ln hard/empty hard/z/empty
if has odd-links; then
  ln -s target hard/symlink
  ln hard/symlink hard/a/symlink
  mkfifo hard/fifo
  ln hard/fifo hard/z/fifo
fi

mkdir special
if has fifo; then mkfifo -m 0640 special/fifo; fi

if has sparse; then
  mkdir sparse
  truncate -s 8M sparse/all-hole
  truncate -s 4M sparse/hole-first
  head -c 70000 /dev/urandom >>sparse/hole-first
  head -c 70000 /dev/urandom >sparse/hole-last
  truncate -s 5000001 sparse/hole-last
  head -c 8192 /dev/urandom >sparse/holes-between
  for at in 1 3 7; do
    head -c 8192 /dev/urandom | dd of=sparse/holes-between bs=1M seek="$at" conv=notrunc status=none
  done
  truncate -s 64K sparse/small-hole
  head -c 4096 /dev/urandom | dd of=sparse/small-hole bs=4096 seek=7 conv=notrunc status=none
  # Zeros that were written are no holes, and need not become any.
  head -c 262144 /dev/zero >sparse/written-zeros
  ln sparse/holes-between sparse/linked
fi

if has xattrs; then
  mkdir xattrs
  echo file >xattrs/file
  setfattr -n user.plain -v value xattrs/file
  setfattr -n user.binary -v 0x00ff0a00 xattrs/file
  setfattr -n user.empty xattrs/file
  setfattr -n user.large -v "$(printf 'v%.0s' {1..2000})" xattrs/file
  mkdir xattrs/directory
  setfattr -n user.directory -v yes xattrs/directory
  echo read-only >xattrs/read-only
  setfattr -n user.plain -v value xattrs/read-only
  chmod 0444 xattrs/read-only
  mkdir xattrs/read-only-directory
  setfattr -n user.plain -v value xattrs/read-only-directory
  if has trusted; then
    ln -s file xattrs/link
    setfattr -h -n trusted.link -v yes xattrs/link
    if has fifo; then
      mkfifo xattrs/fifo
      setfattr -n trusted.fifo -v yes xattrs/fifo
    fi
  fi
  if has root; then
    echo capable >xattrs/capable
    chown 1234:4321 xattrs/capable
    # CAP_NET_BIND_SERVICE, as setcap(8) would write it; a later chown or write would clear it.
    setfattr -n security.capability -v 0x0100000200040000000000000000000000000000 xattrs/capable
  fi
fi

if has acls; then
  mkdir acls
  echo file >acls/file
  setfacl -m u:1234:rw,g:4321:r,m::rw acls/file
  mkdir acls/default
  setfacl -m u:1234:rwx,d:u:1234:rwx,d:g:4321:rx,d:o::- acls/default
  echo inherited >acls/default/inherited
  echo none >acls/default/none
  setfacl -b acls/default/none
  chmod 0644 acls/default/none
  mkdir acls/default/none-directory
  setfacl -b -k acls/default/none-directory
  if has fifo; then mkfifo acls/default/fifo; fi
  ln -s nowhere acls/default/link
fi

if has root; then
  mkdir owners
  echo secret >owners/0000
  chmod 0000 owners/0000
  echo setuid >owners/setuid
  chown 1234:4321 owners/setuid
  chmod 6755 owners/setuid
  echo group >owners/group
  chown :4321 owners/group
  head -c 1500000 /dev/urandom >owners/big-setuid
  chown 4294967294:4294967294 owners/big-setuid
  chmod 4711 owners/big-setuid
  ln -s nowhere owners/link
  chown -h 1234:4321 owners/link
  mkdir owners/directory
  chown 1234:4321 owners/directory
  chmod 2770 owners/directory
  if has fifo; then
    mkfifo owners/fifo
    chown 1234 owners/fifo
  fi
fi

if has devices; then
  mknod special/null c 1 3
  mknod special/block b 7 200
  chmod 0620 special/block
  mknod special/large-numbers c 511 262143
fi

if has deep; then
  (
    name=$(printf 'd%.0s' {1..200})
    mkdir deep
    cd deep
    for _ in {1..24}; do
      mkdir "$name"
      cd "./$name"
      echo file >file
    done
  )
fi

chmod 0555 modes/read-only/below modes/read-only
if has xattrs; then chmod 0555 xattrs/read-only-directory; fi
while read -r name time; do touch -d "$time" "times/directory-$name"; done <<TIMES
epoch @0
one-ns @1700000000.000000001
before-1970 @-1000000.123456789
year-2100 @4102444800.987654321
TIMES
touch -d @1500000000.111222333 empty-directory names hard hard/z hard/z/y special modes/read-only
touch -d @-86400.000000007 .
