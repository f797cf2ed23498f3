-- What others wrote, made safe to show.
local core = require "roster.core"
local random_json = require "spec.support.random_json"
local visible = require "roster.visible"

--- A character's UTF-8: utf8.char, which LuaJIT has not.
local function character(c)
  if c < 0x80 then
    return string.char(c)
  end
  local tail = ""
  local first, limit = 0xC0, 0x20
  repeat
    tail = string.char(0x80 + c % 0x40) .. tail
    c = math.floor(c / 0x40)
    if c >= limit then
      first, limit = first + limit, limit / 2
    end
  until c < limit
  return string.char(first + c) .. tail
end

describe("what is not shown as it is:", function()
  local function escaped(from, to)
    for c = from, to do
      local escape = ("\\u{%X}"):format(c)
      assert.equal(escape, visible.line(character(c)))
      assert.equal("a" .. escape .. "b", visible.line("a" .. character(c) .. "b"))
    end
  end

  it("C0 and DEL", function()
    assert.equal("a\\nb\\rc\\td", visible.line "a\nb\rc\td")
    assert.equal("\\000\\007\\027[2J\\127", visible.line "\0\7\27[2J\127")
    for c = 0, 31 do
      assert.is_nil(visible.line(string.char(c)):find("%c"))
    end
  end)

  it("C1, in UTF-8 and as bytes", function()
    escaped(0x80, 0x9F)
    assert.equal("\\15531m", visible.line "\15531m")
    assert.equal("\\133\\155", visible.line "\133\155")
  end)

  it("bytes that are not UTF-8", function()
    assert.equal("M\\252ller", visible.line "M\252ller")
    -- overlong, a surrogate, beyond the last, cut off
    assert.equal("\\192\\155", visible.line "\192\155")
    assert.equal("\\237\\160\\128", visible.line "\237\160\128")
    assert.equal("\\244\\144\\128\\128", visible.line "\244\144\128\128")
    assert.equal("a\\226\\130", visible.line "a\226\130")
  end)

  it("what sets the direction of text", function()
    escaped(0x61C, 0x61C)
    escaped(0x200E, 0x200F)
    escaped(0x202A, 0x202E)
    escaped(0x2066, 0x2069)
  end)

  it("line and paragraph separators", function()
    escaped(0x2028, 0x2029)
    escaped(0x85, 0x85)
  end)

  it("what shows nothing", function()
    for _, range in ipairs {
      { 0xAD, 0xAD }, { 0x34F, 0x34F }, { 0x115F, 0x1160 }, { 0x180E, 0x180E }, { 0x200B, 0x200D }, { 0x2060, 0x206F },
      { 0x3164, 0x3164 }, { 0xFEFF, 0xFEFF }, { 0xFFA0, 0xFFA0 }, { 0xFFF9, 0xFFFB }, { 0xE0000, 0xE007F },
    } do
      escaped(range[1], range[2])
    end
  end)
end)

describe("what is shown as it is:", function()
  it("names of every script", function()
    for _, name in ipairs {
      "Ada Lovelace", "O'Brien", "Jos\195\169 \197\129ukasz", "\206\145\206\187\206\173\206\190\206\176\207\130",
      "\208\144\208\189\208\189\208\176", "\216\185\216\168\216\175 \216\167\217\132\217\132\217\135",
      "\215\147\215\149\215\147", "\224\164\133\224\164\168\224\164\191\224\164\178", "\229\188\160\228\188\159",
      "\236\157\180\236\167\128\236\157\128", "\224\184\170\224\184\161\224\184\138\224\184\178\224\184\162",
      -- "n" with a tilde as two characters, U+00A0, a name with a variation selector
      "Muno\204\131z", "a\194\160b", "\232\145\155\243\160\132\128\229\159\142", "\240\159\145\169\240\159\143\189",
      "\\027", "100 % \"sure\" <b>", "",
    } do
      assert.equal(name, visible.line(name))
      assert.equal(name, visible.message(name))
      assert.equal(name, visible.text(name))
    end
  end)

  it("joiners where a script or an emoji needs them, and nowhere else", function()
    local persian = "\216\185\217\132\219\140\226\128\140\216\177\216\182\216\167"
    local hindi = "\224\164\149\224\165\141\226\128\141\224\164\183"
    local emoji = "\240\159\145\169\226\128\141\240\159\146\187"
    for _, name in ipairs { persian, hindi, emoji } do
      assert.equal(name, visible.line(name))
    end
    assert.equal("ad\\u{200C}a@example.com", visible.line "ad\226\128\140a@example.com")
    assert.equal("\\u{200D}" .. hindi .. "\\u{200C}", visible.line("\226\128\141" .. hindi .. "\226\128\140"))
    -- two of them, the second of which joins nothing
    assert.equal("\217\132\\u{200C}\\u{200C}\217\132", visible.line "\217\132\226\128\140\226\128\140\217\132")
  end)
end)

describe("roster.visible", function()
  it("keeps our own lines in a text, and nothing else", function()
    assert.equal("a\n\tb\\r\n\\027c\\u{2028}", visible.text "a\n\tb\r\n\27c\226\128\168")
  end)

  it("has blanks for control characters in a message", function()
    assert.equal("a  b c  d   e\\u{202E}\\255", visible.message "a\r\nb\27c\194\133d\226\128\168e\226\128\174\255")
  end)

  it("takes what tostring takes", function()
    assert.equal("1 nil true", visible.line(1) .. " " .. visible.line(nil) .. " " .. visible.line(true))
  end)

  it("cuts in the middle of no character", function()
    assert.equal("abc", visible.cut("abc", 3))
    assert.equal("ab...", visible.cut("abc", 2))
    for bytes = 0, 9 do
      local text = visible.cut(("\226\130\172"):rep(4), bytes)
      assert.equal(("\226\130\172"):rep(math.floor(bytes / 3)) .. "...", text)
    end
  end)

  it("is valid, visible and the same a second time, whatever comes in", function()
    local source = random_json.new(1304)
    local pieces = { "\0", "\27", "\155", "\194\155", "\226", "\128", "\168", "\226\128\174", "\226\128\140",
      "\216\185", "\243\160\129\129", "a", "\n", "\\", "\195\169", "\240\159\146\187" }
    for _ = 1, 5000 do
      local parts = {}
      for i = 1, source:number(12) do
        parts[i] = source:pick(pieces)
      end
      local text = table.concat(parts)
      for _, form in ipairs { "line", "text", "message" } do
        local shown = core.visible(text, form)
        assert.equal(shown, core.visible(shown, form))
        assert.is_truthy(core.encode(shown))
        assert.is_nil(shown:gsub("[\n\t]", form == "text" and "" or "%0"):find("[%c\127]"))
        assert.is_nil(shown:find("\194[\128-\159]") or shown:find("\226\128[\168-\174]") or shown:find("\243\160"))
        assert.is_true(#shown <= 4 * #text)
      end
    end
  end)

  it("raises for what is no form", function()
    assert.has_error(function() core.visible("a", "loud") end)
    assert.has_error(function() core.visible {} end)
  end)
end)
