import {SlipwayError} from '../../../base/errors.ts';
import {findCollisions} from '../../bundles/collisions.ts';
import type {LineBuildInput} from '../../engine.ts';
import type {PreparedSegments} from './prepare-segments.ts';

/**
 * A sentence for each file of a bundle that stands where a package of the image, or a bundle before it, has one. Throws
 * `bad-input` for a file where a package has a folder: all below it would be gone.
 */
export function bundleCollisions({bundles, line}: LineBuildInput, prepared: PreparedSegments): readonly string[] {
	if (bundles.length === 0) return [];
	const paths = new Set(bundles.flatMap(({files}) => files.map(({path}) => placeOf(path))));
	const owners = new Map<string, string>();
	for (const {sha256, inImage, name} of line.packages) {
		if (!inImage) continue;
		for (const {path, kind} of prepared.get(sha256)?.entries ?? []) {
			if (!paths.has(path)) continue;
			if (kind === 'directory') throw inPlaceOfFolder(bundles, path, name);
			owners.set(path, name);
		}
	}
	const found = findCollisions(bundles, path => owners.get(placeOf(path)) ?? null);
	return found.map(
		({path, bundle, with: other, kind}) => `The bundle ${bundle} replaces ${path} of the ${kind} ${other}.`,
	);
}

function inPlaceOfFolder(bundles: LineBuildInput['bundles'], path: string, owner: string): SlipwayError {
	const bundle = bundles.find(({files}) => files.some(file => placeOf(file.path) === path));
	return new SlipwayError(
		'bad-input',
		`The bundle ${bundle?.name ?? ''} has a file /${path}, which is a folder of the package ${owner}.`,
		{hint: 'Add the bundle again with another --target.'},
	);
}

/** As segments have it: below the root, with /bin and its kin merged into /usr. */
const placeOf = (path: string) => path.replace(/^\/+/u, '').replace(/^(?=(?:bin|sbin|lib|lib64)\/)/u, 'usr/');
