import assert from "node:assert/strict";
import { Kind, nameOf } from "../../../core/entry/mod.ts";
import { MoverContext } from "../../../core/movers/context.ts";
import type { Job } from "../../../core/movers/job.ts";
import { Need } from "../../../core/plan/mod.ts";
import { newMemory } from "../../../core/pool/memory.ts";
import { newColumns, VALUE_BYTES } from "../../../core/remote/batch/mod.ts";
import { LinkPace } from "../../../core/remote/destination/link_pace.ts";
import { OpenBatch } from "../../../core/remote/destination/open_batch.ts";
import { Searches } from "../../../core/remote/destination/searches.ts";
import type { FromDestinationMover } from "../../../core/remote/mover/messages.ts";
import { openSys } from "../../../core/sys/mod.ts";
import { bash, makePlace, unmet } from "../../support/mod.ts";
import { plainJob } from "../../support/plain_job.ts";

const MIB = 1 << 20;
const BLOCKS = 200;

function jobTo(destination: string): Job {
  return { ...plainJob({ destination }, "always"), deltas: { linkRate: 1e6 } };
}

/** A batch of one file that is to replace what is there. */
function openBatch(context: MoverContext): OpenBatch {
  const columns = newColumns();
  columns.names.add(nameOf("big"), Kind.File);
  columns.stats.size[0] = BLOCKS * MIB;
  context.needs[0] = Need.Replace;
  const head = { number: 1, parent: 0, parentEntry: 0, source: 0, flags: 0, path: nameOf("") };
  const batch = new OpenBatch();
  batch.fill(context, head, columns, Uint16Array.of(0), 1, false);
  return batch;
}

Deno.test({
  name: "an old file is compared no further once its entry has failed at the source",
  ignore: unmet(["remote"]) !== undefined,
  async fn() {
    await using place = await makePlace();
    await bash(`truncate -s $2 "$1/big"; sleep 0.1`, [place.path, String(BLOCKS * MIB)]);
    const { sys } = await openSys();
    const context = new MoverContext(sys, jobTo(place.path), newMemory(), 0, undefined, () => {});
    const batch = openBatch(context);
    const said: FromDestinationMover[] = [];
    const searches = new Searches(context, new LinkPace(1e6), [batch], (it) => void said.push(it));
    searches.add(batch, [0]);
    while (said.length === 0) assert.ok(searches.step());
    const [offered] = said.splice(0);
    assert.ok(offered?.type === "offered" && offered.basis?.more === true);
    // What RecordLander does when the source says that it has failed.
    assert.equal(batch.settle(0), true);
    assert.ok(searches.step());
    const first = offered.basis.values.length / VALUE_BYTES;
    const values = new Uint8Array(0);
    assert.deepEqual(said, [{ type: "values", number: 1, entry: 0, first, values, more: false }]);
    assert.equal(searches.step(), false);
    searches.close();
    context.release();
    sys.end();
  },
});
