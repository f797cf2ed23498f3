-- For wrk: the next request of a connection goes out 5 ms after the last answer.
function delay() -- luacheck: ignore
  return 5
end
