--- The files of lua/roster/meta, made from the catalog.
local core = require "roster.core"
local models = require "meta.models"
local page = require "meta.page"
local service = require "meta.service"
local shapes = require "meta.shapes"
local shared = require "meta.shared"

local TITLES = { okta = "Okta", jumpcloud = "JumpCloud", knetik = "KnetikCloud" }

local BY = "Written by `make meta` from the catalog: change that, not this."

local function lua(lines)
  return "-- " .. BY .. "\n" .. table.concat(lines, "\n") .. "\n"
end

--- Every file by its name: its text.
---@return table<string, string>
return function()
  local files = { ["roster.lua"] = lua(shared.lines()) }
  for _, provider in ipairs(core.providers()) do
    local catalog, title = core.catalog(provider), TITLES[provider]
    local shape = shapes.of(catalog)
    files[provider .. ".lua"] = lua(service.lines(catalog, title, shape))
    files[provider .. "_models.lua"] = lua(models.lines(catalog, title, shape))
    files[provider .. ".md"] = "<!-- " .. BY .. " -->\n" .. table.concat(page.lines(catalog, title), "\n") .. "\n"
  end
  return files
end
