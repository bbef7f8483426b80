# A TLS server on loopback that the bundle's CA vouches for, one that it does not, and a client with IO::Socket::SSL's own defaults.
use strict;
use warnings;
use IO::Socket::SSL;

sub serve {
    my ($name) = @_;
    my $listener = IO::Socket::SSL->new(
        LocalAddr => '127.0.0.1', LocalPort => 0, Listen => 1,
        SSL_cert_file => "/smoke/tls/$name.crt", SSL_key_file => "/smoke/tls/$name.key",
    ) or die $SSL_ERROR;
    my $pid = fork // die $!;
    return $listener->sockport if $pid;
    my $tls = $listener->accept;
    print {$tls} "hello" if $tls;
    exit 0;
}

sub ask {
    my ($port) = @_;
    my $tls = IO::Socket::SSL->new(PeerHost => 'localhost', PeerPort => $port) or return;
    read $tls, my $word, 5;
    return $word;
}

print 'trusted: ', ask(serve('trusted')) // $SSL_ERROR, "\n";
print 'stranger: ', ask(serve('stranger')) // 'refused', "\n";
