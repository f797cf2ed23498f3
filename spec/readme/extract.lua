-- The code blocks of a Markdown file.
local M = {}

--- Every fenced block, in order, without the indent of its fence; and the lines
--- that are code to Markdown without a fence, where nobody would run them.
---@param path string
---@return table[] blocks  { language, text, line }
---@return integer[] unfenced  lines
function M.blocks(path)
  local blocks, unfenced, block, number, in_list = {}, {}, nil, 0, false
  for line in io.lines(path) do
    number = number + 1
    local indent, language = line:match("^( *)```(%S*)%s*$")
    if block and indent then
      assert(language == "", path .. ":" .. number .. ": a block within a block")
      block.text = table.concat(block, "\n") .. "\n"
      block = nil
    elseif block then
      block[#block + 1] = line:gsub("^" .. block.indent, "", 1)
    elseif indent then
      block = { language = language, line = number, indent = indent }
      blocks[#blocks + 1] = block
    elseif line:find("^    ") and not in_list then
      unfenced[#unfenced + 1] = number
    elseif line:find("%S") and not line:find("^ ") then
      in_list = line:find("^[-*] ") ~= nil or line:find("^%d+%. ") ~= nil
    end
  end
  assert(not block, path .. ": the last block has no end")
  return blocks, unfenced
end

--- May `text` be what `expected` says? `...` stands for anything, and any white
--- space for any other.
---@param expected string
---@param text string
---@return boolean
function M.agrees(expected, text)
  local function plain(words)
    return (words:gsub("%s+", " "):gsub("^ ", ""):gsub(" $", ""))
  end
  local pattern = plain(expected):gsub("%p", "%%%0"):gsub("%%%.%%%.%%%.", ".*")
  return plain(text):find("^" .. pattern .. "$") ~= nil
end

return M
