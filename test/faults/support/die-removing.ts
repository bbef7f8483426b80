import fs from 'node:fs';
import {syncBuiltinESMExports} from 'node:module';

/*
 * Loaded into a Slipway under test (`--import`): it dies when it has begun to remove the SLIPWAY_DIE_REMOVING-th file or folder.
 */
let left = Number(process.env['SLIPWAY_DIE_REMOVING'] ?? Number.POSITIVE_INFINITY);
const {rm, rename, unlink} = fs.promises;

function dying<Args extends readonly unknown[], Result>(
	remove: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
	return async (...args) => {
		const result = await remove(...args);
		left--;
		if (left <= 0) process.kill(process.pid, 'SIGKILL');
		return result;
	};
}

fs.promises.rm = dying(rm);
fs.promises.rename = dying(rename);
fs.promises.unlink = dying(unlink);
syncBuiltinESMExports();
