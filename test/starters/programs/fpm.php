<?php
// Asks the FastCGI server on port 9000 for page.php, in the protocol's own records (FastCGI specification 1.0, appendix A).

function record(int $type, string $content): string
{
    return pack('CCnnCC', 1, $type, 1, strlen($content), 0, 0) . $content;
}

$parameters = '';
foreach (['SCRIPT_FILENAME' => '/smoke/programs/page.php', 'REQUEST_METHOD' => 'GET'] as $name => $value) {
    $parameters .= chr(strlen($name)) . chr(strlen($value)) . $name . $value;
}
$socket = stream_socket_client('tcp://localhost:9000', $code, $message, 5) or exit(1);
fwrite($socket, record(1, pack('nCx5', 1, 0)) . record(4, $parameters) . record(4, '') . record(5, ''));
echo stream_get_contents($socket);
