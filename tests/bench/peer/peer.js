// The same rows by the protocol of CouchDB: `serve PORT FOLDER`, or `push URL FOLDER ROWS.json`.
"use strict";
const fs = require("fs");
const http = require("http");
const readline = require("readline");
const PouchDB = require("pouchdb"); // its store in Node.js is LevelDB on the disk

const say = (told) => process.stdout.write(JSON.stringify(told) + "\n");

async function serve(port, folder) {
  const Stored = PouchDB.defaults({ prefix: folder + "/" });
  const app = require("express-pouchdb")(Stored, {
    mode: "minimumForPouchDB",
    inMemoryConfig: true,
    logPath: folder + "/log.txt",
  });
  await new Stored("evidence").info();
  http.createServer(app).listen(Number(port), "127.0.0.1", () => say({ ready: true }));
}

async function push(url, folder, file) {
  const local = new PouchDB(folder);
  await local.bulkDocs(JSON.parse(fs.readFileSync(file, "utf-8")));
  say({ ready: (await local.info()).doc_count });
  await new Promise((resolve) => readline.createInterface(process.stdin).once("line", resolve));
  const began = process.hrtime.bigint();
  const done = await local.replicate.to(url + "/evidence", { batch_size: 500 });
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  say({ written: done.docs_written, failed: done.doc_write_failures, seconds });
  process.exit(0);
}

const [what, ...rest] = process.argv.slice(2);
(what === "serve" ? serve : push)(...rest).catch((error) => {
  console.error(error);
  process.exit(1);
});
