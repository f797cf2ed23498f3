-- What the prompt shows: values, errors, the last exchange, help, and what Tab
-- offers, of every operation.
local advice = require "roster.repl.advice"
local complete = require "roster.repl.complete"
local echoes = require "spec.canary.echoes"
local guard = require "roster.repl.guard"
local help = require "roster.repl.help"
local last = require "roster.repl.last"
local plant = require "spec.canary.plant"
local repl = require "roster.repl"
local roster = require "roster"
local search = require "spec.canary.search"
local show = require "roster.repl.show"

describe("the prompt", function()
  local confirm

  setup(function()
    confirm = guard.settings.confirm
    guard.settings.confirm = false
  end)

  teardown(function()
    guard.settings.confirm = confirm
  end)

  local function prompt_client(service, kind, transport)
    local client = plant.client(service, kind, function(request)
      return plant.is_token_request(request) and plant.token_answer() or transport(request)
    end, { max_retries = 0, governor = false })
    return guard.guard(service, client)
  end

  --- Looks at everything that can be made of what a call returned.
  local function look(name, value, message, detail)
    search.value(repl.texts(value, message, detail), name .. ": print")
    search.value(tostring(last.exchange()), name .. ": last()")
    search.value(last.exchange(), name .. ": the last exchange")
    for _, held in ipairs { value ~= nil and value or false, message or false, detail or false } do
      if type(held) == "table" then
        search.value(show.text(held, true), name .. ": shown")
        search.value(show.text({ a = { held } }), name .. ": shown inside")
        search.value(help.of(held, {}), name .. ": help")
      end
    end
    if detail then
      search.value(advice.text(detail), name .. ": advice")
    end
  end

  for _, service in ipairs(plant.services) do
    for _, kind in ipairs(plant.kinds(service)) do
      it("shows no secret that comes back: " .. service .. " with " .. kind, function()
        local shown, operations = 0, plant.operations(service)
        for _, op in ipairs(operations) do
          local body, secrets = op.answer()
          local client = prompt_client(service, kind, function()
            return { status = 200, headers = { ["Content-Type"] = "application/json",
              ["Set-Cookie"] = plant.secret(1) }, body = body }
          end)
          local value, message, detail = op.run(client)
          assert.is_truthy(value, op.name)
          if #secrets > 0 and show.text(value, true):find("***", 1, true) then
            shown = shown + 1
          end
          look(op.name, value, message, detail)
        end
        assert.is_true(service ~= "okta" or shown >= 5, shown)
      end)

      it("shows none that a service says again: " .. service .. " with " .. kind, function()
        for _, echo in ipairs(echoes.services) do
          for _, op in ipairs(plant.operations(service)) do
            look(op.name, op.run(prompt_client(service, kind, echoes.transport(echo[2]))))
          end
        end
      end)

      it("shows none in help, in what Tab offers, or of a client: " .. service .. " with " .. kind, function()
        local client = prompt_client(service, kind, function() return { status = 200 } end)
        local globals = { roster = roster, client = client, secret = plant.secret(), body = { x = plant.secret() } }
        search.value(help.overview(globals), "help")
        search.value(help.of(client, globals), "help of a client")
        search.value(repl.texts(client), "print of a client")
        search.value(show.text(client), "a client shown")
        search.value(show.text({ client }, true), "a client in a table")
        search.value(client, "a client")
        for _, op in ipairs(plant.operations(service)) do
          search.value(help.of(client[op.name], globals), op.name .. ": help")
          for _, line in ipairs { "client." .. op.name:sub(1, 4), "client:" .. op.name .. "(", "client:" .. op.name
            .. "('', { ", "client:" .. op.name .. "(sec", "body.", "s" } do
            search.value({ complete.at(line, globals) }, "Tab")
          end
        end
      end)
    end
  end

  it("shows none that is in a table of the caller's", function()
    for _, service in ipairs(plant.services) do
      for _, op in ipairs(plant.operations(service)) do
        local client = prompt_client(service, nil, function() return { status = 200 } end)
        local held
        -- what it is called with
        client[op.name] = function(_, ...)
          held = { ... }
        end
        op.run(client)
        for _, argument in ipairs(held) do
          if type(argument) == "table" then
            search.value(show.text(argument, true), op.name .. ": a body")
          end
        end
      end
    end
  end)
end)
