import {spawnSync} from 'node:child_process';
import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {packageRoot} from './package-root.ts';

const oldestNode = 24;

/**
 * Under a Node that is too old, runs this program again with the Node 24 that npm installed beside it.
 *
 * @returns true if that was needed; the exit code is then set and nothing else may run.
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
	const result = spawnSync(own, process.argv.slice(1), {stdio: 'inherit'});
	process.exitCode = result.status ?? 1;
	return true;
}
