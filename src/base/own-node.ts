import {spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {packageRoot} from './package-root.ts';

const oldestNode = 24;

/**
 * Under a Node that is too old, runs this program again with the Node 24 that npm installed beside it, and ends as that ends.
 *
 * @returns true if that was needed; nothing else may run then.
 */
export function runUnderOwnNode(): boolean {
	if (Number.parseInt(process.versions.node, 10) >= oldestNode) return false;
	const own = join(packageRoot(), 'node_modules/node/bin/node');
	if (!existsSync(own)) {
		process.stderr.write(
			`slipway needs Node ${oldestNode} or newer; this is ${process.version}. Run \`npm ci\` in Slipway's folder, which brings one.\n`,
		);
		process.exitCode = 2;
		return true;
	}
	const program = spawn(own, process.argv.slice(1), {stdio: 'inherit'});
	// The terminal sends these to both; what kill(1) sends to this process alone is handed on.
	for (const signal of ['SIGINT', 'SIGHUP', 'SIGQUIT'] as const) process.on(signal, () => undefined);
	process.on('SIGTERM', () => program.kill('SIGTERM'));
	program.on('error', error => {
		process.stderr.write(`slipway: ${own} cannot be started: ${error.message}\n`);
		process.exitCode = 1;
	});
	program.on('exit', (code, signal) => {
		if (signal === null) process.exit(code ?? 1);
		process.removeAllListeners(signal);
		process.kill(process.pid, signal);
	});
	return true;
}
