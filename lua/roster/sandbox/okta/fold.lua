--- Logins compare without case and without diacritics.
local PLAIN = {
  a = "àáâãäåāăąÀÁÂÃÄÅĀĂĄ", c = "çćĉċčÇĆĈĊČ", d = "ďđĎĐ",
  e = "èéêëēĕėęěÈÉÊËĒĔĖĘĚ", g = "ĝğġģĜĞĠĢ", h = "ĥħĤĦ",
  i = "ìíîïĩīĭįıÌÍÎÏĨĪĬĮİ", j = "ĵĴ", k = "ķĶ", l = "ĺļľŀłĹĻĽĿŁ",
  n = "ñńņňÑŃŅŇ", o = "òóôõöøōŏőÒÓÔÕÖØŌŎŐ", r = "ŕŗřŔŖŘ",
  s = "śŝşšŚŜŞŠ", t = "ţťŧŢŤŦ", u = "ùúûüũūŭůűųÙÚÛÜŨŪŬŮŰŲ",
  w = "ŵŴ", y = "ýÿŷÝŶŸ", z = "źżžŹŻŽ", ae = "æÆ", oe = "œŒ", ss = "ß",
}

local letters = {}
for plain, list in pairs(PLAIN) do
  for letter in list:gmatch("[\194-\197][\128-\191]") do
    letters[letter] = plain
  end
end

--- Folds a string for comparison.
---@param text string
---@return string
return function(text)
  return (text:gsub("[\194-\197][\128-\191]", letters):lower())
end
