-- Run by a spec in a process of its own: calls every operation of every service
-- with marked secrets, lets them fail in every way, and ends. arg[1]: a service
-- that says again what it is sent, for libcurl.
local echoes = require "spec.canary.echoes"
local plant = require "spec.canary.plant"

local calls = 0

local function run_all(service, kind, transport, options, only)
  for _, op in ipairs(plant.operations(service)) do
    if op.secrets > 0 or op.name == only then
      local client = plant.client(service, kind, transport, options)
      pcall(op.run, client)
      pcall(op.run, client, { dry_run = true })
      pcall(op.run, client, nil, function(_, secret)
        return secret .. "\255"
      end)
      client:close()
      calls = calls + 1
    end
  end
end

for _, service in ipairs(plant.services) do
  for _, kind in ipairs(plant.kinds(service)) do
    -- they differ in how they get in, which all of these show
    for i = 1, kind == plant.default(service) and #echoes.services or 3 do
      local echo = echoes.services[i]
      local answer = echoes.transport(echo[2])
      run_all(service, kind, function(request)
        return plant.is_token_request(request) and plant.token_answer() or answer(request)
      end, nil, "get_user")
      run_all(service, kind, answer, nil, "get_user")
    end
    run_all(service, kind, echoes.losing "transport", nil, "get_user")
    run_all(service, kind, nil, { url = arg[1], max_retries = 0, timeout = 20 }, "get_user")
    collectgarbage()
  end
end
print(calls)
