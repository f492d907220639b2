// A client in another language: commits a deposit that was sealed before, over mutual TLS.
//
//   node deposit.mjs PREPARED CONNECTION PROTO_ROOT
//
// PREPARED has begin.body, begin.signature, frames/N, parts/N (decimal, from 0), manifest.body and
// manifest.signature. CONNECTION is a JSON file: address, server_name, authority, certificate, key
// (paths of PEM files). Prints the receipt's body in hexadecimal. Follows docs/formats/custody.md
// and nothing of ours but the .proto files.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

// By way of NODE_PATH: an import would look beside this file only.
const require = createRequire(import.meta.url);
const grpc = require("@grpc/grpc-js");
const protoLoader = require("@grpc/proto-loader");

const UNACKED_MAX = 64; // kUnackedFramesMax, kUnackedPartsMax

const [prepared, connectionPath, protoRoot] = process.argv.slice(2);
const connection = JSON.parse(readFileSync(connectionPath, "utf8"));
const read = (...name) => readFileSync(join(prepared, ...name));

function pieces(folder) {
  const found = [];
  while (existsSync(join(prepared, folder, String(found.length)))) {
    found.push(read(folder, String(found.length)));
  }
  return found;
}

const definition = protoLoader.loadSync("proto/service.proto", {
  includeDirs: [protoRoot],
  keepCase: true,
});
const { Intake } = grpc.loadPackageDefinition(definition).tidemark.v1;
const client = new Intake(
  connection.address,
  grpc.credentials.createSsl(
    readFileSync(connection.authority),
    readFileSync(connection.key),
    readFileSync(connection.certificate),
  ),
  { "grpc.ssl_target_name_override": connection.server_name },
);

const call = client.Deposit();
const sent = { frames: 0, parts: 0 };
const durable = { frames: 0, parts: 0 };
const all = { frames: pieces("frames"), parts: pieces("parts") };
let committed = false;

// Sends what the window allows; the commit comes when all is sent.
function sendMore() {
  for (const [kind, field] of [["frames", "frame"], ["parts", "manifest_part"]]) {
    while (sent[kind] < all[kind].length && sent[kind] - durable[kind] < UNACKED_MAX) {
      const number = sent[kind]++;
      call.write({ [field]: { number, ciphertext: all[kind][number] } });
    }
  }
  const isAllSent = sent.frames === all.frames.length && sent.parts === all.parts.length;
  if (isAllSent && !committed) {
    committed = true;
    call.write({
      commit: { manifest: read("manifest.body"), signature: read("manifest.signature") },
    });
    call.end();
  }
}

call.on("data", (reply) => {
  if (reply.accepted) {
    sent.frames = durable.frames = reply.accepted.frames_received ?? 0;
    sent.parts = durable.parts = reply.accepted.parts_received ?? 0;
    sendMore();
  } else if (reply.acked) {
    durable.frames = reply.acked.frames_durable ?? 0;
    durable.parts = reply.acked.parts_durable ?? 0;
    sendMore();
  } else if (reply.receipt) {
    console.log(reply.receipt.body.toString("hex"));
  }
});
call.on("error", (error) => {
  console.error(`${grpc.status[error.code]}: ${error.details}`);
  process.exitCode = 1;
});
call.on("status", () => client.close());
call.write({ begin: { body: read("begin.body"), signature: read("begin.signature") } });
