// A TLS server on loopback that the bundle's CA vouches for, one that it does not, and a client with Node's own defaults.
import {once} from 'node:events';
import {readFileSync} from 'node:fs';
import {connect, createServer} from 'node:tls';

async function serve(name) {
	const [cert, key] = ['crt', 'key'].map(form => readFileSync(`/smoke/tls/${name}.${form}`));
	const server = createServer({cert, key}, socket => socket.on('error', () => {}).end('hello'));
	server
		.on('tlsClientError', () => {})
		.listen(0, '127.0.0.1')
		.unref();
	await once(server, 'listening');
	return server.address().port;
}

const ask = port =>
	new Promise((resolve, reject) => {
		const socket = connect({port, host: 'localhost', family: 4, servername: 'localhost'});
		socket.once('data', data => resolve(String(data)));
		socket.once('error', reject);
	});

console.log('trusted:', await ask(await serve('trusted')));
console.log('stranger:', await ask(await serve('stranger')).catch(() => 'refused'));
