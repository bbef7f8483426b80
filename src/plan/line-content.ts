import {createHash} from 'node:crypto';
import type {LinePlan} from './plan.ts';

/**
 * SHA-256, in hexadecimal digits, of all that the image of a line is made of. Where two plans have the same, there is no
 * difference between their images; where they differ, `diffLines` tells whether it matters.
 */
export function lineContentHash({version, packages, config, bundles, paths, tests}: LinePlan): string {
	const hash = createHash('sha256').update(JSON.stringify([version, config, bundles, paths, tests]));
	for (const entry of packages) {
		hash.update(`\n${entry.name}\t${entry.version}\t${entry.sha256}\t${entry.installedSize}\t${entry.inImage}`);
	}
	return hash.digest('hex');
}
