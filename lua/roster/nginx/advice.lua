--- What nginx says when it cannot connect, with the directive that is missing.
local M = {}

--- Is it an address and not a name? IPv6 has brackets.
---@param host string
---@return boolean
function M.is_address(host)
  return host:find("^%d+%.%d+%.%d+%.%d+$") ~= nil or host:sub(1, 1) == "["
end

--- Of a connection that did not come about.
---@param err string nginx's words
---@param host string
---@param port integer
---@return string text, "lasting"|"transport" kind the next attempt ends so as well; it may not
function M.connect(err, host, port)
  if err:find("no resolver defined", 1, true) then
    return ('no resolver defined to resolve "%s": add "resolver ADDRESS;" to nginx.conf (nginx reads neither '
      .. "/etc/resolv.conf nor /etc/hosts)"):format(host), "lasting"
  elseif err:find("could not be resolved", 1, true) then
    return err .. ': ask the "resolver" of nginx.conf for it (nginx does not read /etc/hosts); '
      .. '"resolver_timeout" says for how long', "transport"
  end
  return ("cannot connect to %s:%d: %s"):format(host, port, err), "transport"
end

-- how OpenSSL says that an issuer is not known, or is too many steps away
local NOT_TRUSTED = {
  "issuer certificate", "self.signed certificate", "verify the first certificate", "chain too long",
}

--- Of a handshake that failed.
---@param err string nginx's words
---@param host string
---@return string text, "lasting"|"transport" kind as of M.connect
function M.handshake(err, host)
  for _, words in ipairs(NOT_TRUSTED) do
    if err:find(words) then
      return ('the certificate of %s is not trusted (%s): set "lua_ssl_trusted_certificate '
        .. '/etc/ssl/certs/ca-certificates.crt;" and "lua_ssl_verify_depth 5;" in nginx.conf'):format(host, err),
        "lasting"
    end
  end
  if err:find("host mismatch", 1, true) then
    return ('the certificate is not for "%s" (%s)%s'):format(host, err,
      M.is_address(host) and ": nginx compares names only, so give the name in the url, not the address" or ""),
      "lasting"
  end
  -- OpenSSL's verdict on a certificate has a number
  local kind = (err:find("^%d+: ") or err:find("certificate", 1, true)) and "lasting" or "transport"
  return ("TLS with %s failed: %s"):format(host, err), kind
end

--- Why a handshake failed for which nginx's Lua raised instead of saying why:
--- lua-resty-core does where it is over before it could wait.
---@param raised any
---@return string
function M.raised(raised)
  local found, base = pcall(require, "resty.core.base")
  local has_ffi, ffi = pcall(require, "ffi")
  local pointer = found and has_ffi and base.get_errmsg_ptr()
  if pointer and pointer[0] ~= nil then
    return ffi.string(pointer[0])
  end
  return tostring(raised)
end

return M
