-- A service over real HTTP/1.1 that acts or does not, and closes its connections
-- when it likes. Each request that it acts on is a line of a log. Written in
-- what every Debian has.
local folders = require "spec.support.folder"

local M = {}

local Fickle = {}
Fickle.__index = Fickle

-- The first segment of a path says what becomes of the request:
--   race   chance decides: not read, read, acted on, answered, closed by FIN or RST
--   after  answered, the connection closed at once, and only then acted on
--   never  acted on, and closed without an answer
--   early  answered with 413 before the body was read, and closed
local SCRIPT = [[
use strict; use warnings; use IO::Socket::INET; use IO::Select; use Socket;
my ($owner, $log, $seed) = @ARGV;
my $s = IO::Socket::INET->new(Listen => 64, LocalAddr => "127.0.0.1") or die;
$| = 1; print $$, " ", $s->sockport, "\n";
close STDOUT; open STDOUT, ">/dev/null";
$SIG{CHLD} = "IGNORE"; $SIG{PIPE} = "IGNORE";
sub pause { select undef, undef, undef, $_[0] }
sub leave { # by FIN, or by RST
  my ($c) = @_;
  setsockopt($c, SOL_SOCKET, SO_LINGER, pack("ii", 1, 0)) if rand() < 0.5;
  close $c; exit;
}
sub act { open my $out, ">>", $log; syswrite $out, "$_[0]\n"; close $out }
sub answer {
  my ($c, $status) = @_;
  syswrite $c, "HTTP/1.1 $status\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
}
sub serve {
  my ($c, $what, $path) = @_;
  if ($what eq "early") { answer($c, "413 No"); pause(0.1); close $c; exit }
  if ($what eq "never") { act($path); close $c; exit }
  if ($what eq "after") { answer($c, "200 Yes"); close $c; act($path); exit }
  my $chance = rand();
  leave($c) if $chance < 0.15;
  act($path);
  leave($c) if $chance < 0.3;
  answer($c, "200 Yes");
  leave($c) if $chance < 0.6;
  if ($chance < 0.8) { pause(rand() * 0.002); leave($c) }
}
my $ready = IO::Select->new($s);
my $n = 0;
while (kill 0, $owner) {
  next unless $ready->can_read(1);
  my $c = $s->accept or next;
  $n++;
  if (fork) { close $c; next }
  srand($seed * 100000 + $n);
  leave($c) if rand() < 0.1 && $seed;
  while (kill 0, $owner) {
    my $head = "";
    while ($head !~ /\r\n\r\n/) {
      next unless IO::Select->new($c)->can_read(1) or !kill 0, $owner;
      sysread($c, $head, 4096, length $head) or exit;
    }
    my ($path, $what) = $head =~ m{^\w+ (/(\w+)/\S*)} or exit;
    serve($c, $what, $path);
  }
}
]]

--- Starts it. The same seed makes the same choices; with 0 no connection is
--- closed before something was asked.
---@param seed integer
---@return { url: string, log: string, acts: fun(self): (table<string, integer>), judge: function, stop: fun(self) }
function M.start(seed)
  local dir = folders.new()
  local script, log = dir:write("fickle.pl", SCRIPT), dir:write("log", "")
  local pipe = assert(io.popen(("perl %s $PPID %s %d 2>/dev/null &"):format(script, log, seed)))
  local pid, port = (pipe:read("*l") or ""):match("^(%d+) (%d+)$")
  pipe:close()
  assert(pid, "the service did not start")
  return setmetatable({ dir = dir, log = log, pid = pid, url = "http://127.0.0.1:" .. port }, Fickle)
end

--- How often it acted on each path.
---@return table<string, integer>
function Fickle:acts()
  local counts = {}
  for path in self.dir:read("log"):gmatch("[^\n]+") do
    counts[path] = (counts[path] or 0) + 1
  end
  return counts
end

--- Holds what calls came to against what it did. `outcomes`: "done", "ambiguous"
--- or "certain" for each path.
---@param outcomes table<string, string>
---@return string[] faults what must not be
---@return table<string, integer> count of each outcome
function Fickle:judge(outcomes)
  local acts, faults, count = self:acts(), {}, { done = 0, ambiguous = 0, certain = 0 }
  for path, outcome in pairs(outcomes) do
    local times = acts[path] or 0
    count[outcome] = count[outcome] + 1
    if times > 1 or outcome == "certain" and times ~= 0 or outcome == "done" and times ~= 1 then
      faults[#faults + 1] = ("%s was acted on %d times and called %s"):format(path, times, outcome)
    end
  end
  return faults, count
end

function Fickle:stop()
  os.execute("kill " .. self.pid .. " 2>/dev/null")
  self.dir:remove()
end

return M
