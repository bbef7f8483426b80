import {execFileSync} from 'node:child_process';
import {mkdtempSync, chmodSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {packageRoot} from '../../src/base/package-root.ts';

/**
 * Bundles the program as its sources are now, and makes one folder for everything that a test run leaves on the disk,
 * removed at its end.
 */
export default function setup(): () => void {
	execFileSync(process.execPath, [join(packageRoot(), 'src/app/bundle.ts')], {stdio: 'inherit'});
	const root = mkdtempSync(join(tmpdir(), 'slipway-test-'));
	// An ordinary user of a test passes through it to a folder of its own.
	chmodSync(root, 0o711);
	process.env['SLIPWAY_TEST_ROOT'] = root;
	return () => rmSync(root, {recursive: true, force: true, maxRetries: 3});
}
