import { type Background, inBackground } from "./background.ts";
import { command, type CommandOutput } from "./command.ts";
import { hasTool } from "./host.ts";
import { type NetworkNamespace, noNamespaces } from "./namespace.ts";

/** An Avahi that runs in a network namespace; it ends when disposed of. */
export interface Avahi extends AsyncDisposable {
  /** Runs a program that talks with it, such as avahi-browse, to its end. */
  run(program: string, ...args: readonly string[]): Promise<CommandOutput>;
  /** Starts one, such as avahi-publish, and lets it run. */
  start(program: string, ...args: readonly string[]): Background;
}

/** Why {@linkcode startAvahi} cannot work here; undefined where it can. */
export function noAvahi(): string | undefined {
  const tools = ["avahi-daemon", "avahi-browse", "dbus-daemon", "setpriv", "nsenter"];
  const missing = tools.find((tool) => !hasTool(tool));
  return noNamespaces() ?? missing;
}

/** A bus for it alone; the machine's own, if there is one, knows nothing of it. */
const BUS = `<busconfig><type>system</type>
<listen>unix:path=/run/dbus/system_bus_socket</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/>
<allow send_type="method_call"/><allow send_type="signal"/><allow receive_type="method_call"/>
<allow send_requested_reply="true"/><allow receive_requested_reply="true"/></policy></busconfig>`;

const SETTINGS = `[server]
enable-dbus=yes
[wide-area]
enable-wide-area=no
[publish]
publish-hinfo=no
publish-workstation=no
`;

// `ip netns exec` gives a mount namespace of its own, so that this /run is nobody else's. The bus
// ends with its parent.
const SCRIPT = `mount -t tmpfs none /run && mkdir -p /run/dbus /run/avahi-daemon || exit
printf %s "$1" >/run/bus.conf
printf %s "$2" >/run/avahi.conf
setpriv --pdeathsig KILL dbus-daemon --config-file=/run/bus.conf --nofork --nopidfile &
until [ -S /run/dbus/system_bus_socket ]; do sleep 0.02; done
exec avahi-daemon --no-drop-root --no-chroot --no-rlimits --file=/run/avahi.conf`;

/** Starts it and waits until it has announced itself. */
export async function startAvahi(namespace: NetworkNamespace): Promise<Avahi> {
  const daemon = inBackground("sh", ["-c", SCRIPT, "sh", BUS, SETTINGS], { namespace });
  const inside = (program: string, args: readonly string[]): string[] => [
    ...["--target", String(daemon.process.pid), "--net", "--mount", "--"],
    ...[program, ...args],
  ];
  try {
    await daemon.said(/Server startup complete/);
  } catch (error) {
    await daemon[Symbol.asyncDispose]();
    throw error;
  }
  return {
    run: (program, ...args) => command("nsenter", inside(program, args)),
    start: (program, ...args) => inBackground("nsenter", inside(program, args)),
    [Symbol.asyncDispose]: () => daemon[Symbol.asyncDispose](),
  };
}
