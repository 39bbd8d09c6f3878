/**
 * Connects to a daemon many times and leaves: `many.ts HOST PORT COUNT`. Says "ready" on the last
 * connection, which it keeps until a session on it ends, and then "alive".
 *
 * @module
 */
import { connect } from "../../../core/remote/grpc/mod.ts";

const [host = "", port = "", count = ""] = Deno.args;
const reach = () => connect(host, Number(port), { version: "1.0.0" });
for (let done = 1; done < Number(count); done++) {
  const connection = await reach();
  await connection.listModules();
  // Now and then in the middle of a session.
  if (done % 3 === 0) await connection.open("pull").hello;
  connection.close();
}
const last = await reach();
const link = last.open("pull");
await link.hello;
console.error("ready");
await link.settled;
last.close();
console.error("alive");
