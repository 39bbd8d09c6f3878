/**
 * A client of `server.ts` beside it: `client.ts HOST PORT [flood]`. Opens a session, says "open",
 * and then only how the session ends. With `flood` the server sends without an end, and the client
 * reads it all.
 *
 * @module
 */
import { connect } from "../../../core/remote/grpc/mod.ts";

const [host = "", port = "", what = "hello"] = Deno.args;
const connection = await connect(host, Number(port), { version: "1.0.0" });
const link = connection.open("push");
await link.send({ body: { $case: "phase", value: { name: what } } });
await link.receive();
console.log("open");
try {
  while (await link.receive() !== undefined);
  console.log("ended");
} catch (error) {
  console.log(error instanceof Error ? error.message : error);
}
connection.close();
Deno.exit();
