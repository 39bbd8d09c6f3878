/**
 * The Worker that answers a daemon's questions about one module: what it does takes no time of the
 * main thread, on which all sessions depend, and a disk that hangs holds up nobody else.
 *
 * @module
 */
import { enterChroot } from "../../sys/linux/chroot.ts";
import { Errno, openSys } from "../../sys/mod.ts";
import type { Module } from "../server.ts";
import { Answering } from "./answering.ts";
import type { FromWorker, ToWorker } from "./answer_messages.ts";

const scope = globalThis as unknown as DedicatedWorkerGlobalScope;
const ROOT = new TextEncoder().encode("/\0");

const say = (message: FromWorker, transfer?: ArrayBuffer): void =>
  scope.postMessage(message, transfer === undefined ? [] : [transfer]);

let answering: Promise<Answering> | undefined;

scope.onmessage = ({ data }: MessageEvent<ToWorker>): void => {
  // The first message is a question, and a Worker has one module all its life.
  answering ??= begin((data as ToWorker & { type: "begin" }).module);
  answering.then((one) => one.hear(data));
};

async function begin(module: Module): Promise<Answering> {
  const { sys } = await openSys();
  if (!module.useChroot) return new Answering(sys, say, (named) => named);
  const held = sys.name === "linux" ? enterChroot(module.path) : -Errno.ENOSYS;
  if (held < 0) {
    say({ type: "no-chroot", errno: -held });
    return new Answering(sys, say, (named) => named);
  }
  sys.close(held);
  return new Answering(sys, say, (named) => ({ ...named, path: ROOT }));
}
