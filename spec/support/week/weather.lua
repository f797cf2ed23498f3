-- What may happen to a request on its way to a service, and to the answer on its
-- way back: by chance, in calm hours, storms and outages.
local M = {}

local methods = {}
local mt = { __index = methods }

local HOUR = 3600

-- Shares of the requests; what is left goes well. Each is how the service, or the
-- line to it, fails: `applied` says that the service has done what was asked by
-- then. 503 says that nothing was taken on, and what the service itself answers
-- with 500 it has not done.
local FATES = {
  { name = "no connection", sent = false },
  { name = "reset", sent = true },
  { name = "answer lost", sent = true, applied = true },
  { name = "garbled", sent = true, applied = true, loss = "protocol" },
  { name = "502 before", status = 502 },
  { name = "502 after", status = 502, applied = true },
  { name = "503", status = 503 },
  { name = "503 for a while", status = 503, headers = { ["Retry-After"] = "2" } },
  { name = "504 before", status = 504 },
  { name = "504 after", status = 504, applied = true },
  { name = "500", status = 500 },
  { name = "429 without a word", status = 429 },
  { name = "429 for a while", status = 429, headers = { ["Retry-After"] = "3" } },
  { name = "429 for too many at a time", status = 429, crowded = true },
  { name = "401 out of the blue", status = 401 },
}

-- kind of weather -> share of requests that meet one of the fates
local SHARES = { calm = 0.02, storm = 0.5, outage = 1 }

local OUTAGE = { FATES[1], FATES[2], FATES[7], FATES[10] }

--- The weather at this time. Storms last up to an hour, several a day; outages
--- come once a day or so, and are shorter.
function methods:now(now)
  while now >= self.ends do
    self.kind = self.kind ~= "calm" and "calm" or self.dice:chance(0.2) and "outage" or "storm"
    local mean = self.kind == "calm" and 5 * HOUR or self.kind == "storm" and HOUR / 3 or HOUR / 6
    self.ends = self.ends + self.dice:span(mean)
  end
  return self.kind
end

--- What becomes of a request sent now; nil: nothing out of the ordinary.
---@return table? fate
function methods:fate(now)
  local kind = self:now(now)
  if not self.dice:chance(SHARES[kind]) then
    return nil
  end
  local fate = self.dice:pick(kind == "outage" and OUTAGE or FATES)
  self.seen[fate.name] = (self.seen[fate.name] or 0) + 1
  return fate
end

--- Seconds that the service takes.
function methods:latency()
  local lot = self.dice:roll()
  if lot < 0.9 then
    return 0.02 + self.dice:span(0.1)
  elseif lot < 0.99 then
    return self.dice:span(3)
  end
  return self.dice:span(60)
end

---@param dice table
---@param now number
function M.new(dice, now)
  return setmetatable({ dice = dice, ends = now, kind = "storm", seen = {} }, mt)
end

M.FATES = FATES

return M
