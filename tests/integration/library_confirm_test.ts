import assert from "node:assert/strict";
import { copy, type DeletionRequest, mirror } from "../../mod.ts";
import { eachBackend, makePlace, plant, readTree, useBackend, warmUp } from "../support/mod.ts";

await warmUp();

eachBackend("confirm is asked once, with the count and some names", async (backend) => {
  using _ = useBackend(backend);
  await using place = await makePlace();
  const [source, destination] = [`${place.path}/source`, `${place.path}/destination`];
  await plant(source, { "a": "a" });
  await plant(destination, { "a": "a", "extra": "x", "gone/one": "1", "gone/two\n": "2" });
  const asked: DeletionRequest[] = [];
  const refused = await mirror(`${source}/`, destination, {
    confirm(request) {
      asked.push(request);
      return Promise.resolve(false);
    },
  });
  assert.equal(asked.length, 1);
  assert.equal(asked[0]?.count, 4);
  assert.equal(asked[0]?.destinationEntries, 5);
  assert.ok(asked[0]?.samples.includes("extra"), String(asked[0]?.samples));
  assert.doesNotMatch(asked[0]?.samples.join("") ?? "", /\n/);
  assert.equal(refused.extrasLeft, 4);
  assert.equal(refused.entriesDeleted, 0);
  assert.equal(refused.exitCode, 2);
  assert.equal((await readTree(destination)).extra, "x");
  const agreed = await mirror(`${source}/`, destination, { confirm: () => true });
  assert.equal(agreed.entriesDeleted, 4);
  assert.equal(agreed.exitCode, 0);
});

eachBackend("without a confirm hook nothing is deleted", async (backend) => {
  using _ = useBackend(backend);
  await using place = await makePlace();
  await plant(place.path, { "source/a": "a", "destination/extra": "extra" });
  const summary = await mirror(`${place.path}/source/`, `${place.path}/destination`);
  assert.equal(summary.exitCode, 2);
  assert.equal(summary.extrasLeft, 1);
  assert.ok(summary.warnings.length > 0);
  assert.match(summary.warnings.map(({ message }) => message).join("\n"), /extra|delet/i);
});

eachBackend("confirm is not asked where there are no extras, nor by copy", async (backend) => {
  using _ = useBackend(backend);
  await using place = await makePlace();
  await plant(place.path, { "source/a": "a", "destination/extra": "extra" });
  const confirm = (): boolean => assert.fail("was asked");
  await copy(`${place.path}/source/`, `${place.path}/destination`, { confirm });
  await mirror(`${place.path}/source/`, `${place.path}/new`, { confirm });
});

eachBackend("an error in confirm ends the run and deletes nothing", async (backend) => {
  using _ = useBackend(backend);
  await using place = await makePlace();
  await plant(place.path, { "source/a": "a", "destination/extra": "extra" });
  await assert.rejects(
    mirror(`${place.path}/source/`, `${place.path}/destination`, {
      confirm() {
        throw new RangeError("no answer");
      },
    }),
    /no answer/,
  );
  assert.equal((await readTree(`${place.path}/destination`)).extra, "extra");
});
