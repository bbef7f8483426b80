import {spawn, type ChildProcess} from 'node:child_process';
import {Agent, type ClientRequestArgs} from 'node:http';
import {Duplex} from 'node:stream';
import type {Environment} from '../base/paths.ts';
import {safeText} from '../base/safe-text.ts';

/**
 * A daemon behind ssh(1), as the docker command reaches it (docker/cli, cli/connhelper): every connection is a
 * `docker system dial-stdio` on that host. ssh itself knows keys, agents, known hosts and the user's configuration; no
 * password is ever asked for, since a build has no terminal.
 */
export class SshAgent extends Agent {
	readonly #command: readonly string[];
	readonly #env: Environment;

	constructor(address: string, env: Environment) {
		super({keepAlive: true, maxFreeSockets: 2});
		this.#command = sshCommand(address);
		this.#env = env;
	}

	override createConnection(_options: ClientRequestArgs): Duplex {
		return new SshConnection(spawn('ssh', this.#command, {stdio: ['pipe', 'pipe', 'pipe'], env: {...this.#env}}));
	}
}

/** Arguments of ssh for `ssh://user@host:port/path/of/socket`. */
export function sshCommand(address: string): readonly string[] {
	const {hostname, port, username, pathname} = new URL(address);
	const socket = decodeURIComponent(pathname).replace(/^\/$/, '');
	return [
		'-o',
		'BatchMode=yes',
		'-o',
		'ConnectTimeout=30',
		'-T',
		...(username === '' ? [] : ['-l', decodeURIComponent(username)]),
		...(port === '' ? [] : ['-p', port]),
		// What stands behind it is no option, whatever it looks like.
		'--',
		hostname.replace(/^\[|\]$/g, ''),
		'docker',
		...(socket === '' ? [] : ['--host', `unix://${socket}`]),
		'system',
		'dial-stdio',
	];
}

/** Standard input and output of a program in the place of a socket. */
class SshConnection extends Duplex {
	readonly #child: ChildProcess;
	#complaint = '';

	constructor(child: ChildProcess) {
		super();
		this.#child = child;
		child.stderr?.setEncoding('utf8').on('data', (text: string) => {
			this.#complaint = (this.#complaint + text).slice(-500);
		});
		child.stdout?.on('data', (chunk: Buffer) => {
			if (!this.push(chunk)) child.stdout?.pause();
		});
		child.stdin?.on('error', () => {}); // Its end tells.
		child.on('error', error => this.destroy(error));
		child.on('close', code => {
			if (this.destroyed) return;
			if (code === 0) {
				this.push(null);
				return;
			}
			const said = safeText(this.#complaint).trim();
			this.destroy(new Error(`ssh ended with ${String(code)}${said === '' ? '' : `: ${said}`}`));
		});
	}

	override _read(): void {
		this.#child.stdout?.resume();
	}

	override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
		this.#child.stdin?.write(chunk, error => done(error ?? null));
	}

	override _final(done: (error?: Error | null) => void): void {
		this.#child.stdin?.end(() => done());
	}

	override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
		this.#child.kill();
		done(error);
	}

	// What node:http asks of a socket; a pipe has none of it.
	setKeepAlive(): this {
		return this;
	}
	setNoDelay(): this {
		return this;
	}
	setTimeout(): this {
		return this;
	}
	ref(): this {
		this.#child.ref();
		return this;
	}
	unref(): this {
		this.#child.unref();
		return this;
	}
}
