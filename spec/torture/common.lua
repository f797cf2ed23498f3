-- What the scenarios share.
local M = {}

M.URL = "https://org.okta.test"
M.SECRET = "s3cret &/ value"
M.TYPE = { ["Content-Type"] = "application/json" }
M.USER = '{"id":"00u1","status":"ACTIVE","profile":{"login":"a\\u00e9@x.test","n":[1,2.5,-0,1e400,' ..
  '12345678901234567890]},"_links":{"self":{"href":"h"}},"credentials":{"provider":{"type":"OKTA"}}}'

--- The settings of a client of the core.
function M.settings(more)
  local all = {
    url = M.URL, token = "00tok", timeout = 300, max_retries = 2, connect_timeout = 10, stall_timeout = 30,
    max_response = 65536, max_nodes = 1e6, check = true,
  }
  for name, value in pairs(more or {}) do
    all[name] = value
  end
  return all
end

--- What core.call and its like return, or raises why not.
function M.made(call, _, message)
  return assert(call, message)
end

--- Does the call want to be sent? If not, why.
function M.sends(call)
  local what, message = call:next(0, 1700000000, 0, true)
  return what == "send", message
end

--- A list of scenarios, and what adds to it: a name, what to run, and how what
--- it returns is looked at. `mixed`: some of it may be an error; `never`: what
--- may not be in it; `any_message`; `accepts`, a function; `forget`, called
--- before what is held is counted; `curl`: it goes through libcurl.
function M.list()
  local list = {}
  return list, function(name, run, more)
    local scenario = more or {}
    scenario.name, scenario.run = name, run
    list[#list + 1] = scenario
  end
end

return M
