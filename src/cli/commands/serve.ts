import {readFile} from 'node:fs/promises';
import {SlipwayError} from '../../base/errors.ts';
import {safeText} from '../../base/safe-text.ts';
import {serveStore} from '../../publish/serve/serve-store.ts';
import {tellOfImage} from '../../app/tell-of-image.ts';
import {wholeNumberFrom} from '../arguments.ts';
import {jsonOption, type Configure} from '../program.ts';
import {print, safeJson, warn} from '../terminal.ts';
import {withServices} from '../with-services.ts';

interface ServeCommandOptions {
	readonly address: string;
	readonly port: number;
	readonly certificate?: string;
	readonly key?: string;
	readonly user?: string;
	readonly json?: boolean;
}

export const configure: Configure = command =>
	void command
		.option('--address <address>', 'where to listen; beyond this host TLS and a user are needed', '127.0.0.1')
		.option('--port <port>', 'port; 0 takes a free one', wholeNumberFrom(0, 65_535), 5000)
		.option('--certificate <file>', 'TLS certificate, PEM')
		.option('--key <file>', 'its key, PEM')
		.option('--user <name>', 'asks for this user with the password in SLIPWAY_SERVE_PASSWORD')
		.addOption(jsonOption())
		.action(async (options: ServeCommandOptions) => {
			await withServices({}, async (services, signal) => {
				const {store, tenant} = services;
				let host = '';
				const served = await serveStore({
					store,
					tenant,
					address: options.address,
					port: options.port,
					tls: await tlsOf(options),
					auth: authOf(options),
					onPulled: ({name, tags, digest}) => {
						const reference = `${host}/${tenant}/${name}:${tags[0] ?? ''}`;
						void tellOfImage(services, {kind: 'image/pulled', image: name, tags, digest, reference, signal}, warn);
					},
					onRequest: request => {
						const {client, method, path, status, durationMs} = request;
						if (options.json) print(safeJson({type: 'request', ...request}));
						else print(safeText(`${client} ${method} ${path} ${status} ${Math.round(durationMs)} ms`));
					},
				});
				host = served.host;
				if (options.json) print(safeJson({type: 'serving', host: served.host, tenant}));
				else print(`Serving at ${served.host}: \`docker pull ${served.host}/${tenant}/NAME:TAG\`. Ctrl+C ends it.`);
				await new Promise<void>(resolve => {
					if (signal.aborted) resolve();
					else signal.addEventListener('abort', () => resolve());
				});
				await served.close();
			});
		});

async function tlsOf({certificate, key}: ServeCommandOptions) {
	if (certificate === undefined && key === undefined) return null;
	if (certificate === undefined || key === undefined) {
		throw new SlipwayError('usage', 'TLS needs a certificate and its key.', {
			hint: 'Give both --certificate and --key.',
		});
	}
	return {certificate: await readFile(certificate, 'utf8'), key: await readFile(key, 'utf8')};
}

/** The password comes from the environment: arguments are seen by every user of a host. */
function authOf({user}: ServeCommandOptions) {
	if (user === undefined) return null;
	const password = process.env['SLIPWAY_SERVE_PASSWORD'];
	if (password) return {kind: 'password', username: user, password} as const;
	throw new SlipwayError('usage', '--user needs a password.', {hint: 'Set SLIPWAY_SERVE_PASSWORD.'});
}
