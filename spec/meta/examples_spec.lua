-- Every call in the examples, in the README and in the reference is one that
-- the types for editors know, with options and fields that they know.

local annotations = require "spec.support.annotations"
local calls = require "spec.support.calls"
local core = require "roster.core"
local lfs = require "lfs"
local meta = require "spec.support.meta"
local reads = require "spec.support.reads"

local known = meta.all()

--- What in a table's text is not a field of the class.
local function unknown_fields(class, text, place, faults)
  local given = calls.table(text)
  class = class:gsub("^string|", "")
  if not given or not known.classes[class] then
    return
  end
  local fields, open = annotations.fields(known, class)
  for name, value in pairs(given) do
    if fields[name] then
      unknown_fields(fields[name].type, value, place .. "." .. name, faults)
    elseif not open then
      faults[#faults + 1] = place .. ": no " .. name .. " in " .. class
    end
  end
  for name, field in pairs(fields) do
    if not field.optional and not given[name] then
      faults[#faults + 1] = place .. ": " .. name .. " is missing in " .. class
    end
  end
end

local function check_call(call, place, faults)
  local prefix = "roster." .. call.provider .. "."
  if not call.method then
    return unknown_fields(prefix .. "Options", call.arguments[1], place, faults)
  end
  local method = annotations.methods(known, prefix .. "Client")[call.method]
  if not method then
    faults[#faults + 1] = place .. ": no method " .. call.method
    return
  elseif method.deprecated then
    faults[#faults + 1] = place .. ": deprecated " .. call.method
  end
  local count = call.arguments[1]:find("%S") and #call.arguments or 0
  if count > #method.params then
    faults[#faults + 1] = place .. ": too many arguments"
  end
  for i, param in ipairs(method.params) do
    local argument = i <= count and call.arguments[i]
    if argument then
      unknown_fields(param.type, argument, place .. " " .. param.name, faults)
    elseif not param.optional and not (count > 0 and call.arguments[count]:find("[%)%.]%s*$")) then
      faults[#faults + 1] = place .. ": " .. param.name .. " is missing"
    end
  end
  local list = call.after and method.returns[1]
  if list and list:find("List$") and not annotations.methods(known, list)[call.after] then
    faults[#faults + 1] = place .. ": no method " .. call.after .. " of a list"
  end
end

--- The faults in a source, and how many calls there are.
local function check(source, name)
  local faults, found = {}, calls.of(source, core.providers())
  for _, call in ipairs(found) do
    check_call(call, ("%s:%d: %s"):format(name, call.line, call.method or "roster." .. call.provider), faults)
  end
  return faults, #found
end

local function lua_files(folder, list)
  for name in lfs.dir(folder) do
    local path = folder .. "/" .. name
    if lfs.attributes(path, "mode") == "directory" and name:sub(1, 1) ~= "." then
      lua_files(path, list)
    elseif name:find("%.lua$") then
      list[#list + 1] = path
    end
  end
  table.sort(list)
  return list
end

describe("the types for editors", function()
  it("know every call in the examples", function()
    local all, total = {}, 0
    for _, path in ipairs(lua_files("examples", {})) do
      local faults, count = check(meta.read(path), path)
      for _, fault in ipairs(faults) do all[#all + 1] = fault end
      total = total + count
    end
    assert.same({}, all)
    assert.is_true(total > 60, total)
  end)

  it("know what the examples read of what comes back", function()
    local all, total = {}, 0
    for _, path in ipairs(lua_files("examples", {})) do
      local faults, count = reads.check(known, meta.read(path), core.providers())
      for _, fault in ipairs(faults) do all[#all + 1] = path .. ": " .. fault end
      total = total + count
    end
    assert.same({}, all)
    assert.is_true(total > 50, total)
  end)

  it("know every call in the README", function()
    local blocks = {}
    for block in meta.read("README.md"):gmatch("\n *```lua\n(.-)\n *```") do blocks[#blocks + 1] = block end
    local faults, count = check(table.concat(blocks, "\n"), "README.md")
    assert.same({}, faults)
    assert.is_true(count > 5, count)
  end)

  for _, provider in ipairs(core.providers()) do
    it("know every example in the reference of " .. provider .. ", which has one for each operation", function()
      local called, blocks = {}, {}
      for block in meta.read(meta.folder .. "/" .. provider .. ".md"):gmatch("\n```lua\n(.-)\n```") do
        -- the signature stands alone, and is no call
        if not block:find("^[%w_]+:[%w_]+%([%w_, ]*options%)$") then blocks[#blocks + 1] = block end
      end
      for _, block in ipairs(blocks) do
        assert.same({}, (reads.check(known, block, core.providers())))
      end
      local source = table.concat(blocks, "\n")
      assert.same({}, (check(source, provider .. ".md")))
      for _, call in ipairs(calls.of(source, core.providers())) do called[call.method] = true end
      for _, op in ipairs(core.catalog(provider).operations) do
        assert.is_true(called[op.name], op.name)
      end
    end)
  end

  it("do not know what there is not", function()
    local function fault_of(source)
      return table.concat((check(source, "x")), "\n")
    end
    assert.equal("", fault_of 'local c = roster.okta { url = "x" }\nc:get_user(id, { timeout = 1 })')
    assert.matches("no method get_usr", fault_of "okta:get_usr(id)")
    assert.matches("no sendEmail in", fault_of "okta:activate_user(id, { send_email = true, sendEmail = true })")
    assert.equal("", fault_of "okta:activate_user(id)")
    assert.matches("no tokn in", fault_of "local o = roster.okta { tokn = 1 }")
    assert.matches("no profil in", fault_of "okta:create_user { profile = {}, profil = {} }")
    assert.matches("no passwort in", fault_of "okta:create_user({ profile = {}, credentials = { passwort = {} } })")
    assert.matches("profile is missing", fault_of "okta:create_user({})")
    assert.matches("user_id is missing", fault_of "okta:get_user()")
    assert.matches("too many arguments", fault_of "okta:suspend_user(a, b, c)")
    assert.matches("no method al of a list", fault_of "okta:list_users():al()")
    assert.matches("deprecated", fault_of "okta:list_assigned_roles(id)")
    local function read_of(source)
      return table.concat((reads.check(known, source, core.providers())), "\n")
    end
    assert.equal("", read_of "local user = assert(okta:get_user(id))\nprint(user.profile.login, user.profile.own)")
    assert.matches("no profil in", read_of "local user = assert(okta:get_user(id))\nprint(user.profil.login)")
    assert.matches("no nam in", read_of "for link in okta:list_app_links(id) do print(link.nam) end")
    assert.matches("no labl in", read_of "local link = assert(okta:list_app_links(id):first())\nprint(link.labl)")
    assert.equal("", read_of "local user = okta:get_user(id)\nuser = other()\nprint(user.anything)")
    assert.equal("", fault_of "-- okta:nothing()\nprint('okta:nothing()', [[okta:nothing()]])")
  end)
end)
