-- What the examples read and write CSV with.
local csv = dofile("examples/csv.lua")
local example = require "spec.support.example"

-- Every row as { line, row } or { line, nil, why }.
local function rows(text)
  local path = example.file(text)
  local file = assert(io.open(path, "rb"))
  finally(function()
    file:close()
    os.remove(path)
  end)
  local all = {}
  for line, row, why in csv.rows(file) do
    all[#all + 1] = { line, row or false, why }
  end
  return all
end

describe("examples/csv.lua", function()
  it("reads quoted fields, doubled quotes, commas and line breaks in them", function()
    assert.same({
      { 2, { a = 'x "y", z', b = "two\nlines", c = "3" } },
      { 4, { a = '"', b = "b", c = " c " } },
    }, rows 'a,b,c\n"x ""y"", z","two\nlines",3\n"""",b, c \n')
  end)

  it("leaves out empty fields and empty lines", function()
    assert.same({ { 3, { b = "1" } }, { 5, { a = "2" } } }, rows 'a,b\n\n,1\n\n"2",""\n')
  end)

  it("takes what spreadsheets write: CRLF, a byte order mark, no last line break", function()
    assert.same({ { 2, { a = "1", b = "2\n3" } }, { 4, { a = "4", b = "5" } } },
      rows '\239\187\191a,b\r\n1,"2\r\n3"\r\n4,5')
  end)

  it("says in which line a row is wrong, and goes on", function()
    assert.same({
      { 2, false, "1 fields, but there are 2 columns" },
      { 3, { a = "1", b = "2" } },
      { 4, false, "3 fields, but there are 2 columns" },
      { 5, false, "a quote that neither begins nor ends a field" },
      { 6, false, "a quote that neither begins nor ends a field" },
      { 7, { a = "3", b = "4" } },
      { 8, false, "a quote is never closed" },
    }, rows 'a,b\n1\n1,2\n1,2,3\n"x"y,2\nx"y",2\n3,4\n5,"6\n7,8\n')
  end)

  it("reads no rows under names that it cannot read", function()
    assert.same({ { 1, false, "a quote that neither begins nor ends a field" } }, rows '"a"b",c"\n1,2\n3,4\n')
  end)

  it("gives nothing for a file without rows", function()
    assert.same({}, rows "")
    assert.same({}, rows "a,b\n")
  end)

  it("writes what it reads back", function()
    local row = { a = 'say "hi"', b = "a,b", c = "two\nlines", d = "plain", e = "#1 -x" }
    local text = csv.line { "a", "b", "c", "d", "e" } .. csv.line { row.a, row.b, row.c, row.d, row.e }
    assert.equal('a,b,c,d,e\r\n"say ""hi""","a,b","two\nlines",plain,#1 -x\r\n', text)
    assert.same({ { 2, row } }, rows(text))
  end)
end)
