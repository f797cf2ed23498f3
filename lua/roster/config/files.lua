--- The files that hold Okta's settings, as layers: see roster.config.layers.
local core = require "roster.core"
local layers_of = require "roster.config.layers"
local names = require "roster.names"
local warning = require "roster.warning"
local yaml = require "roster.config.yaml"

local M = {}

-- a file that is there may be another person's work, as in a folder that was
-- fetched: see roster.config.found
local FOUND = "./.okta.yaml"

--- The member at `path` ("proxy.host"); nil and the part that is no mapping.
local function member(client, path)
  local value, at = client, ""
  for part in path:gmatch("[^.]+") do
    if type(value) ~= "table" then
      return nil, at
    end
    at = at .. "." .. part
    value = value[part]
    if value == nil then
      return nil
    end
  end
  return value
end

local function from_client(client, place)
  local layer = { values = {}, origin = {} }
  for _, row in ipairs(layers_of.ROWS) do
    local value, wrong = member(client, row[1])
    if wrong then
      return nil, place .. wrong .. ": expected a mapping, got " .. layers_of.named(member(client, wrong:sub(2)))
    elseif value ~= nil then
      local fault = layers_of.put(layer, row, value, place .. "." .. row[1])
      if fault then
        return nil, fault
      end
    end
  end
  return layer
end

-- The mapping `name` of `parent`; nil when it is not there, nil and a message
-- when it is something else.
local function mapping(parent, name, place)
  local value = parent[name]
  if value == nil or type(value) == "table" then
    return value
  end
  return nil, place .. name .. ": expected a mapping, got " .. layers_of.named(value)
end

-- The members of `client` that are secret; a proxy's is one level deeper.
local SECRETS = { "token", "accessToken", "privateKey" }

-- Does one of the file's sections hold a secret?
local function holds_secret(file)
  local sections = { file.okta }
  for _, section in pairs(type(file.profiles) == "table" and file.profiles or {}) do
    sections[#sections + 1] = section
  end
  for _, section in ipairs(sections) do
    local client = type(section) == "table" and type(section.client) == "table" and section.client or {}
    for _, name in ipairs(SECRETS) do
      if client[name] ~= nil then
        return true
      end
    end
    if type(client.proxy) == "table" and client.proxy.password ~= nil then
      return true
    end
  end
  return false
end

-- The section of the file, as a layer. Returns nil where it has none; then the
-- names of the profiles there are.
local function from_file(path, settings)
  local file, why, is_readable = yaml.read(path)
  if not file then
    return nil, nil, why and path .. " " .. why
  elseif is_readable and holds_secret(file) then
    warning.give(settings.on_warning, path .. " holds a credential and can be read by other users: take that away with "
      .. "chmod go-r")
  end
  local profile, place, section, profiles = settings.profile, path .. ": ", nil, nil
  if profile then
    profiles, why = mapping(file, "profiles", place)
    if profiles then
      section, why = mapping(profiles, profile, place .. "profiles.")
    end
    place = place .. "profiles." .. profile .. "."
  else
    section, why = mapping(file, "okta", place)
    place = place .. "okta."
  end
  local client
  if section then
    client, why = mapping(section, "client", place)
  end
  if not client then
    return nil, profiles, why
  end
  local layer
  layer, why = from_client(client, place .. "client")
  if layer then
    -- one that the call names is trusted
    layer.path, layer.is_found = path, path == FOUND and not settings.config_file
  end
  return layer, profiles, why
end

local function files_of(settings)
  if settings.config_file then
    return { settings.config_file }
  end
  local home = os.getenv("HOME")
  -- a relative one would lead to the current folder as well
  return { FOUND, home and home:sub(1, 1) == "/" and home .. "/.okta/okta.yaml" or nil }
end

-- That the profile is nowhere, and which one may be meant.
local function no_profile(profile, files, known)
  local near = core.nearest(profile, known)
  return ('option "profile": there is no profile "%s" in %s'):format(profile, table.concat(files, " or ")) ..
    (near and ', did you mean "' .. near .. '"?' or "")
end

--- What the files say, the one that wins first (of a profile: each file's, of
--- which one is to be taken alone); nil and what is wrong with them.
--- Without lyaml there are none, which is a fault only where the caller has asked
--- for one; else `note.any` names one that would have been read.
---@param settings table
---@param note table to be put after what is missing: `any`
---@return table[]? layers, string? message
function M.read(settings, note)
  local files, layers, known = files_of(settings), {}, {}
  local wanted = settings.profile or settings.config_file
  if not yaml.is_available() then
    if wanted then
      local option = settings.profile and "profile" or "config_file"
      return nil, 'option "' .. option .. '" needs lyaml, which is not installed'
    end
    for _, path in ipairs(files) do
      if yaml.exists(path) then
        note.any = "; " .. path .. " was not read, for lyaml is not installed"
      end
    end
    return layers
  end
  for _, path in ipairs(files) do
    local layer, profiles, why = from_file(path, settings)
    if why then
      return nil, why
    end
    layers[#layers + 1] = layer
    for _, name in ipairs(names(profiles or {})) do
      known[#known + 1] = tostring(name)
    end
  end
  if settings.config_file and not yaml.exists(settings.config_file) then
    return nil, 'option "config_file": there is no file ' .. settings.config_file
  elseif settings.profile and #layers == 0 then
    return nil, no_profile(settings.profile, files, known)
  end
  return layers
end

return M
