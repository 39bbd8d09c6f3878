/**
 * A cable of a given length and width between two network namespaces: a program that carries
 * packets between two TUN devices, each packet so many milliseconds later and all no faster than
 * so many megabits a second, in both directions at once.
 *
 *     deno run -A cable.ts DEVICE_A DEVICE_B DELAY_MS RATE_MBIT
 *
 * tc-netem(8) does the same where the kernel has it (many small machines' kernels have not), but at
 * the sender's own device it also holds the sender's buffers back, which a long cable does not. The
 * devices take segmented packets whole (IFF_VNET_HDR, TUNSETOFFLOAD; see the kernel's
 * Documentation/networking/tuntap.rst), so a gigabit costs a few thousand calls a second. It says
 * "ready" once the devices are there; they go when it ends.
 *
 * @module
 */
const [deviceA = "", deviceB = "", delayMs = "0", rateMbit = "1000"] = Deno.args;

const { symbols: libc } = Deno.dlopen("libc.so.6", {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  ioctl: { parameters: ["i32", "u32", "buffer"], result: "i32" },
  ioctlValue: { name: "ioctl", parameters: ["i32", "u32", "u32"], result: "i32" },
  read: { parameters: ["i32", "pointer", "u32"], result: "i32" },
  write: { parameters: ["i32", "pointer", "u32"], result: "i32" },
  ppoll: { parameters: ["buffer", "u32", "buffer", "pointer"], result: "i32" },
});

const O_RDWR_NONBLOCK = 0o4002;
const TUNSETIFF = 0x400454ca;
const TUNSETOFFLOAD = 0x400454d0;
const TUNSETVNETHDRSZ = 0x400454d8;
/** IFF_TUN, IFF_NO_PI, IFF_VNET_HDR. */
const IFF = 0x1 | 0x1000 | 0x4000;
/** TUN_F_CSUM, TUN_F_TSO4, TUN_F_TSO6. */
const OFFLOADS = 0x1 | 0x2 | 0x4;
const POLLIN = 1;
const VNET_HEADER_BYTES = 10;
/** The largest packet with its header, rounded up. */
const SLOT_BYTES = 65536 + 64;
/** What waits at most for its turn in one direction: what a cable of 40 ms there and back holds. */
const QUEUE_SECONDS = 0.04;
const MAX_PACKETS = 1 << 17;
/** Ethernet's and TCP's share of each segment that the rate counts too. */
const SEGMENT_BYTES = 1448;
const SEGMENT_OVERHEAD = 40 + 14;

const bytesPerMs = Number(rateMbit) * 125;
const encoder = new TextEncoder();

function fail(what: string): never {
  console.error(`Cannot ${what}`);
  Deno.exit(1);
}

/** A TUN device of that name, made here and held until the program ends. */
function openDevice(name: string): number {
  const fd = libc.open(encoder.encode("/dev/net/tun\0"), O_RDWR_NONBLOCK);
  if (fd < 0) fail("open /dev/net/tun");
  const request = new Uint8Array(40); // struct ifreq
  request.set(encoder.encode(name));
  new DataView(request.buffer).setUint16(16, IFF, true);
  if (libc.ioctl(fd, TUNSETIFF, request) < 0) fail(`make the device "${name}"`);
  const size = new Int32Array([VNET_HEADER_BYTES]);
  if (libc.ioctl(fd, TUNSETVNETHDRSZ, new Uint8Array(size.buffer)) < 0) fail("set header size");
  if (libc.ioctlValue(fd, TUNSETOFFLOAD, OFFLOADS) < 0) fail("take segmented packets");
  return fd;
}

/** One direction: packets wait in a ring of bytes until they are due. */
class Lane {
  readonly #bytes = new Uint8Array(
    Math.ceil((Number(delayMs) + QUEUE_SECONDS * 1000) * bytesPerMs * 2) + (16 << 20),
  );
  readonly #base = Deno.UnsafePointer.value(Deno.UnsafePointer.of(this.#bytes));
  readonly #offsets = new Uint32Array(MAX_PACKETS);
  readonly #lengths = new Uint32Array(MAX_PACKETS);
  readonly #due = new Float64Array(MAX_PACKETS);
  #first = 0;
  #count = 0;
  #end = 0;
  /** When the last bit taken will have left the near end. */
  #busyUntil = 0;

  constructor(readonly from: number, readonly to: number) {}

  #at(offset: number): Deno.PointerValue {
    return Deno.UnsafePointer.create(this.#base + BigInt(offset));
  }

  /** Whether a packet of any size has room behind the last. */
  #makeRoom(): boolean {
    if (this.#count === MAX_PACKETS) return false;
    if (this.#count === 0) this.#end = 0;
    const start = this.#offsets[this.#first] ?? 0;
    if (this.#count > 0 && this.#end <= start) return start - this.#end > SLOT_BYTES;
    if (this.#bytes.length - this.#end >= SLOT_BYTES) return true;
    if (this.#count > 0 && start <= SLOT_BYTES) return false;
    this.#end = 0;
    return true;
  }

  /** Takes what the near end has sent. */
  take(now: number): void {
    while (this.#makeRoom()) {
      const length = libc.read(this.from, this.#at(this.#end), SLOT_BYTES);
      if (length <= 0) return;
      const segments = Math.ceil(length / SEGMENT_BYTES);
      const takesMs = (length + segments * SEGMENT_OVERHEAD) / bytesPerMs;
      const start = Math.max(this.#busyUntil, now);
      if (start - now > QUEUE_SECONDS * 1000) continue; // full: the packet is lost
      this.#busyUntil = start + takesMs;
      const slot = (this.#first + this.#count++) % MAX_PACKETS;
      this.#offsets[slot] = this.#end;
      this.#lengths[slot] = length;
      this.#due[slot] = this.#busyUntil + Number(delayMs);
      this.#end += length;
    }
  }

  /** Gives the far end what is due; returns the milliseconds until the next packet is. */
  give(now: number): number {
    while (this.#count > 0) {
      const wait = (this.#due[this.#first] ?? 0) - now;
      if (wait > 0) return wait;
      libc.write(
        this.to,
        this.#at(this.#offsets[this.#first] ?? 0),
        this.#lengths[this.#first] ?? 0,
      );
      this.#first = (this.#first + 1) % MAX_PACKETS;
      this.#count--;
    }
    return 1000;
  }
}

const [a, b] = [openDevice(deviceA), openDevice(deviceB)];
const lanes = [new Lane(a, b), new Lane(b, a)];
const descriptors = new Int32Array([a, POLLIN, b, POLLIN]); // struct pollfd: fd, events, revents
const timespec = new BigInt64Array(2);
console.log("ready");
while (true) {
  let wait = 1000;
  const now = performance.now();
  for (const lane of lanes) lane.take(now);
  for (const lane of lanes) wait = Math.min(wait, lane.give(performance.now()));
  timespec[0] = 0n;
  timespec[1] = BigInt(Math.min(999_000_000, Math.max(0, Math.floor(wait * 1e6))));
  descriptors[1] = descriptors[3] = POLLIN;
  libc.ppoll(new Uint8Array(descriptors.buffer), 2, new Uint8Array(timespec.buffer), null);
}
