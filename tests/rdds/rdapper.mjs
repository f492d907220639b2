// Asks an RDAP server about domains with a client of other people's, npm's rdapper.
//
//   rdapper.mjs MODULES URL TLD < names
//
// Prints a line of JSON for each name: what rdapper made of the answer. Every request goes to URL;
// the certificate to trust is in NODE_EXTRA_CA_CERTS.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [modules, url, tld] = process.argv.slice(2);
const { lookup } = await import(pathToFileURL(`${modules}/rdapper/dist/index.mjs`));

const options = {
  rdapOnly: true,
  // No registrar's server of the deposit exists, or is to be asked.
  customFetch: (input, init) => {
    if (!String(input.url ?? input).startsWith(url)) throw new Error("another server");
    return fetch(input, init);
  },
  customBootstrapData: {
    version: "1.0",
    publication: "2026-01-01T00:00:00Z",
    services: [[[tld], [url]]],
  },
};

for await (const name of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify({ name, ...(await lookup(name, options)) }));
}
