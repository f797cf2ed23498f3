-- Where a member or parameter of any name can stand in what a client sends, and in
-- what comes back: each gives the request for client:request, or a call of its own.
local json = require "roster.json"

local M = {}

local function text_of(value)
  return assert(json.encode(value))
end

local function percent(text)
  return (text:gsub("[^%w._~-]", function(c)
    return ("%%%02X"):format(c:byte())
  end))
end

local function posting(body)
  return { method = "POST", path = "/x", body = body }
end

-- of request{}
M.free = {
  { "a member", function(name, value) return posting { [name] = value, other = 1 } end },
  { "a member deep down", function(name, value)
    return posting { a = { b = json.array { 1, { c = { [name] = value } } } } }
  end },
  { "a list at the root", function(name, value) return posting(json.array { { [name] = value }, "x" }) end },
  { "a list of texts", function(name, value) return posting { [name] = json.array { value } } end },
  { "JSON in a string", function(name, value) return posting { data = text_of { [name] = value, x = 'a"b' } } end },
  { "a form in a string", function(name, value)
    return posting("a=b&" .. percent(name) .. "=" .. percent(value) .. "&c=d")
  end },
  { "a text", function(name, value) return posting { note = "sent with " .. name .. "=" .. value .. " to it" } end },
  { "a query", function(name, value) return { path = "/x", query = { [name] = value, limit = 2 } } end },
  { "a URL in a string", function(name, value)
    return posting { to = "https://h.test/p?a=b&" .. percent(name) .. "=" .. percent(value) .. "#f" }
  end },
  { "a URL's fragment", function(name, value)
    return posting { to = "https://h.test/p#" .. percent(name) .. "=" .. percent(value) .. "&x=y" }
  end },
}

-- What pairs a name with a value: not for names that are those of values.
M.paired = {
  "a pair of name and value", function(name, value)
    return posting { list = json.array { { name = name, value = value }, { value = value, key = name } } }
  end,
}

-- of create_user, which has a model
M.modelled = {
  { "an unknown member", function(name, value) return { profile = { login = "a" }, [name] = value } end },
  { "a member of the profile", function(name, value) return { profile = { login = "a", [name] = value } } end },
  { "an unknown member of the credentials", function(name, value)
    return { profile = { login = "a" }, credentials = { [name] = value } }
  end },
}

return M
