import type { Socket as UdpSocket } from "node:dgram";

/** The port of multicast DNS. */
export const MDNS_PORT = 5353;

/** How a socket is opened. */
export interface SocketOptions {
  readonly family: "IPv4" | "IPv6";
  readonly group: string;
  /** The interface as `node:dgram` takes it: an address of version 4, or `::%zone`. */
  readonly through: string;
  readonly zone: string | undefined;
  /** Take any other port where the group's cannot be had. */
  readonly anyPort: boolean;
}

/** A socket in a group. */
export interface Socket {
  readonly port: number;
  /** Begins to hear. */
  listen(
    onPacket: (bytes: Uint8Array, address: string, port: number) => void,
    onFailure: (reason: string) => void,
  ): void;
  /** Resolves with the reason where it cannot be sent. */
  send(bytes: Uint8Array, port: number, address: string): Promise<string | undefined>;
  close(): Promise<void>;
}

/**
 * Opens a socket and joins the group. It is bound to the group's own address, which in version 6
 * binds it to the interface too (ipv6(7)), and takes no packet from a responder of this machine
 * that is meant for that one alone. Windows cannot bind to a group.
 */
export async function open(options: SocketOptions): Promise<Socket> {
  const { family, group, zone } = options;
  const everything = family === "IPv4" ? "0.0.0.0" : "::";
  const own = zone === undefined ? group : `${group}%${zone}`;
  try {
    const address = Deno.build.os === "windows" ? everything : own;
    return wrap(await bound(options, address, MDNS_PORT), MDNS_PORT);
  } catch (error) {
    if (!options.anyPort) throw error;
    return wrap(await bound(options, everything, 0), 0);
  }
}

async function bound(options: SocketOptions, address: string, port: number): Promise<UdpSocket> {
  // Asked first, because node:dgram would throw where nobody catches.
  if (Deno.permissions.querySync({ name: "net" }).state !== "granted") {
    throw new Error("the permission --allow-net is missing");
  }
  const { createSocket } = await import("node:dgram");
  const is6 = options.family === "IPv6";
  // Shared with whatever else on this machine speaks multicast DNS (RFC 6762, 15.1).
  const socket = createSocket({
    type: is6 ? "udp6" : "udp4",
    reuseAddr: port !== 0,
    ipv6Only: is6,
  });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once("error", reject);
      socket.bind(port, address, resolve);
    });
    socket.removeAllListeners("error");
    socket.setMulticastTTL(255);
    socket.setMulticastLoopback(true);
    socket.setMulticastInterface(options.through);
    if (port !== 0) socket.addMembership(options.group, options.through);
    return socket;
  } catch (error) {
    // Otherwise a late error would be an uncaught one.
    socket.on("error", () => {});
    await closed(socket);
    throw error;
  }
}

function wrap(socket: UdpSocket, port: number): Socket {
  let isOpen = true;
  let fail = (_reason: string): void => {};
  socket.on("error", (error: Error) => fail(error.message));
  return {
    port,
    listen: (onPacket, onFailure) => {
      fail = onFailure;
      socket.on("message", (bytes, from) => onPacket(bytes, from.address, from.port));
    },
    send: (bytes, to, address) =>
      new Promise((resolve) => {
        if (!isOpen) return resolve("the link is closed");
        try {
          socket.send(bytes, to, address, (error) => resolve(error?.message));
        } catch (error) {
          resolve(error instanceof Error ? error.message : String(error));
        }
      }),
    close: async () => {
      if (!isOpen) return;
      isOpen = false;
      await closed(socket);
    },
  };
}

async function closed(socket: UdpSocket): Promise<void> {
  try {
    await new Promise<void>((resolve) => socket.close(() => resolve()));
  } catch {
    // It was never open.
  }
}
