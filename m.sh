#!/bin/bash
# one page, 256 processes
python3 - <<'P' &
import mmap,os,time,ctypes,sys
m=mmap.mmap(-1,3*4096); m[4096]=1
pids=[]
for i in range(255):
    p=os.fork()
    if not p:
        m[4096]=1
        time.sleep(10000)
m[4096]=1
a=ctypes.addressof(ctypes.c_char.from_buffer(m))+4096
open('/tmp/va','w').write("%d %#x"%(os.getpid(),a))
time.sleep(10000)
P
while [ ! -s /tmp/va ]; do sleep 0.2; done; sleep 3
read pid va </tmp/va
pa=$(mmscope translate $pid $va --no-headings -o PA)
echo "pa $pa, processes $(ls -d /proc/[0-9]* | wc -l)"
for round in 1 2 3; do
for b in "$@"; do
	t=${EPOCHREALTIME/./}; $b rmap $pa >/tmp/out; e=${EPOCHREALTIME/./}
	echo "$b rmap: $((e-t)) us, $(tail -1 /tmp/out)"
done
done
b=${@: -1}
t=${EPOCHREALTIME/./}; $b share --all >/tmp/out; e=${EPOCHREALTIME/./}; echo "share --all $((e-t)) us, $(wc -l </tmp/out) lines"
t=${EPOCHREALTIME/./}; $b share --all --by file >/tmp/out; e=${EPOCHREALTIME/./}; echo "share --all --by file $((e-t)) us, $(wc -l </tmp/out) lines"; head -5 /tmp/out
