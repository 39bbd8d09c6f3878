import { BACKENDS, useBackend } from "./backend.ts";
import { makePlace } from "./place.ts";
import { plant } from "./plant.ts";

/**
 * Runs the library once on each backend, so that what a process loads once and keeps (libc) is
 * there before the tests that call it in this process, and is no leak of the first of them.
 */
export async function warmUp(): Promise<void> {
  // Most test files never call the library themselves.
  const { copy } = await import("../../mod.ts");
  for (const backend of BACKENDS) {
    using _ = useBackend(backend);
    await using place = await makePlace();
    await plant(place.path, { "source": "content" });
    await copy(`${place.path}/source`, `${place.path}/destination`);
  }
}
