-- What outlives a call, or is seen by others than its caller: recordings,
-- journals, progress, what comes of bulk runs, and the keys of stores.
local core = require "roster.core"
local echoes = require "spec.canary.echoes"
local folder = require "spec.support.folder"
local memory = require "roster.store.memory"
local plant = require "spec.canary.plant"
local progress = require "roster.progress"
local search = require "spec.canary.search"

local dir

before_each(function()
  dir = folder.new()
end)

after_each(function()
  dir:remove()
end)

--- Every echo there is, as name and transport of a request.
local function transports()
  local list = {}
  for _, echo in ipairs(echoes.services) do
    list[#list + 1] = { echo[1], echoes.transport(echo[2]) }
  end
  for _, echo in ipairs(echoes.one) do
    list[#list + 1] = { "one in " .. echo[1], echoes.transport(function(request)
      local ok, secret = pcall(echoes.secret, request, 1)
      return echo[2](ok and secret or "nothing")
    end) }
  end
  for _, loss in ipairs(echoes.losses) do
    list[#list + 1] = { "a transport " .. loss[1], loss[2] }
  end
  return list
end

for _, service in ipairs(plant.services) do
  for _, kind in ipairs(plant.kinds(service)) do
    describe("a recording of " .. service .. " with " .. kind, function()
      local operations, bodies = plant.operations(service), {}

      --- Records all operations; returns what is in the file.
      local function record(transport)
        local client = plant.client(service, kind, function(request)
          if plant.is_token_request(request) then
            return plant.token_answer()
          end
          return transport(request)
        end, { record = dir.path .. "/tape", max_retries = 0, governor = false })
        for _, op in ipairs(operations) do
          bodies.now = op
          op.run(client)
          op.run(client, { headers = { Cookie = plant.secret(1), ["X-Session-Token"] = plant.secret(1) } })
        end
        assert.is_true(client:close())
        local text = dir:read("tape")
        assert.is_true(#text > 100 * #operations)
        return text
      end

      it("holds no secret that a service says again", function()
        -- they differ in how they get in, which all of these would show
        local all = transports()
        local most = kind == plant.default(service) and #all or 3
        for i = 1, most do
          search.value(record(all[i][2]), all[i][1])
        end
      end)

      it("holds none of an answer", function()
        search.value(record(function()
          return { status = 200, headers = { ["Content-Type"] = "application/json", ["Set-Cookie"] = plant.secret(1) },
            body = (bodies.now.answer()) }
        end), "the recording")
      end)
    end)
  end

  describe(service, function()
    local operations = plant.operations(service)

    it("tells no secret where what is sent is not what was recorded", function()
      local path, told = dir.path .. "/tape", 0
      local function run(options, only)
        options.max_retries, options.governor = 0, false
        local client, seen = plant.client(service, nil, not options.replay and function()
          return { status = 200, headers = {}, body = '{"id":"1"}' }
        end or nil, options)
        for i, op in ipairs(operations) do
          if not only or i == only then
            local value, message, detail = op.run(client, only and { headers = { ["X-A"] = "other" } } or nil)
            search.results(op.name, nil, value == nil and message or nil, detail)
            told = told + (detail and 1 or 0)
          end
        end
        local ok, why = client:close()
        search.value({ why, seen }, "the end")
        return ok
      end
      assert.is_true(run { record = path })
      -- other secrets, and so the same requests
      assert.is_true(run { replay = path })
      for i = 1, #operations do
        assert.is_nil(run({ replay = path }, i))
      end
      assert.is_true(told >= #operations)
    end)

    it("keeps no secret in a journal, nor in what comes of a bulk run", function()
      local runs = 0
      for _, transport in ipairs(transports()) do
        for n, op in ipairs(operations) do
          if op.secrets > 0 then
            local client = plant.client(service, nil, transport[2], { max_retries = 0, governor = false })
            local results, path = {}, ("%s/journal%d"):format(dir.path, n)
            os.remove(path)
            local counts = client:each({ "a", "b" }, function(_, each)
              return op.run(each)
            end, { journal = path, name = op.name, on_result = function(result)
              results[#results + 1] = result
            end })
            runs = runs + 1
            assert.equal(2, #results)
            assert.is_true(counts.done + counts.failed + counts.ambiguous == 2)
            search.value(dir:read(("journal%d"):format(n)), op.name .. ": the journal")
            for _, result in ipairs(results) do
              -- what succeeds is the caller's
              result.value, result.meta = nil, nil
            end
            search.value(results, op.name .. ": the results")
            search.value(counts, op.name .. ": the summary")
          end
        end
      end
      assert.is_true(service == "jumpcloud" or runs > 150, runs .. " runs")
    end)
  end)
end

describe("a bulk run", function()
  it("shows no secret in its progress", function()
    local columns, written = core.columns, {}
    core.columns = function() -- luacheck: ignore 122
      return 500
    end
    local file = { write = function(_, ...)
      for i = 1, select("#", ...) do
        written[#written + 1] = (select(i, ...))
      end
    end, flush = function() end }
    local line = progress.new(file, { now = os.clock, wall = os.time })
    core.columns = columns -- luacheck: ignore 122
    local counts
    local client = plant.client("okta", nil, function(request)
      return nil, echoes.everything(request)
    end, { max_retries = 0 })
    counts = client:each({ 1, 2, 3 }, function()
      return client:change_password("u", { newPassword = { value = plant.secret() } })
    end)
    line:update(counts, 1e9)
    line:finish(counts)
    assert.matches("3 done, .* 3 errors", table.concat(written))
    search.value(written, "the progress")
  end)
end)

describe("a store", function()
  for _, service in ipairs(plant.services) do
    for _, kind in ipairs(plant.kinds(service)) do
      it("has no secret in its keys, and none but the token's in its values: " .. service .. ", " .. kind, function()
        local store = memory.new(function() return 0 end)
        local client = plant.client(service, kind, function(request)
          if plant.is_token_request(request) then
            return plant.token_answer()
          end
          return { status = 200, headers = { ["X-Rate-Limit-Limit"] = "600", ["X-Rate-Limit-Remaining"] = "599",
            ["X-Rate-Limit-Reset"] = "1700001030", Date = "Tue, 14 Nov 2023 22:30:00 GMT" }, body = '{"id":"1"}' }
        end, { store = store, key_id = kind == "an assertion" and "key" or nil })
        for _, op in ipairs(plant.operations(service)) do
          op.run(client)
        end
        local entries = 0
        for key, entry in pairs(store.entries) do
          entries = entries + 1
          search.value(key, "a key")
          if not key:find(":token$") then
            search.value(entry, key)
          end
        end
        assert.is_true(entries > 0 or kind == "a token function")
      end)
    end
  end
end)
