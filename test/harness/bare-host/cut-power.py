# cut-power.py PID: ends PID 1 of a host, and with it all its processes, and stops its disk where it is: what was not flushed is lost.
import fcntl, os, signal, struct, sys

EXT4_IOC_SHUTDOWN = 0x8004587D
EXT4_GOING_FLAGS_NOLOGFLUSH = 2

pid = int(sys.argv[1])
disk = os.open(f"/proc/{pid}/root", os.O_RDONLY)
os.kill(pid, signal.SIGKILL)
fcntl.ioctl(disk, EXT4_IOC_SHUTDOWN, struct.pack("I", EXT4_GOING_FLAGS_NOLOGFLUSH))
