--- Pieces of Markdown.
local M = {}

--- As code.
function M.code(s)
  return "`" .. s .. "`"
end

--- "`a`, `b` and `c`"
---@param list string[]
---@param word string
function M.joined(list, word)
  local quoted = {}
  for i, item in ipairs(list) do
    quoted[i] = M.code(item)
  end
  local last = table.remove(quoted)
  return #quoted > 0 and table.concat(quoted, ", ") .. " " .. word .. " " .. last or last
end

--- A model's name as a link to where the page shows its fields.
local function link(name)
  return ("[%s](#%s)"):format(name, name:lower())
end

--- A type of roster.describe with the model in it, if there is one, as a link.
---@param type_ string
---@param model string?
---@return string
function M.linked(type_, model)
  return model and (type_:gsub(model .. "$", link(model))) or type_
end

--- What may hold a bar, for a cell.
---@param text string
---@return string
function M.cell(text)
  return (text:gsub("|", "\\|"))
end

--- A row of a table; its cells must not hold a bare bar.
function M.row(...)
  return "| " .. table.concat({ ... }, " | ") .. " |"
end

return M
