-- A name server on loopback that knows some names, all of them 127.0.0.1: nginx
-- asks no other. Written in what every Debian has.
local M = {}

local Server = {}
Server.__index = Server

-- Answers A queries over UDP: the names given have the address 127.0.0.1, the
-- others do not exist. Ends when its starter has.
local SCRIPT = [[
use strict; use warnings; use IO::Socket::INET;
my ($owner, %known) = (shift, map { ($_ => 1) } @ARGV);
my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1", Proto => "udp") or die;
$| = 1; print $$, " ", $s->sockport, "\n";
close STDOUT; open STDOUT, ">/dev/null";
while (kill 0, $owner) {
  my ($in, $q) = ("");
  vec($in, fileno($s), 1) = 1;
  next unless select($in, undef, undef, 1) && $s->recv($q, 512) && length $q > 17;
  my ($at, @labels) = (12);
  while ($at < length $q and my $n = ord substr $q, $at, 1) {
    push @labels, substr $q, $at + 1, $n;
    $at += $n + 1;
  }
  my $asked = substr $q, 12, $at + 5 - 12;
  my $type = unpack "n", substr $q, $at + 1, 2;
  my $there = $known{lc join ".", @labels};
  my $answers = $there && $type == 1 ? 1 : 0;
  my $r = substr($q, 0, 2) . pack("nnnnn", $there ? 0x8180 : 0x8183, 1, $answers, 0, 0) . $asked;
  $r .= pack("nnnNnC4", 0xC00C, 1, 1, 5, 4, 127, 0, 0, 1) if $answers;
  $s->send($r);
}
]]

--- Starts it.
---@param names string[]
---@return table server  address ("127.0.0.1:port"), stop()
function M.start(names)
  local path = os.tmpname()
  local file = assert(io.open(path, "wb"))
  file:write(SCRIPT)
  file:close()
  local pipe = assert(io.popen("perl " .. path .. " $PPID " .. table.concat(names, " ") .. " 2>/dev/null &"))
  local pid, port = (pipe:read("*l") or ""):match("^(%d+) (%d+)$")
  pipe:close()
  os.remove(path)
  assert(pid, "the name server did not start")
  return setmetatable({ pid = pid, address = "127.0.0.1:" .. port }, Server)
end

function Server:stop()
  if self.pid then
    os.execute("kill " .. self.pid .. " 2>/dev/null")
    self.pid = nil
  end
end

return M
