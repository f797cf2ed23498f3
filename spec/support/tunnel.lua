-- An HTTP proxy on loopback that leads every CONNECT to 127.0.0.1, and keeps what
-- it was asked for. Written in what every Debian has.
local folders = require "spec.support.folder"

local M = {}

local Tunnel = {}
Tunnel.__index = Tunnel

-- With a user and a password it wants these. Ends when its starter has.
local SCRIPT = [[
use strict; use warnings; use IO::Socket::INET; use IO::Select;
# perl-base has no MIME::Base64: uuencoded text is the same bits in other letters
sub decode_base64 {
  my ($text) = @_;
  $text =~ tr{A-Za-z0-9+/}{}cd;
  $text =~ tr{A-Za-z0-9+/}{ -_};
  return join "", map { unpack "u", chr(32 + int(length($_) * 3 / 4)) . $_ } $text =~ /.{1,60}/gs;
}
my ($owner, $log, $wanted) = @ARGV;
my $s = IO::Socket::INET->new(Listen => 16, LocalAddr => "127.0.0.1") or die;
$| = 1; print $$, " ", $s->sockport, "\n";
close STDOUT; open STDOUT, ">/dev/null";
$SIG{CHLD} = "IGNORE"; $SIG{PIPE} = "IGNORE";
my $ready = IO::Select->new($s);
while (kill 0, $owner) {
  next unless $ready->can_read(1);
  my $c = $s->accept or next;
  if (fork) { close $c; next }
  my $head = "";
  while ($head !~ /\r\n\r\n/) { sysread($c, $head, 4096, length $head) or exit }
  my ($line) = $head =~ /^(.*?)\r\n/;
  my ($who) = $head =~ /^Proxy-Authorization: Basic (\S+)/mi;
  $who = defined $who ? decode_base64($who) : "nobody";
  open my $out, ">>", $log; syswrite $out, "$line $who\n"; close $out;
  if (length $wanted && $who ne $wanted) {
    syswrite $c, "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n"; exit;
  }
  my ($port) = $line =~ /^CONNECT \S+:(\d+) /;
  my $to = $port && IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $port);
  if (!$to) { syswrite $c, "HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n"; exit }
  syswrite $c, "HTTP/1.1 200 Yes\r\n\r\n";
  my $both = IO::Select->new($c, $to);
  while (kill 0, $owner) {
    for my $from ($both->can_read(1)) {
      sysread($from, my $bytes, 65536) or exit;
      syswrite($from == $c ? $to : $c, $bytes);
    }
  }
  exit;
}
]]

--- Starts it.
---@param user string? "user:password" that it wants
---@return { port: string, seen: fun(self): (string), stop: fun(self) }
function M.start(user)
  local dir = folders.new()
  local script = dir:write("tunnel.pl", SCRIPT)
  local log = dir:write("log", "")
  local wanted = dir:write("user", user or "")
  local pipe = assert(io.popen("perl " .. script .. " $PPID " .. log .. ' "$(cat ' .. wanted .. ')" 2>/dev/null &'))
  local pid, port = (pipe:read("*l") or ""):match("^(%d+) (%d+)$")
  pipe:close()
  assert(pid, "the proxy did not start")
  return setmetatable({ dir = dir, pid = pid, port = port }, Tunnel)
end

--- What it was asked for, and by whom; forgets it.
---@return string
function Tunnel:seen()
  local text = self.dir:read("log")
  self.dir:write("log", "")
  return text
end

function Tunnel:stop()
  os.execute("kill " .. self.pid .. " 2>/dev/null")
  self.dir:remove()
end

return M
