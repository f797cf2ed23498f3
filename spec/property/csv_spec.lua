-- Whatever rows are written as CSV are read back, byte by byte; and nothing of them begins as a formula does.
local csv = dofile("examples/csv.lua")
local random_json = require "spec.support.random_json"

local ROUNDS = 400

local PIECES = {
  "'", "'", "=", "+", "-", "@", "\t", "\r", "\n", "\r\n", '"', '""', ",", ";", " ", "#", "sep=", "a", "0", "login",
  "\194\160", "\194\173", "\227\128\128", "\239\187\191", "\226\128\139", "\226\128\168", "\239\188\157",
  "\239\188\139", "\239\188\141", "\239\188\160", "\226\136\146", "\195\169", "\240\159\152\128", "\27", "\127",
}

local function cell_of(source)
  local parts = {}
  for i = 1, source:number(7) - 1 do
    parts[i] = source:pick(PIECES)
  end
  return table.concat(parts)
end

describe("CSV that is written", function()
  it("is read back as it was, whatever stands in its cells", function()
    local source = random_json.new(1301)
    for _ = 1, ROUNDS do
      local rows, lines = {}, {}
      local width = source:number(5)
      for i = 1, source:number(6) do
        local row, is_empty = {}, true
        for k = 1, width do
          row[k] = cell_of(source)
          is_empty = is_empty and row[k] == ""
        end
        if is_empty then
          row[1] = "x" -- rows in which nothing stands are left out
        end
        rows[i], lines[i] = row, assert(csv.line(row))
      end
      local text = table.concat(lines)
      local read, why = csv.parse(text)
      assert.is_table(read, ("%q: %s"):format(text, tostring(why)))
      assert.equal(#rows, #read)
      for i, row in ipairs(rows) do
        read[i].line = nil
        assert.same(row, read[i])
      end
      -- with comments told apart, none is found
      assert.equal(#rows, #assert(csv.parse(text, { comment = "#" })))
    end
  end)

  it("begins no cell as a formula does", function()
    local source = random_json.new(1302)
    local defused = 0
    for _ = 1, 20 * ROUNDS do
      local cell = cell_of(source)
      local text = assert(csv.line { "x", cell }):sub(3, -3)
      text = text:match('^"(.*)"$') or text
      assert.is_nil(text:find("^%s*[=+@-]"), cell)
      assert.is_nil(text:find("^[\t\r\n]"), cell)
      assert.is_nil(text:find("^%s*\239\188[\139\141\157\160]"), cell)
      defused = defused + (text:find("^'") and 1 or 0)
    end
    assert.is_true(defused > ROUNDS)
  end)

  it("is read, or rejected with its line, whatever a file holds", function()
    local source = random_json.new(1303)
    local read, rejected = 0, 0
    for _ = 1, 20 * ROUNDS do
      local parts = {}
      for i = 1, source:number(20) do
        parts[i] = source:number(40) == 1 and source:pick { "\0", "\255", "\233" } or source:pick(PIECES)
      end
      local text = table.concat(parts)
      local rows, why, line = csv.parse(text)
      if rows then
        read = read + 1
        assert.is_true(#rows > 0)
      else
        rejected = rejected + 1
        assert.is_string(why)
        local lines = select(2, text:gsub("\r\n", "\n"):gsub("[\r\n]", ""))
        assert.is_true(line >= 1 and line <= lines + 1, ("%q: %s"):format(text, line))
      end
    end
    assert.is_true(read > ROUNDS and rejected > ROUNDS)
  end)
end)
