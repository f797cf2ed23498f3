--- Lines of text: wrapping, comments.
local M = {}

M.WIDTH = 100

--- Words of `text` in lines of at most `width` bytes, the prefix included.
---@param text string
---@param width integer
---@param prefix string? before every line
---@return string[]
function M.wrap(text, width, prefix)
  prefix = prefix or ""
  local lines, line = {}, nil
  for word in text:gmatch("%S+") do
    if line and #prefix + #line + 1 + #word > width then
      lines[#lines + 1] = prefix .. line
      line = word
    else
      line = line and line .. " " .. word or word
    end
  end
  lines[#lines + 1] = line and prefix .. line or nil
  return lines
end

--- Appends every value of the list `more`.
---@param list any[]
---@param more any[]
---@return any[] list
function M.append(list, more)
  for i = 1, #more do
    list[#list + 1] = more[i]
  end
  return list
end

--- An annotation with its comment behind it, or above it where that would be
--- too wide, or could be read as part of a function's type.
---@param annotation string
---@param comment string?
---@return string[]
function M.annotate(annotation, comment)
  if not comment or comment == "" then
    return { annotation }
  end
  local fits_behind = not annotation:find("fun(", 1, true) and comment:find("^[%w`_-]")
  if fits_behind and #annotation + 1 + #comment <= M.WIDTH then
    return { annotation .. " " .. comment }
  end
  return M.append(M.wrap(comment, M.WIDTH, "---"), { annotation })
end

--- A sentence of a note: begins with a capital, ends with a full stop.
---@param text string
---@return string
function M.sentence(text)
  -- it may begin with a name as that is written in Lua or on the wire
  local is_word = text:find("^%l+[%s,;:]")
  local capital = is_word and text:sub(1, 1):upper() .. text:sub(2) or text
  return capital:find("[%.%?!]$") and capital or capital .. "."
end

return M
