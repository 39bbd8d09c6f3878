import { type ManualPage, paragraphs, type Term, terms } from "./page.ts";

/** A complete file; a test reads it as the daemon does. */
export const EXAMPLE_CONFIG: readonly string[] = [
  "[daemon]",
  'bind = ["127.0.0.1", "192.168.1.5"]',
  "port = 9031",
  "data_port = 9032",
  'motd = "Backups of the studio. Questions to Kim."',
  "no_mdns = false",
  'mdns_name = "studio"',
  'root = "/srv/blit"',
  "",
  "[[module]]",
  'name = "photos"',
  'path = "/srv/photos"',
  'comment = "All photos, read-only"',
  "read_only = true",
  "",
  "[[module]]",
  'name = "inbox"',
  'path = "/srv/inbox"',
  "use_chroot = true",
];

/** What each key means, by table; a test holds it to daemon/config/schema.ts. */
export const CONFIG_TERMS: Readonly<Record<"daemon" | "module", readonly Term[]>> = {
  daemon: [
    {
      term: "bind",
      text: "Where to listen: an address in quotes, or a list of them. `localhost` is 127.0.0.1; " +
        "`0.0.0.0` and `::` are all addresses. Unless told: 127.0.0.1.",
    },
    {
      term: "port",
      text: "The control port, 0 to 65535; 0 takes a free one, which the log names. " +
        "Unless told: 9031.",
    },
    {
      term: "data_port",
      text: "The port of data connections, 0 to 65535, which must differ from the control port. " +
        "Without it, or with 0, a free one is taken at each start: name one to let it through a " +
        "firewall.",
    },
    { term: "motd", text: "Text that is shown to people who list the modules." },
    { term: "no_mdns", text: "With true the daemon does not advertise itself by multicast DNS." },
    {
      term: "mdns_name",
      text: "The name to advertise, 1 to 63 bytes. Unless told, that of the machine.",
    },
    {
      term: "root",
      text:
        "The directory of the default export, `server://`. Without it, and with modules, there " +
        "is no default export.",
    },
  ],
  module: [
    {
      term: "name",
      text:
        "Its name in endpoints, `server:/NAME/`: unique, at most 255 bytes, without slashes and " +
        "control characters, and neither . nor .. as a whole. It has to be given.",
    },
    { term: "path", text: "The directory that it is. It has to be given." },
    { term: "comment", text: "Text that is shown to people who list the modules." },
    {
      term: "read_only",
      text: "With true the daemon refuses whatever would change it. Without it peers may write.",
    },
    {
      term: "use_chroot",
      text: "With true the threads that touch its files have it as their root directory, as a " +
        "second fence; that takes CAP_SYS_CHROOT. Where the right is missing the module is served " +
        "without, and the log says so.",
    },
  ],
};

/** `blit-daemon.toml`(5). */
export const DAEMON_CONFIG_PAGE: ManualPage = {
  name: "blit-daemon.toml",
  chapter: 5,
  summary: "configuration of blit-daemon",
  sections: [
    { heading: "Synopsis", blocks: paragraphs(["`/etc/blit/config.toml`"]) },
    {
      heading: "Description",
      blocks: paragraphs([
        "`blit-daemon`(1) reads this file when it starts, and again on SIGHUP. Options of the " +
        "command line win over it; --config names another file. It is TOML 1.0. All of it is " +
        "optional but name and path of a module. Paths are absolute and lead to directories that " +
        "are there. Unknown keys are refused, and everything that is wrong is shown with line and " +
        "column.",
        "On SIGHUP new sessions see the new modules and motd; sessions that run keep what they " +
        "began with. Addresses and ports stay until the next start. A file that cannot be used " +
        "changes nothing: the log says what is wrong with it.",
      ]),
    },
    {
      heading: "Daemon",
      blocks: [...paragraphs(["The table `[daemon]`:"]), ...terms(CONFIG_TERMS.daemon)],
    },
    {
      heading: "Modules",
      blocks: [
        ...paragraphs(["A table `[[module]]`, with two brackets, for each module:"]),
        ...terms(CONFIG_TERMS.module),
      ],
    },
    {
      heading: "Whose file it is",
      blocks: paragraphs([
        "The daemon reads the file only if nobody but root and the user who runs it can have put it " +
        "there: it is a regular file of one of the two, not writable by everybody; every symbolic " +
        "link on the way belongs to one of the two; and no directory on the way lets everybody " +
        "rename what is in it. Otherwise it refuses with a sentence that names the link, file or " +
        "directory.",
      ]),
    },
    { heading: "Examples", blocks: [{ kind: "code", lines: EXAMPLE_CONFIG }] },
    { heading: "See also", blocks: paragraphs(["`blit-daemon`(1)"]) },
  ],
};
