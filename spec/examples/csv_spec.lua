-- What the examples read and write CSV with.
local csv = dofile("examples/csv.lua")

--- The rows as { line, cell, ... }, or { why, line }.
local function rows(text, options)
  local found, why, line = csv.parse(text, options)
  if not found then
    return { why, line }
  end
  local all = {}
  for i, row in ipairs(found) do
    all[i] = { row.line, (table.unpack or unpack)(row) } -- luacheck: ignore 143
  end
  return all
end

--- Each record as { line, values } or { line, why }.
local function records(text)
  local all = {}
  for i, record in ipairs(assert(csv.named(assert(csv.parse(text))))) do
    all[i] = { record.line, record.values or record.fault }
  end
  return all
end

local STRAY = "a quote that neither begins nor ends a cell"
local PUT = ': put the whole cell in quotes, and write "" for each quote in it'

describe("examples/csv.lua reads", function()
  it("quoted cells, doubled quotes, separators and line breaks in them", function()
    assert.same({ { 1, "a", "b" }, { 2, 'x "y", z', "two\nlines\r\n" }, { 5, '"', " c " } },
      rows 'a,b\n"x ""y"", z","two\nlines\r\n"\n"""", c ')
  end)

  it("lines that end in LF, CRLF, CR or with the file", function()
    for _, ending in ipairs { "\n", "\r\n", "\r" } do
      assert.same({ { 1, "a", "b" }, { 2, "1", "2" }, { 4, "3", "4" } },
        rows(table.concat({ "a,b", "1,2", "", "3,4" }, ending)))
      assert.same({ { 1, "a" }, { 2, "1" } }, rows("a" .. ending .. "1" .. ending))
    end
  end)

  it("commas, semicolons and tabs, as the first line has them", function()
    assert.same({ { 1, "a", "b" }, { 2, "1;2", "3\t4" } }, rows "a,b\n1;2,3\t4\n")
    assert.same({ { 1, "a", "b" }, { 2, "1,2", "3" } }, rows "a;b\n1,2;3\n")
    assert.same({ { 1, "a", "b" }, { 2, "1,2", "3;4" } }, rows "a\tb\n1,2\t3;4\n")
    assert.same({ { 1, "a,x", "b" }, { 2, "1", "2" } }, rows '"a,x";b\n1;2\n')
    assert.same({ { 2, "a,b", "c" }, { 3, "1", "2" } }, rows "sep=;\r\na,b;c\r\n1;2\r\n")
    -- of one column, the first that a row has
    assert.same({ { 1, "a" }, { 2, "1" }, { 3, "2", "3" } }, rows "a\n1\n2;3\n")
  end)

  it("nothing that has two separators in its first line", function()
    assert.same({ "the first line holds commas and semicolons: put the cell that holds one of them in quotes", 1 },
      rows "a,b;c\n")
  end)

  it("a byte order mark as none", function()
    assert.same({ { 1, "login" }, { 2, "ada" } }, rows "\239\187\191login\r\nada\r\n")
    assert.same({ { 1, "a,b" }, { 2, "c" } }, rows '\239\187\191"a,b"\nc\n')
    assert.same({ { 2, "a", "b" } }, rows "\239\187\191sep=,\na,b\n")
  end)

  it("past empty lines and rows in which nothing stands", function()
    assert.same({ { 3, "a", "b" }, { 6, "1", "" } }, rows '\n\na,b\n,\n  \n1,\n"",""\n ,\t\n')
    -- a blank in quotes is a value
    assert.same({ { 1, "a" }, { 2, " " } }, rows 'a\n" "\n')
  end)

  it("comments apart, where there are any", function()
    local text = '# a "word\nlogin\n#ada\n"#eve"\n'
    local found = assert(csv.parse(text, { comment = "#" }))
    assert.same({ { 2, "login" }, { 4, "#eve" } }, rows(text, { comment = "#" }))
    assert.same({ { '# a "word', line = 1 }, { "#ada", line = 3 } }, found.comments)
    assert.same({ { 1, "#ada" } }, rows "#ada\n")
  end)

  for _, row in ipairs {
    { "that is empty", "", "the file is empty", 1 },
    { "of empty lines", "\n\r\n", "the file is empty", 1 },
    { "of a byte order mark", "\239\187\191", "the file is empty", 1 },
    { "of UTF-16", "\255\254a\0", "the file is UTF-16 or UTF-32: save it as UTF-8", 1 },
    { "of UTF-16, the other way round", "\254\255\0a", "the file is UTF-16 or UTF-32: save it as UTF-8", 1 },
    { "with NUL", "a\nb\0", "a NUL byte: the file is damaged, or UTF-16: save it as UTF-8", 2 },
    { "with bytes that are not UTF-8", "a,b\r\nx,y\r\nM\252ller,z\r\n",
      "bytes that are not UTF-8: save the file as UTF-8", 3 },
    { "with a character that is cut off", "a\nb\n\226\130", "bytes that are not UTF-8: save the file as UTF-8", 3 },
    { "cut off in quotes", 'a,b\n1,"2\n3,4\n', "a quote is never closed: is the file whole?", 2 },
    { "cut off behind a quote", 'a,"b""', "a quote is never closed: is the file whole?", 1 },
    { "with text behind a quote", 'a,b\n"x"y,2\n', STRAY .. PUT, 2 },
    { "with a blank behind a quote", 'a,b\n"x" ,2\n', STRAY .. PUT, 2 },
    { "with stray quotes", 'a,b\n1,2\n27" wide,2\n3,4\n5,24" wide\n6,7\n',
      STRAY .. ", so that lines 3 to 5 can be read in two ways" .. PUT, 3 },
    { "with a stray quote up to its end", 'a,b\n27" wide,2\n3,4',
      STRAY .. ", so that lines 2 to 3 can be read in two ways" .. PUT, 2 },
  } do
    it("nothing of a file " .. row[1], function()
      assert.same({ row[3], row[4] }, rows(row[2]))
    end)
  end

  it("columns by their names, without the blanks around those", function()
    assert.same({ { 2, { login = "ada", department = " x " } }, { 3, { login = "eve" } } },
      records " login ,\194\160department\194\160\nada, x \neve,\n")
  end)

  it("no columns of one name", function()
    local _, why, line = csv.named(assert(csv.parse "\nlogin,a,Login \n1,2,3\n"))
    assert.equal('columns 1 and 3 are both called "Login": rename one', why)
    assert.equal(2, line)
  end)

  it("rows that do not fit as such, and goes on", function()
    assert.same({
      { 2, "1 cells, but there are 2 columns" }, { 3, { a = "1", b = "2" } }, { 4, "3 cells, but there are 2 columns" },
      { 5, { a = "3" } },
    }, records "a,b\n1\n1,2\n1,2,3\n3,\n")
  end)

  it("columns without a name, as long as nothing stands in them", function()
    assert.same({ { 2, { a = "1" } }, { 3, "cell 2 is not empty, but its column has no name" } },
      records "a,,\n1,,\n1,2,\n")
  end)
end)

