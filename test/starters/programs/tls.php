<?php
// A TLS server on loopback that the bundle's CA vouches for, one that it does not, and a client with PHP's own defaults.

function serve(string $name): int
{
    $context = stream_context_create([
        'ssl' => ['local_cert' => "/smoke/tls/$name.crt", 'local_pk' => "/smoke/tls/$name.key"],
    ]);
    $listener = stream_socket_server('tcp://127.0.0.1:0', $code, $message, STREAM_SERVER_BIND | STREAM_SERVER_LISTEN, $context);
    $port = (int) substr(strrchr(stream_socket_get_name($listener, false), ':'), 1);
    if (pcntl_fork() !== 0) {
        return $port;
    }
    $tls = stream_socket_accept($listener);
    if (@stream_socket_enable_crypto($tls, true, STREAM_CRYPTO_METHOD_TLS_SERVER)) {
        fwrite($tls, 'hello');
    }
    exit(0);
}

function ask(int $port): string
{
    $tls = @stream_socket_client("tls://localhost:$port", $code, $message, 10);
    return $tls === false ? 'refused' : fread($tls, 5);
}

echo 'trusted: ', ask(serve('trusted')), "\n";
echo 'stranger: ', ask(serve('stranger')), "\n";
