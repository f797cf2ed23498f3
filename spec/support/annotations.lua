-- Reads LuaCATS annotations, strictly: what is not understood, not defined,
-- defined twice or bound to nothing is a fault, as it would be a warning in an
-- editor.

local M = {}

local BUILT_IN = {
  any = true, boolean = true, integer = true, ["nil"] = true, number = true, string = true, table = true,
  ["true"] = true, ["false"] = true, ["function"] = true, userdata = true,
}

--------------------------------------------------------------------- types

local read_union

local function skip(s, i)
  return s:match("^ *()", i)
end

local function expect(s, i, what)
  i = skip(s, i)
  if s:sub(i, i + #what - 1) ~= what then
    error(("expected %s at %q"):format(what, s:sub(i)), 0)
  end
  return i + #what
end

--- `read` again and again, with commas between, until `closing`.
local function read_list(s, i, closing, read)
  i = skip(s, i)
  if s:sub(i, i) == closing then
    return i + 1
  end
  while true do
    i = skip(s, read(i))
    if s:sub(i, i) ~= "," then
      return expect(s, i, closing)
    end
    i = skip(s, i + 1)
  end
end

local function read_named(s, i, names)
  local after = s:match("^[%a_][%w_]*%??()", i)
  if not after then
    error(("expected a name at %q"):format(s:sub(i)), 0)
  end
  -- a parameter `self` may go without its type
  return read_union(s, expect(s, after, ":"), names)
end

local function read_function(s, i, names)
  i = read_list(s, i, ")", function(at)
    return read_named(s, at, names)
  end)
  if s:sub(i, i) ~= ":" then
    return i
  end
  repeat
    i = read_union(s, i + 1, names)
  until s:sub(i, i) ~= ","
  return i
end

local function read_unit(s, i, names)
  i = skip(s, i)
  local after = s:match("^fun%(()", i)
  if after then
    return read_function(s, after, names)
  end
  after = s:match('^"[^"]*"()', i) or s:match("^'[^']*'()", i)
  if after then
    return after
  elseif s:sub(i, i) == "{" then
    return read_list(s, i + 1, "}", function(at)
      return read_named(s, at, names)
    end)
  elseif s:sub(i, i) == "(" then
    return expect(s, read_union(s, i + 1, names), ")")
  end
  local name
  name, after = s:match("^([%a_][%w_%.]*)()", i)
  if not name then
    error(("expected a type at %q"):format(s:sub(i)), 0)
  end
  names[#names + 1] = name
  if s:sub(after, after) == "<" then
    return read_list(s, after + 1, ">", function(at)
      return read_union(s, at, names)
    end)
  end
  return after
end

function read_union(s, i, names)
  repeat
    i = read_unit(s, i, names)
    while true do
      local after = s:match("^%[%]()", i) or s:match("^%?()", i)
      if not after then
        break
      end
      i = after
    end
    local bar = s:match("^|()", i)
    i = bar or i
  until not bar
  return i
end

--- The type that `s` begins with, and what stands behind it.
local function read_type(self, s)
  local names = {}
  local after = read_union(s, 1, names)
  local rest = s:sub(after)
  if rest ~= "" and rest:sub(1, 1) ~= " " then
    error(("%q behind a type"):format(rest), 0)
  end
  if rest:find("^ [|?%[<%(:,]") or rest ~= "" and s:sub(1, after - 1):find("fun(", 1, true) then
    error(("%q could be part of the type"):format(rest), 0)
  end
  for _, name in ipairs(names) do
    self.used[#self.used + 1] = { name = name, at = self.at }
  end
  return s:sub(skip(s, 1), after - 1), rest:sub(2)
end

---------------------------------------------------------------------- lines

local function once(where, key, what)
  if where[key] ~= nil then
    error(("%s %s is there twice"):format(what, tostring(key)), 0)
  end
end

local TAGS = {}

function TAGS.meta(self, rest)
  self.meta = rest
end

function TAGS.class(self, rest)
  local name, parent = rest:match("^([%w_%.]+): ([%w_%.]+)$")
  name = name or rest:match("^[%w_%.]+$")
  assert(name, "a class without a name")
  once(self.classes, name, "class")
  once(self.aliases, name, "class")
  self.class = { name = name, parent = parent, fields = {}, order = {}, methods = {}, file = self.file }
  self.classes[name], self.open = self.class, self.class
  if parent then
    self.used[#self.used + 1] = { name = parent, at = self.at }
  end
end

function TAGS.field(self, rest)
  local key, optional, type_ = rest:match('^%[?"?([%a_][%w_%-]*)"?%]?(%??) (.+)$')
  local fields = assert(self.class, "a field without a class").fields
  if rest:find("^%[string%] ") then
    self.class.index = read_type(self, rest:match("^%[string%] (.+)$"))
    return
  end
  assert(key, "a field without a name")
  once(fields, key, "field")
  assert(key:find("-", 1, true) == nil or rest:sub(1, 2) == '["', "a field's name must stand in brackets")
  local kind, comment = read_type(self, type_)
  fields[key] = { type = kind, optional = optional == "?", comment = comment }
  self.class.order[#self.class.order + 1] = key
end

function TAGS.overload(self, rest)
  assert(self.class, "an overload without a class")
  once(self.class, "call", "overload of")
  self.class.call = read_type(self, rest)
end

function TAGS.alias(self, rest)
  local name, type_ = rest:match("^([%w_%.]+) (.+)$")
  assert(name, "an alias without a type")
  once(self.classes, name, "alias")
  once(self.aliases, name, "alias")
  self.alias = { type = read_type(self, type_), members = {} }
  self.aliases[name] = self.alias
end

function TAGS.param(self, rest)
  local name, optional, type_ = rest:match("^([%a_][%w_]*)(%??) (.+)$")
  assert(name, "a parameter without a type")
  local kind, comment = read_type(self, type_)
  self.params[#self.params + 1] = { name = name, optional = optional == "?", type = kind, comment = comment }
end

TAGS["return"] = function(self, rest)
  self.returns[#self.returns + 1] = read_type(self, rest)
end

function TAGS.deprecated(self)
  self.deprecated = true
end

local function forget(self)
  self.params, self.returns, self.deprecated, self.class, self.alias = {}, {}, nil, nil, nil
end

--- The parameters told must be those declared, in their order.
local function read_declaration(self, owner, name, params)
  local class = assert(self.owners[owner], "a method of no class")
  once(class.methods, name, "method")
  local declared = {}
  for param in params:gmatch("[%a_][%w_]*") do
    declared[#declared + 1] = param
  end
  assert(#declared == #self.params, "not every parameter has a type")
  for i, param in ipairs(self.params) do
    assert(param.name == declared[i], "parameter " .. declared[i] .. " is told of as " .. param.name)
  end
  class.methods[name] = { params = self.params, returns = self.returns, deprecated = self.deprecated }
end

local function read_line(self, line)
  local tag, rest = line:match("^%-%-%-@(%l+) ?(.*)$")
  local owner, name, params = line:match("^function ([%a_][%w_]*):([%w_]+)%((.-)%) end$")
  if tag then
    assert(TAGS[tag], "unknown tag " .. tag)(self, rest)
  elseif line:find("^%-%-%-| ") then
    local member, behind = read_type(self, line:match("^%-%-%-| (.+)$"))
    assert(behind == "" and self.alias, "a member of no alias")
    self.alias.members[#self.alias.members + 1] = member
  elseif owner then
    read_declaration(self, owner, name, params)
    forget(self)
  elseif line:find("^local [%a_][%w_]* = {}$") then
    self.owners[line:match("^local ([%a_][%w_]*)")] = assert(self.class, "a table without a class")
    forget(self)
  elseif line == "" then
    assert(#self.params == 0 and #self.returns == 0, "parameters of nothing")
    forget(self)
  else
    assert(line:find("^%-%-"), "neither an annotation nor a declaration")
  end
end

--- Reads `text` into `self`, which M.new made.
---@param self table
---@param file string name for faults
---@param text string
function M.read(self, file, text)
  self.file, self.owners = file, {}
  forget(self)
  -- a long declaration may go over several lines
  text = text:gsub("%(\n%s+([^\n]-)\n%) end\n", "(%1) end\n")
  local number = 0
  for line in text:gmatch("(.-)\n") do
    number = number + 1
    self.at = file .. ":" .. number
    local ok, fault = pcall(read_line, self, line)
    if not ok then
      self.faults[#self.faults + 1] = self.at .. ": " .. tostring(fault):gsub("^[^ ]*:%d+: ", "")
    end
  end
end

--- What was used and is nowhere defined is a fault as well.
---@param self table
function M.finish(self)
  for _, use in ipairs(self.used) do
    if not (BUILT_IN[use.name] or self.classes[use.name] or self.aliases[use.name]) then
      self.faults[#self.faults + 1] = use.at .. ": no type " .. use.name
    end
  end
end

--- Nothing read yet.
function M.new()
  return { classes = {}, aliases = {}, used = {}, faults = {} }
end

--- A class's methods, those of its parents included.
---@param self table
---@param name string
---@return table<string, table>
function M.methods(self, name)
  local all = {}
  local class = self.classes[name]
  while class do
    for key, method in pairs(class.methods) do
      all[key] = all[key] or method
    end
    class = self.classes[class.parent]
  end
  return all
end

--- A class's fields, those of its parents included, and whether others pass.
---@param self table
---@param name string
---@return table<string, table> fields, boolean open
function M.fields(self, name)
  local all, open = {}, false
  local class = self.classes[name]
  while class do
    for key, field in pairs(class.fields) do
      all[key] = all[key] or field
    end
    open = open or class.index ~= nil
    class = self.classes[class.parent]
  end
  return all, open
end

return M