describe("examples/csv.lua writes", function()
  it("quotes where they are needed", function()
    assert.equal('plain,"a,b","a;b","say ""hi""","two\nlines"," x",,#1 -x\r\n',
      csv.line { "plain", "a,b", "a;b", 'say "hi"', "two\nlines", " x", "", "#1 -x" })
    assert.equal("1,true\r\n", csv.line { 1, true })
    -- what a reader could take for something else at the beginning of a line
    assert.equal('"#1"\r\n', csv.line { "#1" })
    assert.equal('""\r\n', csv.line { "" })
    assert.equal('"\239\187\191a"\r\n', csv.line { "\239\187\191a" })
  end)

  for _, cell in ipairs {
    "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", " =1", "  \t +1", "\194\160=1",
    "\227\128\128=1",
    "\239\187\191=1", "\226\128\139=1", "\239\188\157\49", "\239\188\139\49", "\239\188\141\49", "\239\188\160A",
    "\226\136\1461", "\tx", "\rx", "\nx",
  } do
    it(("nothing that a spreadsheet runs: %q"):format(cell), function()
      local line = assert(csv.line { "a", cell })
      assert.equal("'" .. cell, line:gsub('^a,', ""):gsub('"', ""):gsub("\r\n$", ""), nil)
      assert.equal(cell, assert(csv.parse(line))[1][2])
    end)
  end

  it("what only looks like it as it is", function()
    for _, cell in ipairs { "'tis", "O'Brien", "a=b", "1-2", "ada@example.com", "''", "'" } do
      assert.equal(cell .. "\r\n", csv.line { cell })
      assert.equal(cell, assert(csv.parse(cell))[1][1])
    end
  end)

  it("no cell that could not be read back", function()
    for _, cell in ipairs { "a\0b", "\255", "\237\160\128" } do
      local line, why = csv.line { "x", cell }
      assert.is_nil(line)
      assert.equal("cell 2 holds a NUL byte or is not UTF-8", why)
    end
  end)
end)
