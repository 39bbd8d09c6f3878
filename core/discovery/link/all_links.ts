import type { Interface } from "../interfaces.ts";
import { readMessage } from "../dns/read.ts";
import type { Message } from "../dns/message.ts";
import { Link, type Packet } from "./link.ts";

/** Links to ask over. */
export interface AskingLinks {
  readonly links: readonly Link[];
  /** Why others could not be opened. */
  readonly failures: readonly string[];
  close(): Promise<void>;
}

/** Opens every link of these interfaces, for questions. */
export async function askingLinks(
  interfaces: readonly Interface[],
  onMessage: (message: Message, link: Link, from: Packet) => void,
): Promise<AskingLinks> {
  const failures: string[] = [];
  const opening = interfaces.flatMap((at) =>
    Link.families(at).map(async (family) => {
      try {
        return await Link.open(at, family, {
          onPacket: (link, packet) => {
            const message = readMessage(packet.bytes);
            if (message !== undefined) onMessage(message, link, packet);
          },
          // The others may hear it.
          onFailure: () => {},
          anyPort: true,
        });
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        failures.push(`${at.name} (${family}): ${reason}`);
        return undefined;
      }
    })
  );
  const links = (await Promise.all(opening)).filter((link) => link !== undefined);
  return {
    links,
    failures,
    close: async () => {
      await Promise.all(links.map((link) => link.close()));
    },
  };
}
