/**
 * Who may import whom: the architecture as data, for build/check_imports.ts. Imports run
 * downwards only; the list begins at the bottom.
 */

/** Files that belong together, and the layers below that they may import. */
export interface Layer {
  readonly name: string;
  /** Files and folders (with a slash at the end); of all layers the longest match counts. */
  readonly files: readonly string[];
  readonly mayImport: readonly string[];
  /** What it may import that is not a file: tools, tests and the remote half have any. */
  readonly packages?: readonly string[];
}

/** All layers; each may import only layers that stand before it. */
export const LAYERS: readonly Layer[] = [
  { name: "wasm", files: ["wasm/blit.wasm"], mayImport: [] },
  {
    name: "proto",
    files: ["proto/generated/"],
    mayImport: [],
    packages: ["@bufbuild/protobuf/wire"],
  },
  { name: "version", files: ["core/version.ts"], mayImport: [] },
  { name: "timer", files: ["core/timer.ts"], mayImport: [] },
  { name: "entry", files: ["core/entry/"], mayImport: [] },
  { name: "filter", files: ["core/filter/"], mayImport: [] },
  { name: "sys", files: ["core/sys/"], mayImport: ["timer", "entry"] },
  { name: "server types", files: ["core/remote/server.ts"], mayImport: ["sys"] },
  { name: "plan", files: ["core/plan/"], mayImport: ["entry"] },
  { name: "digest", files: ["core/digest/"], mayImport: ["wasm"] },
  { name: "shard", files: ["core/shard/"], mayImport: ["wasm"] },
  {
    // Listening, for the data plane and the control plane alike.
    name: "acceptor",
    files: ["core/remote/acceptor.ts"],
    mayImport: [],
  },
  { name: "remote batch", files: ["core/remote/batch/"], mayImport: ["entry"] },
  {
    name: "remote data",
    files: ["core/remote/data/"],
    mayImport: ["timer", "entry", "sys", "acceptor", "remote batch"],
  },
  { name: "http2", files: ["core/remote/http2/"], mayImport: ["timer", "acceptor"] },
  {
    // The control plane: sessions and their frames, whatever they say.
    name: "grpc",
    files: ["core/remote/grpc/"],
    mayImport: ["timer", "proto", "acceptor", "http2"],
  },
  {
    // The words that the library's users and all stages share.
    name: "api types",
    files: [
      "core/endpoint/local_path.ts",
      "core/listing/types.ts",
      "core/transfer/check_types.ts",
      "core/transfer/events.ts",
      "core/transfer/failure.ts",
      "core/transfer/options.ts",
    ],
    mayImport: ["entry", "filter", "sys"],
  },
  {
    // Asking a resident watcher; on the way of every mirror, so it loads little.
    name: "watch asking",
    files: ["core/watch/asking/"],
    mayImport: ["sys", "api types", "version"],
  },
  {
    // What this machine keeps of finished runs.
    name: "history",
    files: ["core/history/"],
    mayImport: ["entry", "filter", "sys", "api types", "version"],
  },
  {
    // What runs are expected to take, by that.
    name: "predict",
    files: ["core/predict/"],
    mayImport: ["entry", "sys", "api types", "version", "history"],
  },
  {
    // What mounts can do, tried and remembered.
    name: "capabilities",
    files: ["core/capabilities/"],
    mayImport: ["entry", "sys", "history"],
  },
  {
    // What a daemon measures while it is idle.
    name: "probe",
    files: ["core/probe/"],
    mayImport: ["entry", "sys", "server types", "digest", "history"],
  },
  {
    // What the stages stand on: a mover's context, tasks, counters, logs.
    name: "movers",
    files: ["core/movers/"],
    mayImport: ["entry", "filter", "sys", "plan", "capabilities", "api types"],
  },
  {
    // What a run tells of itself.
    name: "report",
    files: ["core/report/"],
    mayImport: ["timer", "entry", "sys", "api types", "movers"],
  },
  {
    name: "scan",
    files: ["core/scan/"],
    mayImport: ["entry", "filter", "sys", "plan", "movers"],
  },
  {
    name: "deliver",
    files: ["core/deliver/"],
    mayImport: ["entry", "sys", "plan", "capabilities", "movers", "scan"],
  },
  {
    name: "local",
    files: ["core/local/"],
    mayImport: ["entry", "filter", "sys", "plan", "movers", "scan", "deliver"],
  },
  {
    // What is left to do when every directory has been compared.
    name: "finish",
    files: ["core/finish/"],
    mayImport: ["entry", "sys", "api types", "movers", "scan", "local"],
  },
  {
    // The threads that run the stages.
    name: "pool",
    files: ["core/pool/"],
    mayImport: ["timer", "filter", "sys", "movers", "local"],
  },
  {
    name: "endpoint",
    files: ["core/endpoint/"],
    mayImport: ["entry", "sys", "api types", "movers"],
  },
  {
    // Trees that are looked at or cleared, and nothing is transferred.
    name: "listing",
    files: ["core/listing/"],
    mayImport: [
      "digest",
      "entry",
      "filter",
      "sys",
      "api types",
      "movers",
      "report",
      "scan",
      "endpoint",
    ],
  },
  {
    name: "removal",
    files: ["core/removal/"],
    mayImport: [
      "entry",
      "filter",
      "sys",
      "api types",
      "movers",
      "report",
      "scan",
      "endpoint",
      "listing",
    ],
  },
  {
    // Daemons that are in sight.
    name: "discovery",
    files: ["core/discovery/"],
    mayImport: ["entry", "sys", "api types", "endpoint", "version"],
    packages: ["node:dgram"],
  },
  {
    // Options become a job, at either end of any run.
    name: "job",
    files: [
      "core/transfer/make_directories.ts",
      "core/transfer/make_job.ts",
      "core/transfer/prepare_backup.ts",
    ],
    mayImport: ["entry", "filter", "sys", "api types", "movers", "endpoint"],
  },
  {
    // The movers of a remote run, at either end, and what is said to them.
    name: "remote movers",
    files: ["core/remote/mover/", "core/remote/source/", "core/remote/destination/"],
    mayImport: [
      "timer",
      "entry",
      "filter",
      "sys",
      "plan",
      "digest",
      "shard",
      "api types",
      "movers",
      "scan",
      "deliver",
      "local",
      "finish",
      "remote batch",
      "remote data",
    ],
  },
  {
    // Either end of a session on the main thread.
    name: "remote end",
    files: ["core/remote/end/"],
    mayImport: [
      "timer",
      "entry",
      "sys",
      "api types",
      "movers",
      "proto",
      "remote batch",
      "remote data",
      "remote movers",
    ],
  },
  {
    // What two ends agree on before they begin, and who runs them: a client's run, the daemon.
    name: "remote session",
    files: ["core/remote/session/"],
    mayImport: [
      "timer",
      "discovery",
      "entry",
      "filter",
      "sys",
      "api types",
      "history",
      "movers",
      "report",
      "pool",
      "endpoint",
      "job",
      "proto",
      "predict",
      "grpc",
      "server types",
      "version",
      "acceptor",
      "remote batch",
      "remote data",
      "remote movers",
      "remote end",
    ],
  },
  {
    // The daemon's side of looking and clearing, and the client's calls.
    name: "remote admin",
    files: ["core/remote/admin/"],
    mayImport: [
      "entry",
      "filter",
      "sys",
      "api types",
      "movers",
      "endpoint",
      "listing",
      "removal",
      "proto",
      "grpc",
      "server types",
      "version",
      "remote session",
    ],
  },
  {
    // The daemon's server: sessions and questions.
    name: "remote serve",
    files: ["core/remote/serve.ts"],
    mayImport: [
      "sys",
      "history",
      "probe",
      "grpc",
      "server types",
      "version",
      "remote movers",
      "remote session",
      "remote admin",
    ],
  },
  {
    // Looking and clearing, wherever the tree is.
    name: "admin",
    files: ["core/admin/"],
    mayImport: [
      "entry",
      "filter",
      "sys",
      "api types",
      "endpoint",
      "listing",
      "removal",
      "discovery",
      "version",
      "remote admin",
    ],
  },
  {
    // What a tree held once, written down.
    name: "manifest",
    files: ["core/manifest/"],
    mayImport: ["entry", "api types", "listing", "admin"],
  },
  {
    name: "transfer",
    files: ["core/transfer/"],
    mayImport: [
      "timer",
      "entry",
      "filter",
      "sys",
      "plan",
      "api types",
      "movers",
      "scan",
      "local",
      "finish",
      "pool",
      "endpoint",
      "predict",
      "job",
      "report",
      "remote session",
      "watch asking",
    ],
  },
  {
    // Trees that are kept in sight.
    name: "watch",
    files: ["core/watch/"],
    mayImport: ["entry", "sys", "api types", "endpoint", "transfer", "version", "watch asking"],
  },
  {
    name: "face",
    files: ["mod.ts"],
    mayImport: ["entry", "filter", "api types", "transfer", "discovery", "admin"],
  },
  {
    name: "cli",
    files: ["cli/"],
    mayImport: [
      "timer",
      "version",
      "entry",
      "filter",
      "sys",
      "digest",
      "api types",
      "history",
      "capabilities",
      "predict",
      "endpoint",
      "transfer",
      "discovery",
      "admin",
      "manifest",
      "watch",
      "watch asking",
    ],
  },
  { name: "utils", files: ["utils/"], mayImport: ["cli"] },
  {
    name: "daemon",
    files: ["daemon/"],
    mayImport: [
      "version",
      "entry",
      "sys",
      "server types",
      "grpc",
      "api types",
      "discovery",
      "remote serve",
      "cli",
    ],
    packages: ["smol-toml", "valibot"],
  },
  { name: "wasm build", files: ["wasm/build.ts"], mayImport: [], packages: ["assemblyscript/asc"] },
  { name: "programs", files: ["build/programs.ts"], mayImport: [] },
  {
    // What starts daemons and joins network namespaces, for the tests and the race alike.
    name: "ground",
    files: ["tests/support/"],
    mayImport: ["programs"],
  },
  {
    // The race runs programs and knows nothing of their inside; *_bench.ts reach for a part.
    name: "bench",
    files: ["bench/"],
    mayImport: [
      "programs",
      "ground",
      "entry",
      "sys",
      "plan",
      "digest",
      "shard",
      "remote batch",
      "remote data",
      "api types",
      "predict",
      "movers",
      "transfer",
    ],
    packages: ["blake3-wasm", "node:url", "node:util"],
  },
  {
    name: "build",
    files: ["build/"],
    mayImport: ["programs"],
    packages: ["@rollup/browser", "node:path"],
  },
];
