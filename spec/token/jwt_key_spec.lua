-- Private keys in all their forms, and signatures that openssl's own program
-- finds to be theirs.
local base64 = require "roster.token.base64"
local der = require "roster.token.der"
local json = require "roster.json"
local key = require "roster.token.key"
local keys = require "spec.support.keys"
local signer = require "roster.token.signer"

describe("base64", function()
  it("is read as it was written, of any length", function()
    local bytes = {}
    for i = 0, 255 do
      bytes[i + 1] = string.char(i)
    end
    bytes = table.concat(bytes)
    for n = 0, 256 do
      local text = base64.encode(bytes:sub(257 - n))
      assert.is_nil(text:find("[^%w_-]"))
      assert.equal(bytes:sub(257 - n), base64.decode(text))
    end
  end)

  it("is RFC 4648's, in either alphabet, padded or not", function()
    for text, encoded in pairs { [""] = "", f = "Zg", fo = "Zm8", foo = "Zm9v", foob = "Zm9vYg", fooba = "Zm9vYmE",
      foobar = "Zm9vYmFy" } do
      assert.equal(encoded, base64.encode(text))
      assert.equal(text, base64.decode(encoded .. ("="):rep(-#encoded % 4)))
    end
    assert.equal("-_-_", base64.encode("\251\255\191"))
    assert.equal("\251\255\191", base64.decode "+/+/")
    assert.equal("foobar", base64.decode "Zm9v\n YmFy\r\n")
  end)

  it("is refused when it is something else", function()
    for _, text in ipairs { "A", "AAAAA", "A=AA", "AA.A", "A\0AA", "\195\164AAA", "====" } do
      assert.is_nil(base64.decode(text), text)
    end
  end)
end)

describe("a private key", function()
  local made

  setup(function()
    made = keys.make()
  end)

  teardown(function()
    made.folder:remove()
  end)

  local function signs(value, kind, algorithm)
    local read, why = key.read(value)
    assert(read, why)
    assert.equal(algorithm, read.algorithm)
    local sign = assert(signer.of(read))
    -- lengths of r and s vary
    for i = 1, 5 do
      local signature = assert(signer.sign(sign, algorithm, "data " .. i))
      assert.is_true(keys.verifies(made, made[kind].public, "data " .. i, signature, algorithm))
      assert.is_false(keys.verifies(made, made[kind].public, "date " .. i, signature, algorithm))
    end
    return read
  end

  local FORMS = {
    { "rsa", "RS256", "pkcs8", "pkcs1" },
    { "ec", "ES256", "pkcs8", "sec1", "sec1_with_parameters" },
  }
  for _, row in ipairs(FORMS) do
    for i = 3, #row do
      it(("of %s may be %s"):format(row[1], row[i]), function()
        signs(made[row[1]][row[i]], row[1], row[2])
      end)
    end

    it(("of %s may be in one line, its line breaks written out"):format(row[1]), function()
      local pem = made[row[1]][row[3]]
      local jwk = assert(json.encode(made[row[1]].jwk))
      local path = made.folder.path .. "/one-line-" .. row[1]
      local LINES = {
        pem:gsub("\n", "\\n"), pem:gsub("\n", "\\r\\n"), pem:gsub("\n", "\\\\n"), '"' .. pem:gsub("\n", "\\n") .. '"',
        "'" .. pem:gsub("\n$", ""):gsub("\n", "\\n") .. "'", (pem:gsub("\n", "\\n\n")), pem:gsub("\n", " "),
        (jwk:gsub(",", ",\\n")), "'" .. jwk .. "'", '"' .. jwk:gsub('"', '\\"') .. '"', (jwk:gsub('"', '\\"')),
      }
      for i, text in ipairs(LINES) do
        signs(text, row[1], row[2])
        local file = assert(io.open(path, "wb"))
        file:write(text)
        file:close()
        assert(os.execute("chmod 600 " .. path))
        assert.equal(row[2], assert(key.read(path), i).algorithm)
      end
    end)

    it(("of %s may be a JWK, as a table or as text"):format(row[1]), function()
      local jwk = made[row[1]].jwk
      assert.equal(jwk.kid, signs(jwk, row[1], row[2]).id)
      assert.equal(jwk.kid, signs(assert(json.encode(jwk)), row[1], row[2]).id)
      assert.equal(jwk.kid, signs(" \n" .. assert(json.encode(jwk)), row[1], row[2]).id)
    end)
  end

  it("may have lost its line breaks, or have others", function()
    for _, with in ipairs { " ", "", "\r\n", "\n\n    " } do
      signs(made.rsa.pkcs8:gsub("\n", with), "rsa", "RS256")
      signs(made.ec.sec1:gsub("\n", with), "ec", "ES256")
    end
    signs("text before\n" .. made.rsa.pkcs8 .. "and behind", "rsa", "RS256")
  end)

  it("may be in a file", function()
    local path = made.folder:write("a key.pem", made.rsa.pkcs1)
    signs(path, "rsa", "RS256")
    path = made.folder:write("key.json", assert(json.encode(made.ec.jwk)))
    signs(path, "ec", "ES256")
  end)

  local function with(jwk, changes)
    local copy = {}
    for name, value in pairs(jwk) do
      copy[name] = value
    end
    for name, value in pairs(changes) do
      copy[name] = value or nil
    end
    return copy
  end

  it("is refused when it is of no use, and never quoted", function()
    local rsa, ec = made.rsa, made.ec
    local REFUSED = {
      { rsa.public, "is a public key" },
      { with(rsa.jwk, { d = false }), "is a public key" },
      { rsa.encrypted, "is encrypted with a passphrase" },
      { rsa.encrypted_pkcs1, "is encrypted with a passphrase" },
      { ec.p384, "is on a curve other than P-256" },
      { ec.p384_sec1, "is on a curve other than P-256" },
      { with(ec.jwk, { crv = "P-384" }), "is a JWK on a curve other than P-256" },
      { ec.ed25519, "is neither an RSA nor an EC key" },
      { with(rsa.jwk, { kty = "oct" }), 'is a JWK whose "kty" is neither RSA nor EC' },
      { with(rsa.jwk, { kty = 5 }), 'is a JWK whose "kty" is neither RSA nor EC' },
      { {}, 'is a JWK whose "kty" is neither RSA nor EC' },
      { with(rsa.jwk, { qi = false }), 'is a JWK without "qi"' },
      { with(rsa.jwk, { n = 5 }), 'is a JWK without "n"' },
      { with(rsa.jwk, { n = "CANARY!" }), 'is a JWK without "n"' },
      { with(ec.jwk, { x = ("A"):rep(48) }), "is a JWK whose numbers are too large for P-256" },
      { with(rsa.jwk, { alg = "ES256" }), 'is a JWK whose "alg" is not RS256' },
      { { keys = { rsa.jwk } }, "is a set of keys: give one of them" },
      { "", "is empty" },
      { "CANARY", "is neither PEM nor a JWK, nor a file that can be read: No such file or directory" },
      { "CANARY\nCANARY", "is neither PEM nor a JWK" },
      { ("CANARY"):rep(1000), "is neither PEM nor a JWK" },
      { "{CANARY", "is not valid JSON, byte 2" },
      { "[CANARY]", "is neither PEM nor a JWK" },
      { "-----BEGIN PRIVATE KEY-----\nCANARY", "is a PEM block that does not end, or no key" },
      { "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----", "is not base64 inside of its PEM block" },
      { "-----BEGIN PRIVATE KEY-----\nCAN.ARY\n-----END PRIVATE KEY-----", "is not base64 inside of its PEM block" },
      { "-----BEGIN DSA PRIVATE KEY-----\nCANA\n-----END DSA PRIVATE KEY-----", "is of a kind that is not known" },
      { "-----BEGIN CERTIFICATE-----\nCANA\n-----END CERTIFICATE-----", "is a PEM block that does not end, or no key" },
      { made.folder:write("empty", ""), "is a file with nothing in it, or none" },
      { made.folder:write("garbage", "CANARY"), "is a file whose content is neither PEM nor a JWK" },
      { made.folder:write("public.pem", rsa.public), "is a file whose content is a public key" },
      { made.folder:write("a path", made.folder.path .. "/rsa.pem"),
        "is a file whose content is neither PEM nor a JWK" },
    }
    for i, row in ipairs(REFUSED) do
      local read, why = key.read(row[1])
      assert.is_nil(read, "row " .. i)
      assert.equal(row[2], why:sub(1, #row[2]), "row " .. i)
      assert.is_nil(why:find("CANARY", 1, true), why)
      assert.is_nil(why:find(made.folder.path, 1, true), why)
    end
  end)

  it("names what is there and no file of a key", function()
    made.folder:run("mkfifo fifo && : >wide && chmod 0666 wide && head -c 70000 /dev/zero >huge")
    for name, words in pairs {
      ["."] = "cannot be read: it is not a regular file", fifo = "cannot be read: it is not a regular file",
      huge = "cannot be read: it is too large",
      wide = "can be changed by other users, so it is not read: take that away with chmod go-w",
    } do
      local path = made.folder.path .. "/" .. name
      assert.same({ n = 2, nil, "is a file that cannot be used: " .. path .. " " .. words },
        { n = 2, key.read(path) })
    end
    assert.equal("is a file that cannot be used: /dev/zero cannot be read: it is not a regular file",
      select(2, key.read("/dev/zero")))
  end)

  it("that was cut, or pasted together, is refused", function()
    for _, pem in ipairs { made.rsa.pkcs8, made.rsa.pkcs1, made.ec.sec1 } do
      local label, body = pem:match("BEGIN ([^-]+)%-+\n(.-)%-+END")
      local lines = {}
      for line in body:gmatch("[^\n]+") do
        lines[#lines + 1] = line
      end
      table.remove(lines)
      for _, text in ipairs { table.concat(lines), body .. body, "AAAA" } do
        local read, why = key.read(("-----BEGIN %s-----\n%s\n-----END %s-----\n"):format(label, text, label))
        assert.is_nil(read)
        assert.is_truthy(why:find("^is damaged: ") or why:find("^is not base64"), why)
      end
    end
  end)
end)

describe("a signer", function()
  local NAMES = { "openssl.pkey", "openssl.digest", "resty.openssl.pkey", "resty.openssl.digest" }
  local loaded, preload

  before_each(function()
    loaded, preload = {}, {}
    for _, name in ipairs(NAMES) do
      loaded[name], preload[name] = package.loaded[name], package.preload[name]
      package.loaded[name] = nil
      package.preload[name] = function()
        error("module '" .. name .. "' not found")
      end
    end
  end)

  after_each(function()
    for _, name in ipairs(NAMES) do
      package.loaded[name], package.preload[name] = loaded[name], preload[name]
    end
  end)

  it("needs a library", function()
    local sign, why = signer.of { pem = "x" }
    assert.is_nil(sign)
    assert.equal('needs luaossl or lua-resty-openssl to sign with, or give "signer"', why)
  end)

  it("is not made of what the library cannot read", function()
    package.preload["openssl.pkey"] = function()
      return { new = function()
        error("pkey.new: CANARY: unsupported")
      end }
    end
    package.preload["openssl.digest"] = function()
      return {}
    end
    local sign, why = signer.of { pem = "x" }
    assert.is_nil(sign)
    assert.equal("cannot be read by luaossl", why)
  end)

  it("may be lua-resty-openssl's: its interface, with another's content", function()
    local seen = {}
    package.preload["resty.openssl.pkey"] = function()
      return { new = function(pem, options)
        if pem == "bad" then
          return nil, "pkey.new:load_key: unsupported"
        end
        seen.pem, seen.options = pem, options
        return { sign = function(_, digest)
          return "signed " .. digest.text
        end }
      end }
    end
    package.preload["resty.openssl.digest"] = function()
      return { new = function(name)
        return { update = function(self, text)
          self.text = name .. " " .. text
          return true
        end }
      end }
    end
    local sign = assert(signer.of { pem = "the key" })
    assert.equal("signed sha256 data", sign "data")
    assert.same({ pem = "the key", options = { format = "PEM", type = "pr" } }, seen)
    assert.equal("cannot be read by lua-resty-openssl", select(2, signer.of { pem = "bad" }))
  end)

  it("may be a function, whose failures are told", function()
    local ROWS = {
      { function() error("no hands", 0) end, "the signer raised: no hands" },
      { function() return nil, "no ink" end, "the signer failed: no ink" },
      { function() end, "the signer failed: it returned nil" },
      { function() return "" end, "the signer returned nothing, not a signature" },
      { function() return {} end, "the signer returned table, not a signature" },
      { function() return 5 end, "the signer returned number, not a signature" },
    }
    for _, row in ipairs(ROWS) do
      local signature, why = signer.sign(row[1], "RS256", "data")
      assert.is_nil(signature)
      assert.equal(row[2], why)
    end
    assert.equal("RS256 data", signer.sign(function(data, algorithm)
      return algorithm .. " " .. data
    end, "RS256", "data"))
  end)

  it("of ES256 may give r and s, or DER, but nothing else", function()
    local r, s = "\0\0" .. ("\127"):rep(30), "\255" .. ("\1"):rep(31)
    local function gives(signature)
      return signer.sign(function()
        return signature
      end, "ES256", "data")
    end
    assert.equal(r .. s, gives(r .. s))
    local written = "\2\30" .. ("\127"):rep(30) .. "\2\33\0" .. s
    assert.equal(r .. s, gives("\48" .. string.char(#written) .. written))
    assert.equal(r .. s, der.raw_signature(der.value(48, der.integer(r) .. der.integer(s))))
    local BAD = {
      "x", "\48", "\48\0", "\48\132\255\255\255\255", "\48\2\2\1", "\48\4\2\1\1\2", "\48\6\2\1\1\2\1\1x",
      "\48\6\4\1\1\4\1\1", "\48\3\2\1\1", ("x"):rep(63), ("x"):rep(65), "\48\128",
      der.value(48, der.integer(("\1"):rep(33)) .. der.integer(s)), written,
    }
    for i, signature in ipairs(BAD) do
      local value, why = gives(signature)
      assert.is_nil(value, "row " .. i)
      assert.equal("the signer's signature is not one of ES256", why)
    end
  end)
end)
