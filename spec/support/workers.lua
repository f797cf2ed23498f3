-- An nginx with several workers, each of which runs a spec's code at the same
-- time as the others.
--
--     local host = workers.start { workers = 4, http = "lua_shared_dict roster 1m;" }
--     local results = host:all([[ return roster.knetik(arg):get_user(1) ~= nil ]], arg)
local inside = require "spec.support.inside"

local M = {}

local Host = {}
Host.__index = Host

-- Looks for jobs; each is run once, in a timer of its own.
local WORKER = [[
  local json = require "roster.json"
  local dict = ngx.shared.spec
  local me, seen = ngx.worker.id(), 0
  dict:set("pid " .. me, ngx.worker.pid())
  -- jobs of before this worker began are not its own
  seen = dict:get("job") or 0
  dict:incr("ready", 1, 0)
  local function run(_, job)
    local posted = assert(json.decode(dict:get("code " .. job)))
    local chunk = assert(loadstring("local roster, json, arg = ...\n" .. posted.code, "=spec"))
    local returned = { pcall(chunk, require "roster", json, posted.arg) }
    for i = 1, 3 do
      if returned[i] == nil then
        returned[i] = json.null
      end
    end
    dict:set("result " .. job .. " " .. me, assert(json.encode(returned)))
  end
  local function look(premature)
    if premature then
      return
    end
    local job = dict:get("job") or 0
    while seen < job do
      seen = seen + 1
      local only = dict:get("only " .. seen)
      if not only or only == me then
        assert(ngx.timer.at(0, run, seen))
      end
    end
    assert(ngx.timer.at(0.005, look))
  end
  assert(ngx.timer.at(0, look))
]]

local POST = [[
  local dict = ngx.shared.spec
  local job = (dict:get("job") or 0) + 1
  dict:set("code " .. job, json.encode { code = arg.code, arg = arg.arg })
  if arg.only then
    dict:set("only " .. job, arg.only)
  end
  dict:set("job", job)
  return job
]]

local COLLECT = [[
  local dict, results, missing = ngx.shared.spec, {}, 0
  -- whoever asks gives up later than this
  for _ = 1, 2000 do
    missing = 0
    for i, id in ipairs(arg.ids) do
      results[i] = dict:get("result " .. arg.job .. " " .. id)
      missing = missing + (results[i] and 0 or 1)
    end
    if missing == 0 then
      return results
    end
    ngx.sleep(0.01)
  end
  error(missing .. " workers have not answered")
]]

--- Starts it. `options` as `spec.support.inside` has them; workers: 4.
---@param options table?
function M.start(options)
  local wanted = {}
  for name, value in pairs(options or {}) do
    wanted[name] = value
  end
  wanted.workers = wanted.workers or 4
  wanted.http = "lua_shared_dict spec 1m;\n" .. (wanted.http or "")
  wanted.worker_init = WORKER .. (wanted.worker_init or "")
  local self = setmetatable({ inside = inside.start(wanted), count = wanted.workers }, Host)
  self:await(self.count)
  return self
end

--- Waits until so many workers have begun, those that have died counted.
function Host:await(count)
  self.inside:run([[
    for _ = 1, 1000 do
      if (ngx.shared.spec:get("ready") or 0) >= arg then
        return
      end
      ngx.sleep(0.01)
    end
    error("not all workers have begun")
  ]], count)
end

--- Begins to run the code in one worker, or in all.
---@param code string sees roster, json and arg
---@param arg any
---@param only integer? the worker's id, from 0
---@return integer job
function Host:begin(code, arg, only)
  return (self.inside:run(POST, { code = code, arg = arg, only = only }))
end

--- What the code returned in these workers, which it waits for: the first two
--- values of each. Raises what one of them raised.
---@param job integer
---@param ids integer[]? all when absent
---@return table[] results
function Host:collect(job, ids)
  if not ids then
    ids = {}
    for id = 1, self.count do
      ids[id] = id - 1
    end
  end
  local json = require "roster.json"
  local results = self.inside:run(COLLECT, { job = job, ids = ids })
  for i, text in ipairs(results) do
    local returned = assert(json.decode(text))
    if not returned[1] then
      error(("worker %d: %s"):format(ids[i], tostring(returned[2])), 2)
    end
    for n = 2, 3 do
      if returned[n] == json.null then
        returned[n] = nil
      end
    end
    results[i] = { returned[2], returned[3] }
  end
  return results
end

--- Runs the code in all workers at once; returns what it returned in each.
---@return table[] results
function Host:all(code, arg)
  return self:collect(self:begin(code, arg))
end

--- Kills a worker as a crash would, and waits for its successor.
---@param id integer
function Host:kill(id)
  local pid, begun = self.inside:run([[
    return ngx.shared.spec:get("pid " .. arg), ngx.shared.spec:get("ready")
  ]], id)
  os.execute(("kill -9 %d"):format(pid))
  self:await(begun + 1)
end

--- Loads the configuration anew, and waits for the new workers.
function Host:reload()
  local begun = self.inside:run [[ return ngx.shared.spec:get("ready") ]]
  self.inside.server:signal "HUP"
  self:await(begun + self.count)
end

function Host:run(...)
  return self.inside:run(...)
end

function Host:complaints()
  return self.inside:complaints()
end

function Host:stop()
  self.inside:stop()
end

return M
