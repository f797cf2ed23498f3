-- A server of HTTP/2 alone, on loopback: Node's, which sends an answer in one
-- piece where it can. Ends when its starter has.
local folders = require "spec.support.folder"

local M = {}

local Server = {}
Server.__index = Server

local KEYS = "openssl req -x509 -days 2 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost "
  .. "-addext subjectAltName=DNS:localhost -keyout key.pem -out cert.pem 2>&1"

-- /api/v1/users/H-B answers with about H bytes of header and B of body, and
-- /api/v1/users/NAME as `answers` say.
local SCRIPT = [[
const h2 = require("http2"), fs = require("fs");
const owner = +process.argv[2];
const body = '{"id":"1"}', list = '[{"id":1}]';
const json = more => Object.assign({ ":status": 200, "content-type": "application/json" }, more);
const answers = {
  plain: s => { s.respond(json()); s.end(body); },
  sized: s => { s.respond(json({ "content-length": 10 })); s.end(body); },
  mark: s => { s.respond(json()); s.end("\ufeff" + body); },
  hints: s => { s.additionalHeaders({ ":status": 103, link: "</x>" }); s.respond(json()); s.end(body); },
  trailer: s => { s.respond(json(), { waitForTrailers: true });
    s.on("wantTrailers", () => s.sendTrailers({ "x-t": "1" })); s.end(body); },
  none: s => { s.respond(json(), { endStream: true }); },
  empty: s => { s.respond({ ":status": 204 }, { endStream: true }); },
  null: s => { s.respond(json()); s.end("null"); },
  list: s => { s.respond(json()); s.end("[" + body + "]"); },
  words: s => { s.respond(json()); s.end("OK"); },
  missing: s => { s.respond(json({ ":status": 404 })); s.end("{}"); },
  short: s => { s.respond(json({ "content-length": 11 })); s.end(body); },
  long: s => { s.respond(json({ "content-length": 9 })); s.end(body); },
  // destroyed, a stream ends with RST_STREAM alone; closed, it would be ended before
  reset: s => { s.respond(json()); s.write('{"id"'); setTimeout(() => s.destroy(new Error("x")), 20); },
  cancelled: s => { s.respond(json()); s.write('{"id"'); setTimeout(() => s.destroy(), 20); },
  late: s => { s.respond(json()); s.write(body); setTimeout(() => s.destroy(new Error("x")), 20); },
  header_reset: s => { s.respond(json()); setTimeout(() => s.destroy(new Error("x")), 20); },
  gone: s => { s.respond(json()); s.write('{"id"'); const t = s.session; setTimeout(() => t.destroy(), 20); },
  silent: s => { s.close(h2.constants.NGHTTP2_INTERNAL_ERROR); },
};
const server = h2.createSecureServer({ key: fs.readFileSync("key.pem"), cert: fs.readFileSync("cert.pem") });
server.on("sessionError", () => {});
server.on("stream", (s, h) => {
  s.on("error", () => {});
  s.resume();
  const name = h[":path"].split("/").pop(), size = /^(\d+)-(\d+)$/.exec(name);
  if (h[":path"].endsWith("/users?after=x")) { s.respond(json()); s.end(list); return; }
  if (name === "users") {
    s.respond(json(), { waitForTrailers: true });
    s.on("wantTrailers", () => s.sendTrailers({ "x-rate-limit-remaining": "0", "x-rate-limit-limit": "600",
      "x-rate-limit-reset": "9999999999", "x-okta-request-id": "trailer",
      "link": '<https://localhost:' + server.address().port + '/api/v1/users?after=x>; rel="next"' }));
    s.end(list);
    return;
  }
  if (!size) { answers[name](s); return; }
  const fields = json();
  for (let i = 0, n = +size[1]; n > 0; n -= 4000, i++) fields["x-" + i] = "a".repeat(Math.min(n, 4000));
  s.respond(fields);
  s.end('{"id":"' + "b".repeat(Math.max(0, size[2] - 9)) + '"}');
});
server.listen(0, "127.0.0.1", () => {
  fs.writeFileSync("port.new", process.pid + " " + server.address().port + "\n");
  fs.renameSync("port.new", "port");
});
setInterval(() => { try { process.kill(owner, 0); } catch (e) { process.exit(); } }, 1000);
]]

--- Starts it.
---@return { url: string, ca: string, stop: fun(self) }
function M.start()
  local dir = folders.new()
  dir:write("server.js", SCRIPT)
  local said = dir:run(KEYS)
  dir:run("node server.js $PPID >log 2>&1 & for i in $(seq 300); do [ -s port ] && break; sleep 0.1; done")
  local pid, port = (dir:read("port") or ""):match("^(%d+) (%d+)\n$")
  assert(pid, "node did not start: " .. said .. (dir:read("log") or ""))
  local ca = dir.path .. "/cert.pem"
  return setmetatable({ dir = dir, pid = pid, url = "https://localhost:" .. port, ca = ca }, Server)
end

function Server:stop()
  os.execute("kill " .. self.pid .. " 2>/dev/null")
  self.dir:remove()
end

return M
