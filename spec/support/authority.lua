--- Certificates that a client must trust, and such that it must not, each under
--- a name of its own below "localhost", which every resolver leads to loopback.
--
--     local authority = require "spec.support.authority"
--     local server = authority.start()     -- server:url "expired", server.root (path)
--     server:stop()
local nginx = require "spec.support.nginx"

local M = {}

--- Why each is no good; "good" is.
M.kinds = { "good", "expired", "self", "host", "other", "name" }

local Server = {}
Server.__index = Server

local function must(command)
  local ok = os.execute("( " .. command .. " ) >/dev/null 2>&1")
  assert(ok == true or ok == 0, command)
end

-- Two authorities, one of which may not vouch for what is below localhost; and
-- from them the leaves.
local MAKE = [[
set -e
cd "$FOLDER"
new() { openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes "$@"; }
root() { # name, further arguments
  name=$1
  shift
  new -x509 -days 2 -subj "/CN=$name" -keyout "$name.key" -out "$name.pem" "$@"
}
root ca
root stranger
root narrow -addext 'nameConstraints=critical,permitted;DNS:example.test'
leaf() { # name, alternative name, authority, first and last day
  new -subj "/CN=$2" -keyout "$1.key" -out "$1.csr"
  printf 'subjectAltName=DNS:%s\n' "$2" >"$1.ext"
  rm -f index.txt* serial*
  : >index.txt
  openssl rand -hex 8 >serial
  printf '[ca]\ndefault_ca=d\n[d]\ndatabase=index.txt\nserial=serial\nnew_certs_dir=.\n' >ca.cnf
  printf 'default_md=sha256\npolicy=p\n[p]\ncommonName=supplied\n' >>ca.cnf
  openssl ca -batch -config ca.cnf -cert "$3.pem" -keyfile "$3.key" -extfile "$1.ext" -startdate "$4" -enddate "$5" \
    -notext -in "$1.csr" -out "$1.pem"
}
from=200101000000Z
to=491231000000Z
leaf good good.localhost ca $from $to
leaf expired expired.localhost ca $from 210101000000Z
leaf host elsewhere.localhost ca $from $to
leaf other other.localhost stranger $from $to
leaf name name.localhost narrow $from $to
new -x509 -days 2 -subj /CN=self.localhost -addext subjectAltName=DNS:self.localhost -keyout self.key -out self.pem
cat ca.pem narrow.pem >trusted.pem
]]

-- Each name has its own certificate.
local CHOOSE = [[
  ssl_certificate_by_lua_block {
    local ssl = require "ngx.ssl"
    local kind = (ssl.server_name() or ""):match("^(%%l+)%%.localhost$")
    if kind then
      local function read(ending)
        local file = io.open("%s/" .. kind .. ending, "rb")
        local text = file:read("*a")
        file:close()
        return text
      end
      assert(ssl.clear_certs())
      assert(ssl.set_cert(assert(ssl.parse_pem_cert(read(".pem")))))
      assert(ssl.set_priv_key(assert(ssl.parse_pem_priv_key(read(".key")))))
    end
  }]]

--- Starts a server that has them all.
---@param protocols string? of ssl_protocols
---@return table server  root (path of what to trust), url(kind), stop()
function M.start(protocols)
  local pipe = io.popen("mktemp -d")
  local folder = pipe:read("*l")
  pipe:close()
  local file = assert(io.open(folder .. "/make", "w"))
  file:write(MAKE)
  file:close()
  must("FOLDER=" .. folder .. " sh " .. folder .. "/make")
  local self = setmetatable({ folder = folder, root = folder .. "/trusted.pem" }, Server)
  self.server = nginx.start {
    tls = true,
    server = CHOOSE:format(folder) .. "\n" .. (protocols and "ssl_protocols " .. protocols
      .. "; ssl_ciphers ALL:@SECLEVEL=0;" or ""),
    locations = { ["/api/v1/users/1"] = 'ngx.header.content_type = "application/json" ngx.print([[{"id":"1"}]])' },
  }
  return self
end

--- The base URL under which the server shows that certificate.
---@param kind string one of M.kinds
---@return string
function Server:url(kind)
  return "https://" .. kind .. ".localhost:" .. self.server.tls_url:match("%d+$")
end

function Server:stop()
  self.server:stop()
  must("rm -rf " .. self.folder)
end

return M
