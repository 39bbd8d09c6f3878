import { inBackground } from "./background.ts";
import { freePort, untilListens } from "./free_port.ts";
import { requires } from "./host.ts";
import { inNamespace, type NetworkNamespace, runIn } from "./namespace.ts";

/** A real rsync daemon that exports one directory; gone when disposed of. */
export interface RsyncDaemon extends AsyncDisposable {
  readonly port: number;
  /** `rsync://HOST:PORT/root/PATH`. */
  url(path?: string): string;
}

/** Starts `rsync --daemon` over a directory, as this user, with nothing between it and the files. */
export async function startRsyncDaemon(
  root: string,
  options: { readonly namespace?: NetworkNamespace } = {},
): Promise<RsyncDaemon> {
  requires("rsync");
  const { namespace } = options;
  const host = namespace?.address ?? "127.0.0.1";
  // In a namespace of its own every port is free.
  const port = namespace === undefined ? freePort() : 8730;
  const config = await Deno.makeTempFile({ prefix: "blit-test-", suffix: ".conf" });
  await Deno.writeTextFile(
    config,
    [
      `address = ${host}`,
      `port = ${port}`,
      "use chroot = no",
      ...(Deno.uid() === 0 ? ["uid = 0", "gid = 0"] : []),
      "reverse lookup = no",
      "max connections = 0",
      "log file = /dev/null",
      "[root]",
      `path = ${root}`,
      "read only = no",
      "",
    ].join("\n"),
  );
  const daemon = inBackground("rsync", ["--daemon", "--no-detach", `--config=${config}`], {
    ...(namespace === undefined ? {} : { namespace }),
  });
  const dispose = async (): Promise<void> => {
    await daemon[Symbol.asyncDispose]();
    await Deno.remove(config);
  };
  try {
    if (namespace === undefined) await untilListens(port);
    else await untilAnswers(namespace, `rsync://${host}:${port}/`);
  } catch (error) {
    await dispose();
    throw new Error(`rsync's daemon does not listen: ${daemon.stderr()}`, { cause: error });
  }
  return {
    port,
    url: (path = "") => `rsync://${host}:${port}/root/${path}`,
    [Symbol.asyncDispose]: dispose,
  };
}

async function untilAnswers(namespace: NetworkNamespace, url: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    if ((await runIn(namespace, "rsync", [url])).code === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(inNamespace(namespace, "rsync", [url]).args.join(" "));
}
