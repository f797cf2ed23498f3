-- Every operation of every service, with marked secrets in its body and its
-- credential, against services and transports that say them again: none comes
-- out, neither in an error of any kind nor in a hook.
local echoes = require "spec.canary.echoes"
local plant = require "spec.canary.plant"
local search = require "spec.canary.search"

-- kinds of errors that were looked at
local kinds, calls, with_secrets = {}, 0, 0

--- Runs the operation; nothing that it returns or shows may hold a secret.
local function look(op, client, seen, options, spoil)
  local ok, value, message, detail = pcall(op.run, client, options, spoil)
  calls = calls + 1
  local name = op.name
  if not ok then
    search.value(value, name .. " raised")
    kinds.raised = true
    return
  end
  if value == nil then
    kinds[detail.kind] = true
    search.value("" .. detail, name .. ": joined")
  end
  search.results(name, nil, value == nil and message or nil, detail, value ~= nil and message or nil)
  search.value(seen, name .. ": the hooks")
  search.value(client, name .. ": the client")
  return value, message, detail
end

local function answering(transport)
  return function(request)
    if plant.is_token_request(request) then
      return plant.token_answer()
    end
    return transport(request)
  end
end

for _, service in ipairs(plant.services) do
  local operations = plant.operations(service)
  for _, op in ipairs(operations) do
    with_secrets = with_secrets + (op.secrets > 0 and 1 or 0)
  end

  for _, kind in ipairs(plant.kinds(service)) do
    describe(service .. " with " .. kind, function()
      for _, echo in ipairs(echoes.services) do
        it("hears no secret from a service that answers with " .. echo[1], function()
          for _, op in ipairs(operations) do
            local client, seen = plant.client(service, kind, answering(echoes.transport(echo[2])))
            look(op, client, seen)
          end
        end)
      end

      for _, echo in ipairs(echoes.one) do
        it("hears none from a service that quotes one of them in " .. echo[1], function()
          for _, op in ipairs(operations) do
            for number = 1, op.secrets do
              local client, seen = plant.client(service, kind, answering(echoes.transport(function(request)
                return echo[2](echoes.secret(request, number))
              end)))
              look(op, client, seen)
            end
          end
        end)
      end

      for _, loss in ipairs(echoes.losses) do
        it("hears none from a transport " .. loss[1], function()
          for _, op in ipairs(operations) do
            local client, seen = plant.client(service, kind, answering(loss[2]))
            look(op, client, seen)
          end
        end)
      end

      for _, lost in ipairs { "transport", "timeout", "protocol" } do
        it("hears none from a call that is lost: " .. lost, function()
          for _, op in ipairs(operations) do
            local client, seen = plant.client(service, kind, echoes.losing(lost))
            look(op, client, seen)
          end
        end)
      end

      it("shows none in a dry run", function()
        for _, op in ipairs(operations) do
          local client, seen = plant.client(service, kind)
          local shown = { op.run(client, { dry_run = true, headers = { Cookie = plant.secret(1),
            ["X-Other-Api-Key"] = plant.secret(1), ["Proxy-Authorization"] = plant.secret(1) } }) }
          assert.equal("table", type(shown[1]), op.name)
          assert.is_truthy(tostring(shown[1]):find("curl", 1, true))
          search.value(shown, op.name .. ": the dry run")
          search.value(seen, op.name .. ": the hooks")
        end
      end)

      it("shows none when it is closed", function()
        for _, op in ipairs(operations) do
          local client, seen = plant.client(service, kind, function() error "sent" end)
          client:close()
          local _, _, detail = look(op, client, seen)
          assert.equal("closed", detail.kind)
        end
      end)
    end)
  end

  describe(service, function()
    -- puts what cannot be sent in a secret's place, one after the other
    local SPOILS = {
      { "a list", function(secret) return { secret } end },
      { "a table", function(secret) return { value = { [secret] = secret } } end },
      { "no UTF-8", function(secret) return secret .. "\255" end },
      { "a function", function() return print end },
    }
    for _, spoil in ipairs(SPOILS) do
      it("tells none where one is " .. spoil[1], function()
        for _, op in ipairs(operations) do
          for place = 1, op.secrets do
            local client, seen = plant.client(service, nil, function() return { status = 200 } end)
            local value = look(op, client, seen, nil, function(number, secret)
              return number == place and spoil[2](secret) or nil
            end)
            assert.is_nil(value, op.name)
          end
        end
      end)
    end

    it("tells none where one is in a wrong place", function()
      for _, op in ipairs(operations) do
        local client, seen = plant.client(service, nil, function() return { status = 200 } end)
        for _, options in ipairs { { password = plant.secret() }, { timeout = plant.secret() },
          { headers = { ["X-A"] = plant.secret(3) } }, { headers = { [plant.secret(3)] = "x" } } } do
          assert.is_nil((look(op, client, seen, options)))
        end
      end
    end)

    it("shows none of an answer in what is about it", function()
      for _, op in ipairs(operations) do
        local body, secrets = op.answer()
        local client, seen = plant.client(service, nil, function(request)
          return { status = 200, headers = { ["Content-Type"] = "application/json", ["Set-Cookie"] = plant.secret(1),
            ["X-Echo"] = (echoes.everything(request):gsub("%c", " ")), Authorization = plant.secret(1),
            ["X-Token"] = plant.secret(1) }, body = body }
        end)
        local value, meta = op.run(client)
        assert.is_truthy(value, op.name)
        -- what the service sets is the caller's, in the headers as they came
        for name in pairs(meta.headers) do
          local line = type(name) == "number" and meta.headers[name]:lower():match("^[%w-]+") or name
          if line == "set-cookie" or line == "authorization" or line == "x-token" then
            meta.headers[name] = nil
          end
        end
        search.value(meta, op.name .. ": meta")
        search.value(seen, op.name .. ": the hooks")
        search.value(client, op.name .. ": the client")
        -- they are the caller's, as they are
        if #secrets > 0 then
          assert.has_error(function() search.value(value, op.name) end)
        end
      end
    end)

    it("shows none that the service sets, in an error", function()
      for _, op in ipairs(operations) do
        for _, status in ipairs { 200, 400, 401, 404, 429, 500, 503 } do
          local client, seen = plant.client(service, nil, function()
            return { status = status, headers = { ["Set-Cookie"] = { plant.secret(1), plant.secret(1) },
              Authorization = plant.secret(1), ["X-Auth-Token"] = plant.secret(1) }, body = "{" }
          end)
          local value, message, detail = op.run(client)
          if value == nil then
            search.results(op.name, nil, message, detail)
            assert.equal("***, ***", detail.headers["set-cookie"])
          end
          search.value(seen, op.name .. ": the hooks")
        end
      end
    end)

    it("shows none of an answer that cannot be read", function()
      for _, op in ipairs(operations) do
        local body, secrets = op.answer()
        if #secrets > 0 then
          for cut = 1, #body - 1, math.max(1, math.floor(#body / 40)) do
            local client, seen = plant.client(service, nil, function()
              return { status = 200, headers = { ["Content-Type"] = "application/json" }, body = body:sub(1, cut) }
            end)
            look(op, client, seen)
          end
        end
      end
    end)
  end)
end

describe("the matrix", function()
  it("has had errors of every kind, and secrets to find", function()
    for _, kind in ipairs { "http", "auth", "rate_limited", "transport", "timeout", "protocol", "argument", "closed",
      "raised" } do
      assert.is_true(kinds[kind], kind)
    end
    assert.is_true(calls > 8000, calls .. " calls")
    assert.equal(12, with_secrets)
    assert.has_error(function() search.value({ { plant.secret() } }, "planted") end)
    assert.has_error(function() search.value(setmetatable({}, { a = plant.secret() }), "planted") end)
  end)
end)
